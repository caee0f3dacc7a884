import type { MonoTypeOperatorFunction } from 'rxjs';
import { checkFunction } from '../arguments/check.js';
import { awaitCleanup, failuresOf, offerCleanup } from '../cleanup/close.js';

/**
 * Like rxjs's `finalize`, but the promise of its callback is awaited: before complete or error are passed on, and by
 * whoever cancels. When it rejects, the stream fails with that, or the Task that is being cancelled.
 *
 * ```ts
 * of(1).pipe(asyncFinalize(async () => console.log('closed'))).subscribe({
 *   next: (value) => console.log(value),
 *   complete: () => console.log('complete'),
 * });
 * // 1
 * // closed
 * // complete
 * ```
 *
 * asyncio: `try: … finally: await callback()`.
 *
 * @param callback called once for each subscription, when it ends in whatever way
 * @throws TypeError when the callback is no function. Error notification: what it fails with; after an error of the source,
 * which goes first, that is reported as an unhandled rejection
 */
export function asyncFinalize<T>(callback: () => PromiseLike<void> | void): MonoTypeOperatorFunction<T> {
  checkFunction('asyncFinalize', 'callback', callback);
  return awaitCleanup(() => {
    const finalizing = callback();
    if (finalizing === undefined) return;
    const cleanup = failuresOf(finalizing);
    offerCleanup(() => cleanup);
  });
}
