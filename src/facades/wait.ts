import type { Candidates, Completed, ValidList } from '../awaitable/inference.js';
import { wait as wait$, type WaitOptions, waitOptions, type WaitResult } from '../combinators/wait.js';
import { type Abortable, toPromise, withoutSignal } from '../promise/to-promise.js';

/**
 * Runs awaitables at the same time until all are done, the first is done or has failed, or a timeout runs out; then gives
 * which are done and which are pending. What it started itself and is still pending has been cancelled by then: it is in
 * `pending`, as a rule with the status `'cancelled'`.
 *
 * ```ts
 * const { done, pending } = await wait([timer(10), timer(500)], { timeout: 100 });
 * console.log(`${done.size} completed and ${pending.size} pending`);
 * // 1 completed and 1 pending
 * ```
 *
 * asyncio: `await asyncio.wait()`.
 *
 * @param awaitables a list or an async iterable; the same Task twice counts once
 * @param options `timeout` (none by default; a number is milliseconds), `returnWhen` (`ALL_COMPLETED` by default) and
 * `signal`
 * @throws TypeError or RangeError at once, for arguments that make no sense; rejects with a RangeError when there are no
 * awaitables, never because one of them fails
 */
export function wait<const A extends Candidates>(
  awaitables: A & ValidList<A>,
  options?: WaitOptions & Abortable,
): Promise<WaitResult<Completed<A>>> {
  return toPromise(wait$<A>(awaitables, withoutSignal('wait', options, waitOptions)), options?.signal, awaitables);
}
