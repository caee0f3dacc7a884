import type { Observable } from 'rxjs';
import { afterCleanup, asOneError, collect } from '../cleanup/close.js';
import { Inner } from '../cleanup/upstream.js';

/**
 * The last value of `source`, or `signal.reason` when that aborts first, in both cases after all cleanup. What fails in
 * the cleanup has somebody who is waiting for it, so it takes the place of the reason.
 */
export function toPromise<T>(source: Observable<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let result: T;
    const abort = () => {
      const reason: unknown = signal?.reason;
      const cleanup = collect(() => {
        upstream.unsubscribe();
      }, reason);
      afterCleanup(cleanup, (failures) => {
        reject(failures.length > 0 ? asOneError(failures) : reason);
      });
    };
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    signal?.addEventListener('abort', abort, { once: true });
    const stopListening = () => signal?.removeEventListener('abort', abort);
    const upstream = new Inner<T>({
      next: (value) => {
        result = value;
      },
      error: (error) => {
        stopListening();
        reject(error);
      },
      complete: () => {
        stopListening();
        resolve(result);
      },
    });
    source.subscribe(upstream);
  });
}
