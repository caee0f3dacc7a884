import type { Subscriber } from 'rxjs';
import { isFailure } from './collector.js';
import type { Cleanup, Failures } from './failures.js';
import { leave, linger } from './lingering.js';
import { suppress } from './report.js';
import { shared } from './shared.js';

// Everything that ends goes through here: what it was torn down with may still be cleaning up, and may have failed.
//
// Invariant: a cleanup is at any time with exactly one of a collector, a lingering place, or nobody (then its failures
// are reported). So no failure is lost, and none is told twice.

/** How something has ended: well, or with an error. */
export type End = readonly [] | readonly [error: unknown];

export const well: End = [];

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
  const withEnd = (failures: Failures) => (end.length === 0 ? failures : [...end, ...failures]);
  const all = cleanup instanceof Promise ? cleanup.then(withEnd) : withEnd(cleanup);
  // The cleanup itself may have closed the keeper, which then cannot be told any more.
  if (keeper?.closed) leave(all, keeper);
  else if (all instanceof Promise) {
    shared.inspector?.closing(keeper);
    const tellAll = (failures: Failures) => {
      tell(asEnd(end, failures.slice(end.length)));
    };
    linger(all, keeper, tellAll, end);
  } else tell(asEnd(end, all.slice(end.length)));
}

/** The one end that several failures make: the first is the error, the others are listed with it. */
export function asEnd(end: End, failures: Failures): End {
  if (end.length === 0) return failures.length === 0 ? end : [asOneError(failures)];
  if (failures.length > 0)
    suppress(
      end[0],
      failures.filter((failure) => isFailure(failure)),
    );
  return end;
}

/** Several failures as the one error there is room for. */
export function asOneError(failures: Failures): unknown {
  if (failures.length === 1) return failures[0];
  return new AggregateError(failures, `${failures.length} cleanups failed`, { cause: failures[0] });
}
