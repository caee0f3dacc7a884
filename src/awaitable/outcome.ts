import { catchError, map, type Observable, of } from 'rxjs';

/**
 * How an awaitable ended, as `Promise.allSettled` gives it. A cancelled Task's is rejected with its CancelledError.
 *
 * asyncio: what `return_exceptions=True` gives.
 */
export type Outcome<T> = PromiseSettledResult<T>;

/** An {@link Outcome} and what it is the outcome of: the index in a list, the property name in a record. */
export type Completion<T, K = number> = Outcome<T> & {
  /** Which of the awaitables it was. */
  readonly key: K;
};

/** What stands for a result, with and without `returnExceptions`. */
export type Settled<T, E extends boolean> = E extends true ? Outcome<T> : T;

export function asOutcome<T>(result: Observable<T>): Observable<Outcome<T>> {
  return result.pipe(
    map((value): Outcome<T> => ({ status: 'fulfilled', value })),
    catchError((reason: unknown) => of<Outcome<T>>({ status: 'rejected', reason })),
  );
}
