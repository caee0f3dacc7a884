import type { Observable } from 'rxjs';
import { checkAwaitable } from '../arguments/check.js';
import type { Candidate, Result, Valid } from '../awaitable/inference.js';
import { nameOf } from '../awaitable/name-of.js';
import type { Awaitable } from '../awaitable/types.js';
import { combinator } from '../cleanup/combinator.js';
import { note } from '../task/loose.js';
import { isTask } from '../task/symbols.js';
import { privateTaskOf, startTask, type Task } from '../task/task.js';

/**
 * Protects an awaitable from cancellation: unsubscribing only stops listening, and it runs on. A failure that comes
 * after that, when nobody listens, is an unhandled rejection.
 *
 * ```ts
 * const saved = shield(timer(100).pipe(tap(() => console.log('saved'))));
 * saved.subscribe().unsubscribe();
 * // saved
 * ```
 *
 * ![A timeline: what is shielded runs on.](../../docs/pictures/shield.svg)
 *
 * asyncio: `asyncio.shield()`.
 *
 * @param awaitable what to protect: it is started anew for each subscription, a Task only once
 * @throws TypeError when it is no awaitable. Error notification: its failure
 */
export function shield<A extends Candidate>(awaitable: A & Valid<A>): Observable<Result<A>> {
  checkAwaitable('shield', awaitable);
  type T = Result<A>;
  // A new Observable, since no operator knows whether anybody is left to subscribe for.
  return combinator<T>('shield', (subscriber) => {
    const shared = isTask(awaitable);
    const task =
      shared ?
        (awaitable as unknown as Task<T>)
      : privateTaskOf(awaitable as Awaitable<T>, nameOf(awaitable as Awaitable<T>) ?? 'what is shielded');
    if (!shared) {
      note(task);
      startTask(task);
    }
    task.subscribe(subscriber);
  });
}
