import { asyncScheduler, concat, defer, ignoreElements, NEVER, type Observable, take, timer } from 'rxjs';
import type { Timeout } from './check.js';
import { fromInput } from '../awaitable/input.js';

/** The longest delay that the platform's timers can take; longer ones would run out at once. */
const longestDelay = 2 ** 31 - 1;

/** Emits once, when the timeout has run out. `undefined` and Infinity never do; what is past has done so already. */
export function expiry(timeout: Timeout | undefined): Observable<unknown> {
  if (timeout === undefined || timeout === Infinity) return NEVER;
  if (timeout instanceof Date) return defer(() => after(timeout.getTime() - asyncScheduler.now()));
  return typeof timeout === 'number' ? after(timeout) : fromInput(timeout).pipe(take(1));
}

/** Whether a timeout has run out before it was even armed. */
export function isPast(timeout: Timeout | undefined): boolean {
  if (timeout instanceof Date) return timeout.getTime() <= asyncScheduler.now();
  return typeof timeout === 'number' && timeout <= 0;
}

function after(milliseconds: number): Observable<unknown> {
  if (milliseconds <= longestDelay) return timer(Math.max(0, milliseconds));
  return concat(timer(longestDelay).pipe(ignoreElements()), defer(() => after(milliseconds - longestDelay))); // prettier-ignore
}
