import { identity, map, merge, type Observable, type OperatorFunction, takeUntil } from 'rxjs';
import { checkAwaitable, checkConcurrency, checkListOrRecord, checkOptions, checkTimeout } from '../arguments/check.js';
import { listed, type Listed } from '../arguments/listed.js';
import { keyOf } from '../arguments/place.js';
import { Mapping, withMapper } from '../arguments/mapping.js';
import { expiry, timedOut, type Timeout } from '../arguments/timeout.js';
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
import { fulfilled, rejected } from '../awaitable/outcome.js';
import type { Awaitable, Awaitables } from '../awaitable/types.js';
import { closing, type Closing } from '../cleanup/closing.js';
import { Arrivals } from '../running/arrivals.js';
import { type Group, groupsOf, type Items } from '../running/groups.js';
import { run } from '../running/run.js';
import type { Slots } from '../running/client.js';

/** What {@link asCompleted} takes besides the awaitables. */
export interface AsCompletedOptions<E extends boolean = boolean> {
  /**
   * How many may run at a time: all by default. With it a list is pulled lazily, one awaitable as each slot frees up. What a
   * pipe emits cannot be held back: it waits for its turn, in memory.
   */
  readonly concurrency?: number | undefined;
  /** Ends it with rxjs's `TimeoutError`: milliseconds, a Date, or anything whose first value does. None by default. */
  readonly timeout?: Timeout | undefined;
  /** Emits outcomes with their `key` in place of results, and goes on after a failure. `false` by default. */
  readonly returnExceptions?: E | undefined;
}

/**
 * Runs awaitables at the same time, and emits each result as it is there.
 *
 * A failure or a timeout cancels the rest, and is passed on after their cleanup, with what failed in that listed as
 * {@link suppressed}. Unsubscribing cancels them, too. Tasks among the awaitables run on in any case.
 *
 * ```ts
 * const after = (ms: number) => timer(ms).pipe(map(() => `${ms} ms`));
 * asCompleted([after(300), after(100), after(200)]).subscribe(console.log);
 * // 100 ms
 * // 200 ms
 * // 300 ms
 * ```
 *
 * ![A timeline: each result comes as it is there.](../../docs/pictures/as-completed.svg)
 *
 * asyncio: `asyncio.as_completed()`, which gives awaitables, not their results. Made on rxjs's `merge`.
 *
 * @param awaitables a list, an async iterable, a plain record or a Map
 * @param options `concurrency` (no limit by default), `timeout` (none by default; a number is milliseconds) and
 * `returnExceptions` (`false` by default)
 * @throws TypeError or RangeError for arguments that make no sense. Error notifications: the first failure, rxjs's
 * `TimeoutError`, `EmptyError` for an awaitable without a value, TypeError for an element that is no awaitable
 */
export function asCompleted<const A extends Candidates, E extends boolean = false>(
  awaitables: A & ValidAwaitables<A>,
  options?: AsCompletedOptions<E> & NoMapper,
): Observable<Completed<A, E>>;
/**
 * Calls a mapper for each item as it is started, as a coroutine function with the item before its context, and emits each
 * result as it is there. All else is as without a mapper; an outcome has its `item` as well as its `key`.
 *
 * ```ts
 * asCompleted([30, 10, 20], (ms) => timer(ms).pipe(map(() => `${ms} ms`))).subscribe(console.log);
 * // 10 ms
 * // 20 ms
 * // 30 ms
 * ```
 *
 * @param items a list, an async iterable, a plain record or a Map: with `concurrency` it is pulled lazily
 * @param mapper called with an item, its context and its index; returns what a coroutine function returns
 * @param options as without a mapper
 */
export function asCompleted<I extends object, R, E extends boolean = false, K extends keyof AsCompletedOptions = never>(
  items: I & ValidItems<I, K>,
  mapper: (Mapper<ItemOf<I>, R> & ValidMapper<R>) | Misplaced<AsCompletedOptions, K>,
  options?: AsCompletedOptions<E>,
): Observable<CompletedItems<I, R, E>>;
export function asCompleted(
  given: unknown,
  second?: AsCompletedOptions | Mapper<never, unknown>,
  third?: AsCompletedOptions,
): Observable<unknown> {
  const { mapper, options = {} } = withMapper('asCompleted', second, third);
  return completions(given, mapper, options, identity);
}

