import {
  concat,
  defer,
  ignoreElements,
  map,
  type Observable,
  of,
  type OperatorFunction,
  tap,
  throwIfEmpty,
} from 'rxjs';
import { type Awaitable, type Awaitables, cancelPart, isTask, type Result, resultOf } from '../awaitable/types.js';
import { checkAwaitable, checkConcurrency, checkListOrRecord, checkOptions, isRecord } from '../arguments/check.js';
import { Arrivals } from '../running/arrivals.js';
import { awaitCleanup } from '../cleanup/close.js';
import { joinAll } from '../running/fan-in.js';
import { isIterable } from '../awaitable/input.js';
import { type Items, pullEach } from '../running/runner.js';
import { join } from '../running/join.js';
import { asOutcome, type Settled } from '../awaitable/outcome.js';
import type { Task } from '../task/task.js';

/** What {@link gather} takes besides the awaitables. */
export interface GatherOptions<E extends boolean = boolean> {
  /**
   * How many may run at a time: all by default. With it a list is pulled lazily, one awaitable as each slot frees up; what a
   * pipe emits waits for its turn.
   */
  readonly concurrency?: number | undefined;
  /** Gives an outcome in place of each result, and lets the others go on after a failure. `false` by default. */
  readonly returnExceptions?: E | undefined;
}

/** The type of what {@link gather} emits: the list or record of awaitables, with a result in place of each. */
export type Gathered<A, E extends boolean = false> =
  A extends readonly unknown[] ? { -readonly [K in keyof A]: Settled<Result<A[K]>, E> }
  : A extends Iterable<infer T> | AsyncIterable<infer T> ? Settled<Result<T>, E>[]
  : { -readonly [K in keyof A]: Settled<Result<A[K]>, E> };

/**
 * Runs awaitables at the same time, and emits all their results together, in the order they were given in.
 *
 * The first failure cancels the rest, waits for their cleanup and is then passed on; Tasks among them run on.
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
 * @param awaitables a list, an async iterable or a plain record
 * @param options `concurrency` (no limit by default) and `returnExceptions` (`false` by default)
 * @throws TypeError or RangeError for arguments that make no sense. Error notifications: the first failure, rxjs's
 * `EmptyError` for an awaitable without a value, TypeError for an element that is no awaitable
 */
export function gather<const A extends Awaitables, E extends boolean = false>(
  awaitables: A,
  options: GatherOptions<E> = {},
): Observable<Gathered<A, E>> {
  checkListOrRecord('gather', awaitables);
  checkGatherOptions('gather', options);
  const gathered: Observable<unknown> =
    isRecord(awaitables) ? ofRecord(awaitables, options) : results('gather', awaitables, options);
  return gathered as Observable<Gathered<A, E>>;
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
    defer(() => results('gatherAll', new Arrivals(source), options) as Observable<Settled<Result<A>, E>[]>);
}

function checkGatherOptions(name: string, options: GatherOptions): void {
  checkOptions(name, options);
  checkConcurrency(name, options.concurrency);
}

function ofRecord(
  awaitables: Readonly<Record<string, Awaitable<unknown>>>,
  options: GatherOptions,
): Observable<Record<string, unknown>> {
  return defer(() => {
    const keys = Object.keys(awaitables);
    return results('gather', Object.values(awaitables), options, keys).pipe(
      map((values) => Object.fromEntries(keys.map((key, index) => [key, values[index]]))),
    );
  });
}

function results(
  name: string,
  awaitables: Items<Awaitable<unknown>>,
  { concurrency = Infinity, returnExceptions = false }: GatherOptions,
  keys?: readonly string[],
): Observable<unknown[]> {
  return defer(() => {
    const tasks: Task<unknown>[] = [];
    const check = (awaitable: Awaitable<unknown>, index: number) => {
      checkAwaitable(name, awaitable, index, keys);
      if (isTask(awaitable)) tasks.push(awaitable);
    };
    // An outcome has to be one of the result, which is otherwise the last value anyway.
    const settled = (awaitable: Awaitable<unknown>) => (returnExceptions ? asOutcome(resultOf(awaitable)) : awaitable);

    const joined = (list: Iterable<Awaitable<unknown>>) => {
      const all = [...list];
      all.forEach(check);
      // Like forkJoin, it is empty when one of them is.
      return all.length > 0 ? joinAll(returnExceptions ? all.map(settled) : all, join).pipe(throwIfEmpty()) : of([]);
    };
    const collected = () => {
      const values: unknown[] = [];
      const run = (awaitable: Awaitable<unknown>, index: number) => {
        check(awaitable, index);
        return resultOf(settled(awaitable)).pipe(tap((value: unknown) => (values[index] = value)));
      };
      return concat(pullEach(awaitables, concurrency, run).pipe(ignoreElements()), of(values));
    };

    const all = concurrency === Infinity && isIterable(awaitables) ? joined(awaitables) : collected();
    const cancelTasks = (ended: boolean) => {
      if (!ended) for (const task of tasks) task[cancelPart]();
    };
    return all.pipe(awaitCleanup(cancelTasks));
  });
}
