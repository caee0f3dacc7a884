import type { Observable } from 'rxjs';
import { checkAwaitable, checkDuration } from '../arguments/check.js';
import type { Candidate, Result, Valid } from '../awaitable/inference.js';
import { nameOf } from '../awaitable/name-of.js';
import type { Awaitable } from '../awaitable/types.js';
import { combinator } from '../cleanup/combinator.js';
import { Graceful } from '../running/graceful.js';

/**
 * Bounds how long the cleanup of an awaitable may take: the one exception to the rule that nothing outlives its combinator. What has
 * not cleaned up in time is let go of, and since it is not gone, that is a failure: rxjs's `TimeoutError`, which names it. What
 * was let go of is not heard any more.
 *
 * The clock starts when something below begins to clean up, and stops when nothing does any more: when it is cancelled
 * from outside, but also when a combinator below cancels something itself, as `gather` does after a failure. Then that failure is the
 * error, and the TimeoutError is listed with it as {@link suppressed}; whatever else still runs below is cancelled, and let go
 * of as well. What goes on inside a coroutine function is known to that alone: there only the cancellation from outside counts.
 *
 * ```ts
 * const stubborn = NEVER.pipe(asyncFinalize(() => new Promise(() => {})));
 * const task = createTask(withGrace(stubborn, 100));
 * task.cancel();
 * task.subscribe({ error: (error) => console.log(error.message) });
 * // withGrace: the cleanup of the awaitable timed out after 100 ms
 * ```
 *
 * asyncio: none; a second `asyncio.wait_for()` around what handles the cancellation.
 *
 * @param awaitable what to run: it is started anew for each subscription, a Task is listened to
 * @param milliseconds how long all cleanup below it may take; Infinity sets no limit
 * @throws TypeError or RangeError for arguments that make no sense. Error notifications: its failure, rxjs's `TimeoutError`
 */
export function withGrace<A extends Candidate>(awaitable: A & Valid<A>, milliseconds: number): Observable<Result<A>> {
  checkAwaitable('withGrace', awaitable);
  checkDuration('withGrace', 'milliseconds', milliseconds);
  type T = Result<A>;
  // No operator, since none waits for the cleanup of what it has torn down.
  return combinator<T>('withGrace', (subscriber) => {
    const name = nameOf(awaitable as Awaitable<T>) ?? 'the awaitable';
    new Graceful<T>(subscriber, awaitable as Awaitable<T>, name, milliseconds).start();
  });
}