/**
 * The pipeable {@link asCompleted}: runs each awaitable that the source emits as it arrives.
 *
 * ```ts
 * of(3, 1, 2).pipe(map((n) => timer(n * 100).pipe(map(() => n))), asCompletedAll()).subscribe(console.log);
 * // 1
 * // 2
 * // 3
 * ```
 *
 * With `concurrency`, what the source emits meanwhile waits in memory: a source cannot be held back, as a list can.
 *
 * rxjs: as `mergeAll`, for the result of each. The `key` of an outcome is its index in the source.
 *
 * @param options as of {@link asCompleted}
 * @throws TypeError or RangeError for options that make no sense; what is no awaitable is an error notification
 */
export function asCompletedAll<A extends Awaitable<unknown>, E extends boolean = false>(
  options: AsCompletedOptions<E> = {},
): OperatorFunction<A, Completed<readonly A[], E>> {
  const chosen = optionsOf('asCompletedAll', options);
  return (source) =>
    closing('asCompletedAll', () =>
      results('asCompletedAll', { items: () => new Arrivals(source) }, chosen, identity),
    ) as Observable<Completed<readonly A[], E>>;
}

/** Makes something of each result, which may keep its slot. */
export type Hold = (result: unknown, slots: Slots) => unknown;

/** {@link asCompleted}, its arguments told apart, and with something made of each result. */
export function completions(
  given: unknown,
  mapper: Mapper<never, unknown> | undefined,
  options: AsCompletedOptions,
  hold: Hold,
): Observable<unknown> {
  checkListOrRecord('asCompleted', given, mapper !== undefined);
  const chosen = optionsOf('asCompleted', options);
  return closing('asCompleted', () => results('asCompleted', listed(given as Awaitables), chosen, hold, mapper));
}

export const asCompletedOptions: readonly string[] = ['concurrency', 'timeout', 'returnExceptions'];

/** As they are when they are given: what becomes of them later counts for nothing. */
function optionsOf(name: string, options: AsCompletedOptions): AsCompletedOptions {
  checkOptions(name, options, asCompletedOptions);
  const { concurrency, timeout, returnExceptions } = options;
  checkConcurrency(name, concurrency);
  checkTimeout(name, timeout);
  return { concurrency, timeout, returnExceptions };
}

function results(
  name: string,
  { items, keys }: Listed<Items<Awaitable<unknown>>>,
  { concurrency = Infinity, timeout, returnExceptions = false }: AsCompletedOptions,
  hold: Hold,
  mapper?: Mapper<never, unknown>,
): Closing<unknown> {
  const mapping = mapper && new Mapping(mapper, returnExceptions, keys);
  const checked = (awaitable: unknown, index: number) => {
    checkAwaitable(name, awaitable, index, keys);
    return awaitable as Awaitable<unknown>;
  };
  const origin = (index: number) => mapping?.origin(index) ?? { key: keyOf(index, keys) };
  /** Runs a group, and emits each of its results as it is there. */
  const completed = (group: Group<Awaitable<unknown>>) =>
    run<unknown, unknown>(group, concurrency, (subscriber) => {
      const emit = (result: unknown, slots: Slots) => {
        subscriber.next(hold(result, slots));
      };
      return {
        awaitableOf: mapping?.awaitableOf ?? (group.isChecked === true ? undefined : checked),
        name,
        keys,
        fulfilled: (value, index, slots) => {
          emit(returnExceptions ? { ...fulfilled(value), ...origin(index) } : value, slots);
        },
        failed: (error, index, slots) => {
          if (returnExceptions) emit({ ...rejected(error), ...origin(index) }, slots);
          else subscriber.error(error);
        },
        finished: () => {
          subscriber.complete();
        },
      };
    });
  const groups = groupsOf(items, concurrency, mapping === undefined ? checked : undefined).map(completed);
  const merged = merge(...groups);
  const timed = timeout === undefined ? merged : merged.pipe(takeUntil(expired(name, timeout)));
  return { source: timed };
}

function expired(name: string, timeout: Timeout): Observable<never> {
  return expiry(timeout).pipe(
    map(() => {
      throw timedOut(name, timeout);
    }),
  );
}
