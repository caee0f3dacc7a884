import type { Candidate, Result, Valid } from '../awaitable/inference.js';
import { withGrace as withGrace$ } from '../combinators/with-grace.js';
import { type Abortable, signalOf, toPromise } from '../promise/to-promise.js';

/**
 * Bounds how long the cleanup of an awaitable may take when `signal` aborts, or when a combinator in it cancels something: what
 * has not cleaned up in time is let go of, and that is rxjs's `TimeoutError`, since it is not gone.
 *
 * ```ts
 * const stubborn = ({ signal }: CoroutineContext) =>
 *   new Promise<void>(() => signal.addEventListener('abort', () => console.log('asked to end')));
 * const error = await withGrace(stubborn, 20, { signal: AbortSignal.timeout(10) }).catch((error) => error);
 * console.log(error.message);
 * // asked to end
 * // withGrace: the cleanup of stubborn timed out after 20 ms
 * ```
 *
 * asyncio: none; a second `asyncio.wait_for()` around what handles the cancellation.
 *
 * @param awaitable what to run; a Task is listened to
 * @param milliseconds how long all cleanup below it may take; Infinity sets no limit
 * @param options `signal`
 * @throws TypeError or RangeError at once, for arguments that make no sense; rejects with the awaitable's failure, or with
 * rxjs's `TimeoutError`
 */
export function withGrace<A extends Candidate>(
  awaitable: A & Valid<A>,
  milliseconds: number,
  options?: Abortable,
): Promise<Result<A>> {
  return toPromise(withGrace$<A>(awaitable, milliseconds), signalOf('withGrace', options), awaitable);
}
