/**
 * How an awaitable ended, as `Promise.allSettled` gives it. A cancelled Task's is rejected with its CancelledError.
 *
 * asyncio: what `return_exceptions=True` gives.
 */
export type Outcome<T> = PromiseSettledResult<T>;

/** An {@link Outcome} and what it is the outcome of: the index in a list, the key in a record or a Map. */
export type Completion<T, K = number> = Outcome<T> & {
  /** Which of the awaitables it was. */
  readonly key: K;
};

/** What stands for a result, with and without `returnExceptions`. */
export type Settled<T, E extends boolean> = E extends true ? Outcome<T> : T;

export function fulfilled<T>(value: T): PromiseFulfilledResult<T> {
  return { status: 'fulfilled', value };
}

export function rejected(reason: unknown): PromiseRejectedResult {
  return { status: 'rejected', reason };
}
