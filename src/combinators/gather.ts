import { forkJoin, identity, map, type Observable, of, type OperatorFunction } from 'rxjs';
import { checkAwaitable, checkConcurrency, checkListOrRecord, checkOptions } from '../arguments/check.js';
import { listed, type Listed } from '../arguments/listed.js';
import { Mapping, withMapper } from '../arguments/mapping.js';
import { fulfilled, rejected, type Settled } from '../awaitable/outcome.js';
import type { Candidates, Gathered, Result, ValidAwaitables } from '../awaitable/inference.js';
import type {
  GatheredItems,
  ItemOf,
  Mapper,
  Misplaced,
  NoMapper,
  ValidItems,
  ValidMapper,
} from '../awaitable/mapper.js';
import type { Awaitable, Awaitables } from '../awaitable/types.js';
import { closing, type Closing } from '../cleanup/closing.js';
import { Arrivals } from '../running/arrivals.js';
import { type Group, groupsOf, type Items } from '../running/groups.js';
import { run } from '../running/run.js';
import { cancelPart, isTask, type TaskLike } from '../task/symbols.js';

/** What {@link gather} takes besides the awaitables. */
export interface GatherOptions<E extends boolean = boolean> {
  /**
   * How many may run at a time: all by default. With it a list is pulled lazily, one awaitable as each slot frees up. What a
   * pipe emits cannot be held back: it waits for its turn, in memory.
   */
  readonly concurrency?: number | undefined;
  /** Gives an outcome in place of each result, and lets the others go on after a failure. `false` by default. */
  readonly returnExceptions?: E | undefined;
}

/**
 * Runs awaitables at the same time, and emits all their results together, in the order they were given in.
 *
 * The first failure cancels the rest, waits for their cleanup and is then passed on, with what failed in that listed as
 * {@link suppressed}; Tasks among them run on.
 * Unsubscribing cancels everything, Tasks too.
 *
 * ```ts
 * gather([of(1), async () => 'two']).subscribe(console.log);
 * // [ 1, 'two' ]
 * gather({ one: of(1), two: async () => 'two' }).subscribe(console.log);
 * // { one: 1, two: 'two' }
 * ```
 *
 * ![A timeline: the results come together, when the last of them is there.](../../docs/pictures/gather.svg)
 *
 * asyncio: `asyncio.gather()`, which leaves the rest running after a failure. Made on rxjs's `forkJoin`.
 *
 * @param awaitables a list, an async iterable, a plain record or a Map; the results come as an array, a record or a Map
 * @param options `concurrency` (no limit by default) and `returnExceptions` (`false` by default)
 * @throws TypeError or RangeError for arguments that make no sense. Error notifications: the first failure, rxjs's
 * `EmptyError` for an awaitable without a value, TypeError for an element that is no awaitable
 */
export function gather<const A extends Candidates, E extends boolean = false>(
  awaitables: A & ValidAwaitables<A>,
  options?: GatherOptions<E> & NoMapper,
): Observable<Gathered<A, E>>;
/**
 * Calls a mapper for each item as it is started, as a coroutine function with the item before its context, and emits all the
 * results together, in the order of the items. All else is as without a mapper; an outcome has its `key` and its `item`.
 *
 * ```ts
 * const lengths = gather(['a', 'bb', 'ccc'], async (text, { signal }, index) => text.length * index, { concurrency: 2 });
 * lengths.subscribe(console.log);
 * // [ 0, 2, 6 ]
 * ```
 *
 * @param items a list, an async iterable, a plain record or a Map: with `concurrency` it is pulled lazily
 * @param mapper called with an item, its context and its index; returns what a coroutine function returns
 * @param options as without a mapper
 */
export function gather<I extends object, R, E extends boolean = false, K extends keyof GatherOptions = never>(
  items: I & ValidItems<I, K>,
  mapper: (Mapper<ItemOf<I>, R> & ValidMapper<R>) | Misplaced<GatherOptions, K>,
  options?: GatherOptions<E>,
): Observable<GatheredItems<I, R, E>>;
export function gather(
  given: unknown,
  second?: GatherOptions | Mapper<never, unknown>,
  third?: GatherOptions,
): Observable<unknown> {
  const { mapper, options = {} } = withMapper('gather', second, third);
  return gathered(given, mapper, options);
}

