import type { Timeout } from '../arguments/timeout.js';
import type { Candidate, Result, Valid } from '../awaitable/inference.js';
import { waitFor as waitFor$ } from '../combinators/wait-for.js';
import { type Abortable, signalOf, toPromise } from '../promise/to-promise.js';

/**
 * Gives an awaitable until a timeout to end; after that it is cancelled, and rxjs's `TimeoutError` thrown once it has cleaned
 * up. A value that it returns in spite of the cancellation wins, however late.
 *
 * ```ts
 * const error = await waitFor(timer(5000), 10).catch((error) => error);
 * console.log(error.name);
 * // TimeoutError
 * ```
 *
 * asyncio: `await asyncio.wait_for()`.
 *
 * @param awaitable what to wait for: a Task is listened to, anything else is started
 * @param timeout milliseconds, a Date, or anything whose first value ends the wait; `undefined` and Infinity set no limit
 * @param options `signal`
 * @throws TypeError or RangeError at once, for arguments that make no sense; rejects with rxjs's `TimeoutError`, or with the
 * awaitable's failure
 */
export function waitFor<A extends Candidate>(
  awaitable: A & Valid<A>,
  timeout: Timeout | undefined,
  options?: Abortable,
): Promise<Result<A>> {
  return toPromise(waitFor$<A>(awaitable, timeout), signalOf('waitFor', options), awaitable);
}
