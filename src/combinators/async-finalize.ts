import type { MonoTypeOperatorFunction } from 'rxjs';
import { checkFunction } from '../arguments/check.js';
import { isPromiseLike } from '../awaitable/input.js';
import { closing } from '../cleanup/closing.js';
import { isFailure, offer } from '../cleanup/collector.js';
import { failuresOf } from '../cleanup/failures.js';
import { currentContext } from '../awaitable/async-context.js';

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
 * which goes first, it is listed with that, see {@link suppressed}
 */
export function asyncFinalize<T>(callback: () => PromiseLike<void> | void): MonoTypeOperatorFunction<T> {
  checkFunction('asyncFinalize', 'callback', callback);
  return (source) =>
    closing('asyncFinalize', () => {
      const context = currentContext();
      return {
        source,
        finalize: (ended) => {
          const finalizing = context.run(callback);
          if (!isPromiseLike(finalizing)) return;
          const cleanup = failuresOf(finalizing);
          // That it was cancelled is no failure; but nobody has cancelled what has ended by itself.
          offer(ended ? cleanup : cleanup.then((failures) => failures.filter((failure) => isFailure(failure))));
        },
      };
    });
}