/** {@link gather}, its arguments told apart. */
export function gathered(
  given: unknown,
  mapper: Mapper<never, unknown> | undefined,
  options: GatherOptions,
): Observable<unknown> {
  checkListOrRecord('gather', given, mapper !== undefined);
  const chosen = optionsOf('gather', options);
  return closing('gather', () => results('gather', listed(given as Awaitables), chosen, mapper));
}

/**
 * The pipeable {@link gather}: runs each awaitable that the source emits as it arrives, and emits all the results, in
 * that order, once the source has completed and all are there.
 *
 * ```ts
 * of(3, 1, 2).pipe(map((n) => timer(n * 100).pipe(map(() => n))), gatherAll()).subscribe(console.log);
 * // [ 3, 1, 2 ]
 * ```
 *
 * With `concurrency`, what the source emits meanwhile waits in memory: a source cannot be held back, as a list can.
 *
 * rxjs: as `forkJoin`, of sources that arrive one by one.
 *
 * @param options as of {@link gather}
 * @throws TypeError or RangeError for options that make no sense; what is no awaitable is an error notification
 */
export function gatherAll<A extends Awaitable<unknown>, E extends boolean = false>(
  options: GatherOptions<E> = {},
): OperatorFunction<A, Settled<Result<A>, E>[]> {
  const chosen = optionsOf('gatherAll', options);
  return (source) =>
    closing('gatherAll', () => results('gatherAll', { items: () => new Arrivals(source) }, chosen)) as Observable<
      Settled<Result<A>, E>[]
    >;
}

export const gatherOptions: readonly string[] = ['concurrency', 'returnExceptions'];

/** As they are when they are given: what becomes of them later counts for nothing. */
function optionsOf(name: string, options: GatherOptions): GatherOptions {
  checkOptions(name, options, gatherOptions);
  const { concurrency, returnExceptions } = options;
  checkConcurrency(name, concurrency);
  return { concurrency, returnExceptions };
}

function results(
  name: string,
  { items, keys, keyed = identity }: Listed<Items<Awaitable<unknown>>>,
  { concurrency = Infinity, returnExceptions = false }: GatherOptions,
  mapper?: Mapper<never, unknown>,
): Closing<unknown> {
  const tasks: TaskLike[] = [];
  const mapping = mapper && new Mapping(mapper, returnExceptions, keys);
  const checked = (awaitable: unknown, index: number) => {
    checkAwaitable(name, awaitable, index, keys);
    if (isTask(awaitable)) tasks.push(awaitable);
    return awaitable as Awaitable<unknown>;
  };
  /** Runs a group, and emits what is made of all its results together. */
  const gather = <R>(group: Group<Awaitable<unknown>>, made: (results: unknown[]) => R) =>
    run<unknown, R>(group, concurrency, (subscriber) => {
      const values: unknown[] = [];
      return {
        awaitableOf: mapping?.awaitableOf ?? (group.isChecked === true ? undefined : checked),
        name,
        keys,
        fulfilled: (value, index) => {
          values[index - group.first] = returnExceptions ? { ...fulfilled(value), ...mapping?.origin(index) } : value;
        },
        failed: (error, index) => {
          if (returnExceptions) values[index - group.first] = { ...rejected(error), ...mapping?.origin(index) };
          else subscriber.error(error);
        },
        finished: () => {
          subscriber.next(made(values));
          subscriber.complete();
        },
      };
    });
  const groups = groupsOf(items, concurrency, mapping === undefined ? checked : undefined);
  const [only, second] = groups;
  return {
    // One group has nothing to be joined with.
    source:
      only !== undefined && second === undefined ?
        gather(only, keyed)
      : joined(groups.map((group) => gather<unknown[]>(group, identity))).pipe(map(keyed)),
    finalize: (ended) => {
      if (!ended) for (const task of tasks) task[cancelPart]();
    },
  };
}

/** The results of all groups together. */
function joined(groups: readonly Observable<unknown[]>[]): Observable<unknown[]> {
  if (groups.length === 0) return of([]);
  return forkJoin(groups).pipe(map((results) => ([] as unknown[]).concat(...results)));
}
