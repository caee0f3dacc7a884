import { forkJoin, identity, map, type Observable, of, type OperatorFunction } from 'rxjs';
import { checkAwaitable, checkConcurrency, checkListOrRecord, checkOptions } from '../arguments/check.js';
import { listed, type Listed, placeOf } from '../arguments/listed.js';
import { observe } from '../awaitable/source.js';
import { fulfilled, rejected, type Settled } from '../awaitable/outcome.js';
import type { Candidates, Gathered, Result, ValidAwaitables } from '../awaitable/inference.js';
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
  options: GatherOptions<E> = {},
): Observable<Gathered<A, E>> {
  checkListOrRecord('gather', awaitables);
  checkGatherOptions('gather', options);
  return closing(() => results('gather', listed(awaitables as Awaitables), options)) as Observable<Gathered<A, E>>;
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
  checkGatherOptions('gatherAll', options);
  return (source) =>
    closing(() => results('gatherAll', { items: () => new Arrivals(source) }, options)) as Observable<
      Settled<Result<A>, E>[]
    >;
}

export const gatherOptions: readonly string[] = ['concurrency', 'returnExceptions'];

function checkGatherOptions(name: string, options: GatherOptions): void {
  checkOptions(name, options, gatherOptions);
  checkConcurrency(name, options.concurrency);
}

function results(
  name: string,
  { items, keys, keyed = identity }: Listed<Items<Awaitable<unknown>>>,
  { concurrency = Infinity, returnExceptions = false }: GatherOptions,
): Closing<unknown> {
  const tasks: TaskLike[] = [];
  const check = (awaitable: unknown, index: number) => {
    checkAwaitable(name, awaitable, placeOf(index, keys));
    if (!isTask(awaitable)) return;
    awaitable[observe]();
    tasks.push(awaitable);
  };
  /** Runs a group, and emits what is made of all its results together. */
  const gathered = <R>(group: Group<Awaitable<unknown>>, made: (results: unknown[]) => R) =>
    run<unknown, R>(group, concurrency, (subscriber) => {
      const values: unknown[] = [];
      return {
        starting: group.isChecked === true ? undefined : check,
        name,
        keys,
        fulfilled: (value, index) => {
          values[index - group.first] = returnExceptions ? fulfilled(value) : value;
        },
        failed: (error, index) => {
          if (returnExceptions) values[index - group.first] = rejected(error);
          else subscriber.error(error);
        },
        finished: () => {
          subscriber.next(made(values));
          subscriber.complete();
        },
      };
    });
  const groups = groupsOf(items, concurrency, check);
  const [only, second] = groups;
  return {
    // One group has nothing to be joined with.
    source:
      only !== undefined && second === undefined ?
        gathered(only, keyed)
      : joined(groups.map((group) => gathered<unknown[]>(group, identity))).pipe(map(keyed)),
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
