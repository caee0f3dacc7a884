import type { Subscriber } from 'rxjs';
import { aggregateError } from './aggregate-error.js';
import { type Cleanup, type Failures, isFailure } from './collector.js';
import { leave, linger } from './lingering.js';
import { suppress } from './report.js';

// Everything that ends goes through here: what it was torn down with may still be cleaning up, and may have failed.
//
// Invariant: a cleanup is at any time with exactly one of a collector, a lingering place, or nobody (then its failures
// are reported). So no failure is lost, and none is told twice.

/** How something has ended: well, or with an error. */
export type End = readonly [] | readonly [error: unknown];

/**
 * Waits for a cleanup, and then tells how it all ended: with the `error` where there was one, else with what failed in
 * the cleanup. Meanwhile both are kept with the nearest open subscriber from `keeper` on; when a canceller closes that one,
 * it takes them over, and nothing is told.
 */
export function close(
  end: End,
  cleanup: Failures | Cleanup,
  tell: (end: End) => void,
  keeper?: Subscriber<unknown>,
): void {
  // The cleanup itself may have closed the keeper, which then cannot be told any more.
  const isGone = keeper?.closed === true;
  if (!(cleanup instanceof Promise)) {
    if (isGone) leave([...end, ...cleanup], keeper);
    else tell(asEnd(end, cleanup));
    return;
  }
  const all = end.length === 0 ? cleanup : cleanup.then((failures) => [...end, ...failures]);
  if (isGone) leave(all, keeper);
  else {
    linger(all, keeper, (failures) => {
      tell(asEnd(end, failures.slice(end.length)));
    });
  }
}

/** The one end that several failures make: the first is the error, the others are listed with it. */
export function asEnd(end: End, failures: Failures): End {
  if (end.length === 0) return failures.length === 0 ? [] : [asOneError(failures)];
  if (failures.length > 0) suppress(end[0], failures.filter(isFailure));
  return end;
}

/** Several failures as the one error there is room for. */
export function asOneError(failures: Failures): unknown {
  return failures.length === 1 ? failures[0] : aggregateError(failures, `${failures.length} cleanups failed`);
}
