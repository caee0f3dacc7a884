import { catchError, concat, defer, type Observable, of, take, takeUntil, tap, throwError } from 'rxjs';
import { type Awaitable, cancelPart, isTask, type Result } from '../awaitable/types.js';
import { isCancelledError, timeoutError } from '../errors.js';
import { checkAwaitable, checkTimeout, type Timeout } from '../arguments/check.js';
import { awaitCleanup } from '../cleanup/close.js';
import { expiry, isPast } from '../arguments/timeout.js';
import { startTask, type Task, taskOf } from '../task/task.js';

/**
 * Gives an awaitable until a timeout to end. After that it is cancelled, a Task too, and rxjs's `TimeoutError` follows
 * once it has cleaned up; a value that it returns in spite of the cancellation wins, an error in its cleanup comes through.
 *
 * Unsubscribing cancels it, a Task too.
 *
 * ```ts
 * waitFor(timer(5000), 1000).subscribe({ error: (error) => console.log(error.name) });
 * // TimeoutError
 * ```
 *
 * ![A timeline: at the timeout the awaitable is cancelled, and cleans up.](../../docs/pictures/wait-for.svg)
 *
 * asyncio: `asyncio.wait_for()`. The timeout is made on rxjs's `takeUntil`.
 *
 * @param awaitable what to wait for: a Task is listened to, anything else is started
 * @param timeout milliseconds, a Date, or anything whose first value ends the wait. With 0 or less, or a Date in the
 * past, nothing is started. `undefined` and Infinity set no limit
 * @throws TypeError or RangeError when the awaitable is none or the timeout makes no sense
 */
export function waitFor<A extends Awaitable<unknown>>(
  awaitable: A,
  timeout: Timeout | undefined,
): Observable<Result<A>> {
  checkAwaitable('waitFor', awaitable);
  checkTimeout('waitFor', timeout);
  return defer(() => {
    type T = Result<A>;
    const shared = isTask(awaitable);
    const task = shared ? (awaitable as Task<T>) : taskOf(awaitable as Awaitable<T>);
    const cancel = () => {
      task[cancelPart]();
    };
    const result = defer(() => {
      if (!shared) startTask(task);
      return task;
    });
    // The Task was cancelled for the timeout, so that is what its cancellation is called here.
    const afterCancelling = task.pipe(
      tap({ subscribe: () => void task.cancel() }),
      catchError((error: unknown) => throwError(() => (isCancelledError(error) ? timeoutError() : error))),
    );
    const expired = isPast(timeout) && !task.done ? of(undefined) : expiry(timeout);
    return concat(result.pipe(takeUntil(expired)), afterCancelling).pipe(take(1), awaitCleanup(cancel));
  });
}
