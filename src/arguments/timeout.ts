import {
  asyncScheduler,
  concat,
  defer,
  ignoreElements,
  NEVER,
  type Observable,
  take,
  type TimeoutError,
  timer,
} from 'rxjs';
import { fromInput } from '../awaitable/from-input.js';
import { type Input } from '../awaitable/input.js';
import { isDate } from '../awaitable/realm.js';
import { timeoutError } from '../errors.js';

/**
 * Milliseconds (so `timeout: 0.5` is half a millisecond), a point in time, or anything whose first value ends the wait.
 *
 * ```ts
 * const enough = new Subject<string>();
 * waitFor(NEVER, enough).subscribe({ error: (error) => console.log(error.name) });
 * enough.next('a click, say');
 * // TimeoutError
 * ```
 *
 * asyncio: the `timeout`, which is in seconds there.
 */
export type Timeout = number | Date | Input<unknown>;

/** The longest delay that the platform's timers can take; longer ones would run out at once. */
export const longestDelay = 2 ** 31 - 1;

/** Emits once, when the timeout has run out. `undefined` and Infinity never do; what is past has done so already. */
export function expiry(timeout: Timeout | undefined): Observable<unknown> {
  if (timeout === undefined || timeout === Infinity) return NEVER;
  if (isDate(timeout)) return defer(() => after(timeout.getTime() - asyncScheduler.now()));
  return typeof timeout === 'number' ? after(timeout) : fromInput(timeout).pipe(take(1));
}

/** What running out of it fails with: it says what ran out, after how long, and what was still going on. */
export function timedOut(what: string, timeout: Timeout | undefined): TimeoutError {
  const when =
    isDate(timeout) ? ` at ${timeout.toISOString()}`
    : typeof timeout === 'number' ? ` after ${timeout} ms`
    : '';
  return timeoutError(`${what} timed out${when}`);
}

/** Whether a timeout has run out before it was even armed. */
export function isPast(timeout: Timeout | undefined): boolean {
  if (isDate(timeout)) return timeout.getTime() <= asyncScheduler.now();
  return typeof timeout === 'number' && timeout <= 0;
}

function after(milliseconds: number): Observable<unknown> {
  if (milliseconds <= longestDelay) return timer(Math.max(0, milliseconds));
  return concat(timer(longestDelay).pipe(ignoreElements()), defer(() => after(milliseconds - longestDelay))); // prettier-ignore
}
