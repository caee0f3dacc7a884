import type { Candidate, Result, Valid } from '../awaitable/inference.js';
import { shield as shield$ } from '../combinators/shield.js';
import { type Abortable, signalOf, toPromise } from '../promise/to-promise.js';

/**
 * Protects an awaitable from cancellation: when `signal` aborts, the promise rejects, and the awaitable runs on.
 *
 * ```ts
 * console.log(await shield(async () => 'saved'));
 * // saved
 * ```
 *
 * asyncio: `await asyncio.shield()`.
 *
 * @param awaitable what to protect
 * @param options `signal`
 * @throws TypeError at once, when it is no awaitable; rejects with the awaitable's failure
 */
export function shield<A extends Candidate>(awaitable: A & Valid<A>, options?: Abortable): Promise<Result<A>> {
  return toPromise(shield$<A>(awaitable), signalOf('shield', options), awaitable);
}
