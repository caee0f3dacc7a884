import type { Observable } from 'rxjs';
import { withMapper } from '../arguments/mapping.js';
import type { Candidates, Completed, ValidAwaitables } from '../awaitable/inference.js';
import type {
  CompletedItems,
  ItemOf,
  Mapper,
  Misplaced,
  NoMapper,
  ValidItems,
  ValidMapper,
} from '../awaitable/mapper.js';
import { type AsCompletedOptions, asCompletedOptions, completions } from '../combinators/as-completed.js';
import { held, type Held, heldUntilTaken } from '../promise/held.js';
import { hearAll } from '../promise/hear-all.js';
import { Results } from '../promise/results.js';
import { type Abortable, withoutSignal } from '../promise/to-promise.js';

/**
 * Runs awaitables at the same time, and gives each result as it is there. Iterating starts them, each loop anew; leaving the
 * loop cancels what is left, and waits for its cleanup. A failure that the loop has not come to by then is nobody's, as with
 * `Promise.race`; one of the cleanup is thrown. With `concurrency`, a slot frees up once its result has been taken, so a slow
 * loop delays the start of the next ones; those that the timeout finds unstarted never start.
 *
 * It may be read without a loop, by `next()`, and disposed of: `await using results = asCompleted(…)`.
 *
 * ```ts
 * const after = (ms: number) => timer(ms).pipe(map(() => `${ms} ms`));
 * for await (const result of asCompleted([after(30), after(10), after(20)])) console.log(result);
 * // 10 ms
 * // 20 ms
 * // 30 ms
 * ```
 *
 * asyncio: `async for … in asyncio.as_completed()`.
 *
 * @param awaitables a list, an async iterable, a plain record or a Map
 * @param options `concurrency` (no limit by default), `timeout` (none by default; a number is milliseconds),
 * `returnExceptions` (`false` by default) and `signal`
 * @throws TypeError or RangeError at once, for arguments that make no sense; the loop throws the first failure, or rxjs's
 * `TimeoutError`
 */
export function asCompleted<const A extends Candidates, E extends boolean = false>(
  awaitables: A & ValidAwaitables<A>,
  options?: AsCompletedOptions<E> & Abortable & NoMapper,
): AsyncIterableIterator<Completed<A, E>> & AsyncDisposable;
/**
 * Calls a mapper for each item as it is started, as a coroutine function with the item before its context, and gives each
 * result as it is there. An outcome (`returnExceptions`) has its `item` as well as its `key`.
 *
 * ```ts
 * const after = (ms: number) => timer(ms).pipe(map(() => `${ms} ms`));
 * for await (const result of asCompleted([30, 10], after)) console.log(result);
 * // 10 ms
 * // 30 ms
 * ```
 *
 * @param items a list, an async iterable, a plain record or a Map
 * @param mapper called with an item, its context and its index
 * @param options as without a mapper
 */
export function asCompleted<
  I extends object,
  R,
  E extends boolean = false,
  K extends keyof (AsCompletedOptions & Abortable) = never,
>(
  items: I & ValidItems<I, K>,
  mapper: (Mapper<ItemOf<I>, R> & ValidMapper<R>) | Misplaced<AsCompletedOptions & Abortable, K>,
  options?: AsCompletedOptions<E> & Abortable,
): AsyncIterableIterator<CompletedItems<I, R, E>> & AsyncDisposable;
export function asCompleted(
  given: unknown,
  second?: (AsCompletedOptions & Abortable) | Mapper<never, unknown>,
  third?: AsCompletedOptions & Abortable,
): AsyncIterableIterator<unknown> & AsyncDisposable {
  const { mapper, options = {} } = withMapper('asCompleted', second, third);
  const rest = withoutSignal('asCompleted', options, asCompletedOptions);
  // Without a limit there is no slot to keep: what is there in time may be taken after the timeout.
  const hold = (options.concurrency ?? Infinity) < Infinity ? heldUntilTaken : held;
  const results = completions(given, mapper, rest, hold) as Observable<Held<unknown>>;
  if (options.signal?.aborted) hearAll(given);
  return new Results(results, options.signal);
}
