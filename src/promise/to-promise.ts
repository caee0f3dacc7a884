import type { Observable } from 'rxjs';
import { checkOptions, checkSignal } from '../arguments/check.js';
import { close, type End } from '../cleanup/close.js';
import { cancel } from '../cleanup/collector.js';
import { whenTold } from '../cleanup/ending.js';
import type { Cleanup, Failures } from '../cleanup/failures.js';
import { tellWaiting } from '../cleanup/turns.js';
import { Upstream } from '../cleanup/upstream.js';
import { hearAll } from './hear-all.js';
import { onAbort } from './on-abort.js';

/** What every facade takes besides the options of its combinator. */
export interface Abortable {
  /**
   * Cancels as unsubscribing would: the promise rejects with `signal.reason` once everything it started has cleaned up,
   * or with what fails in that cleanup. When it is aborted already, nothing is started. Any number of calls may share it. None
   * by default.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Checks the options of a facade that has none but the signal. */
export function signalOf(name: string, options: Abortable | undefined): AbortSignal | undefined {
  checkOptions(name, options, ['signal']);
  checkSignal(name, options, options?.signal);
  return options?.signal;
}

/** The options of the combinator, which knows these, and checks what they are. */
export function withoutSignal<O extends Abortable>(
  name: string,
  options: O | undefined,
  known: readonly string[],
): Omit<O, 'signal'> {
  checkOptions(name, options, [...known, 'signal']);
  const { signal, ...rest } = options ?? ({} as O);
  checkSignal(name, options, signal);
  return rest;
}

/**
 * The last value of `source`, or `signal.reason` when that aborts first, in both cases after all cleanup. What fails in
 * the cleanup has somebody who is waiting for it, so it takes the place of the reason. What was `given` is taken on in any case.
 */
export function toPromise<T>(source: Observable<T>, signal: AbortSignal | undefined, given?: unknown): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (signal?.aborted) {
      hearAll(given);
      reject(signal.reason);
      return;
    }
    const awaited = new Awaited<T>(resolve, reject);
    // The signal is left when it is torn down, in whatever way.
    if (signal !== undefined) {
      const abort = () => {
        awaited.abort(signal.reason);
      };
      awaited.add(onAbort(signal, abort));
    }
    awaited.follow(source);
  });
}

class Awaited<T> extends Upstream<T> {
  private value: T | undefined;

  constructor(
    private readonly resolve: (value: T) => void,
    private readonly reject: (reason: unknown) => void,
  ) {
    super();
  }

  abort(reason: unknown): void {
    whenTold(this, () => {
      close([], cancel(this, { reason }), ([...errors]) => {
        this.reject(errors.length > 0 ? errors[0] : reason);
      });
      tellWaiting();
    });
  }

  protected override _next(value: T): void {
    this.value = value;
  }

  protected override ended(end: End, cleanup: Failures | Cleanup): void {
    close(end, cleanup, (told) => {
      if (told.length > 0) this.reject(told[0]);
      else this.resolve(this.value as T);
    });
  }
}
