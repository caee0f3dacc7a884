import { defer, type Observable } from 'rxjs';
import { checkAwaitable } from '../arguments/check.js';
import type { Candidate, Result, Valid } from '../awaitable/inference.js';
import type { Awaitable } from '../awaitable/types.js';
import { isTask } from '../task/symbols.js';
import { nameOf, privateTaskOf, startTask, type Task } from '../task/task.js';

/**
 * Protects an awaitable from cancellation: unsubscribing only stops listening, and it runs on. A failure that comes
 * after that is reported as an unhandled rejection.
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
  return defer(() => {
    if (isTask(awaitable)) return awaitable as unknown as Task<Result<A>>;
    const task = privateTaskOf(
      awaitable as Awaitable<Result<A>>,
      nameOf(awaitable as Awaitable<unknown>) ?? 'what is shielded',
    );
    startTask(task);
    return task;
  });
}
