import { defer, identity, map, type Observable, type OperatorFunction, takeUntil } from 'rxjs';
import { type Awaitable, type Awaitables, type Result, resultOf } from '../awaitable/types.js';
import { timeoutError } from '../errors.js';
import {
  checkAwaitable,
  checkConcurrency,
  checkListOrRecord,
  checkOptions,
  checkTimeout,
  isRecord,
  type Timeout,
} from '../arguments/check.js';
import { Arrivals } from '../running/arrivals.js';
import { awaitCleanup } from '../cleanup/close.js';
import { mergeMany } from '../running/fan-in.js';
import { type Items, pullEach } from '../running/runner.js';
import { isIterable } from '../awaitable/input.js';
import { expiry } from '../arguments/timeout.js';
import { asOutcome, type Completion } from '../awaitable/outcome.js';

/** What {@link asCompleted} takes besides the awaitables. */
export interface AsCompletedOptions<E extends boolean = boolean> {
  /**
   * How many may run at a time: all by default. With it a list is pulled lazily, one awaitable as each slot frees up; what a
   * pipe emits waits for its turn.
   */
  readonly concurrency?: number | undefined;
  /** Ends it with rxjs's `TimeoutError`: milliseconds, a Date, or anything whose first value does. None by default. */
  readonly timeout?: Timeout | undefined;
  /** Emits outcomes with their `key` in place of results, and goes on after a failure. `false` by default. */
  readonly returnExceptions?: E | undefined;
}

/** The type of what {@link asCompleted} emits for the awaitables `A`. */
export type Completed<A, E extends boolean = false> =
  A extends Iterable<infer T> | AsyncIterable<infer T> ?
    E extends true ?
      Completion<Result<T>>
    : Result<T>
  : E extends true ? { [K in keyof A]: Completion<Result<A[K]>, K> }[keyof A]
  : Result<A[keyof A]>;

/**
 * Runs awaitables at the same time, and emits each result as it is there.
 *
 * A failure or a timeout cancels the rest, and is passed on after their cleanup. Unsubscribing cancels them, too. Tasks among
 * the awaitables run on in any case.
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
 * @param awaitables a list, an async iterable or a plain record
 * @param options `concurrency` (no limit by default), `timeout` (none by default; a number is milliseconds) and
 * `returnExceptions` (`false` by default)
 * @throws TypeError or RangeError for arguments that make no sense. Error notifications: the first failure, rxjs's
 * `TimeoutError`, `EmptyError` for an awaitable without a value, TypeError for an element that is no awaitable
 */
export function asCompleted<const A extends Awaitables, E extends boolean = false>(
  awaitables: A,
  options: AsCompletedOptions<E> = {},
): Observable<Completed<A, E>> {
  return completions('asCompleted', awaitables, options, identity) as Observable<Completed<A, E>>;
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
 * rxjs: as `mergeAll`, for the result of each. The `key` of an outcome is its index in the source.
 *
 * @param options as of {@link asCompleted}
 * @throws TypeError or RangeError for options that make no sense; what is no awaitable is an error notification
 */
export function asCompletedAll<A extends Awaitable<unknown>, E extends boolean = false>(
  options: AsCompletedOptions<E> = {},
): OperatorFunction<A, Completed<readonly A[], E>> {
  checkAsCompletedOptions('asCompletedAll', options);
  return (source) =>
    defer(
      () => run('asCompletedAll', new Arrivals(source), options, identity) as Observable<Completed<readonly A[], E>>,
    );
}

/** {@link asCompleted}, where what `hold` makes of each result keeps its slot until it completes. */
export function completions<R>(
  name: string,
  awaitables: Awaitables,
  options: AsCompletedOptions,
  hold: (result: Observable<unknown>) => Observable<R>,
): Observable<R> {
  checkListOrRecord(name, awaitables);
  checkAsCompletedOptions(name, options);
  if (!isRecord(awaitables)) return run(name, awaitables, options, hold);
  return defer(() => run(name, Object.values(awaitables), options, hold, Object.keys(awaitables)));
}

function checkAsCompletedOptions(name: string, options: AsCompletedOptions): void {
  checkOptions(name, options);
  checkConcurrency(name, options.concurrency);
  checkTimeout(name, options.timeout);
}

function run<R>(
  name: string,
  awaitables: Items<Awaitable<unknown>>,
  { concurrency = Infinity, timeout, returnExceptions = false }: AsCompletedOptions,
  hold: (result: Observable<unknown>) => Observable<R>,
  keys?: readonly string[],
): Observable<R> {
  const start = (awaitable: Awaitable<unknown>, index: number) => {
    checkAwaitable(name, awaitable, index, keys);
    const result = resultOf(awaitable);
    const key = keys ? keys[index] : index;
    return hold(returnExceptions ? asOutcome(result).pipe(map((outcome) => ({ ...outcome, key }))) : result);
  };
  const expired = expiry(timeout).pipe(
    map(() => {
      throw timeoutError();
    }),
  );
  const merged = defer(() =>
    concurrency === Infinity && isIterable<Awaitable<unknown>>(awaitables) ?
      mergeMany(Array.from(awaitables, start))
    : pullEach(awaitables, concurrency, start),
  );
  return merged.pipe(takeUntil(expired), awaitCleanup());
}
