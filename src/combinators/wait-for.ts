import { Observable, of, takeUntil } from 'rxjs';
import { checkAwaitable, checkTimeout } from '../arguments/check.js';
import { expiry, isPast, timedOut, type Timeout } from '../arguments/timeout.js';
import type { Candidate, Result, Valid } from '../awaitable/inference.js';
import { nameOf } from '../awaitable/name-of.js';
import type { Awaitable } from '../awaitable/types.js';
import { closing } from '../cleanup/closing.js';
import { cancelPart, isTask } from '../task/symbols.js';
import { privateTaskOf, startTask, type Task } from '../task/task.js';

/**
 * Gives an awaitable until a timeout to end. After that it is cancelled, a Task too, and rxjs's `TimeoutError` follows
 * once it has cleaned up. A value that it returns in spite of the cancellation wins, however late; an error in its cleanup
 * takes the place of the TimeoutError.
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
 * @throws TypeError or RangeError when the awaitable is none or the timeout makes no sense. Error notifications: its failure,
 * rxjs's `TimeoutError`, `EmptyError` when it completes without a value
 */
export function waitFor<A extends Candidate>(
  awaitable: A & Valid<A>,
  timeout: Timeout | undefined,
): Observable<Result<A>> {
  checkAwaitable('waitFor', awaitable);
  checkTimeout('waitFor', timeout);
  return closing('waitFor', () => {
    type T = Result<A>;
    const shared = isTask(awaitable);
    const task =
      shared ?
        (awaitable as unknown as Task<T>)
      : privateTaskOf(awaitable as Awaitable<T>, nameOf(awaitable as Awaitable<T>) ?? 'the awaitable');
    const result = new Observable<T>((subscriber) => {
      if (!shared) startTask(task, subscriber);
      task.subscribe(subscriber);
    });
    const expired = isPast(timeout) && !task.done ? of(undefined) : expiry(timeout);
    return {
      source: result.pipe(takeUntil(expired)),
      finalize: () => {
        task[cancelPart]();
      },
      // It has ended, in time or because it was cancelled for the timeout, with a value in spite of that maybe.
      conclude: (subscriber) => {
        if (task.status !== 'fulfilled') {
          subscriber.error(timedOut(`waitFor: ${task.name}`, timeout));
          return;
        }
        subscriber.next(task.result());
        subscriber.complete();
      },
    };
  });
}
