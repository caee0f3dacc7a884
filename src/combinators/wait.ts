import {
  identity,
  map,
  type MonoTypeOperatorFunction,
  Observable,
  type OperatorFunction,
  reduce,
  take,
  takeUntil,
  takeWhile,
  throwIfEmpty,
} from 'rxjs';
import { checkAwaitable, checkList, checkOneOf, checkOptions, checkTimeout } from '../arguments/check.js';
import { placeOf } from '../arguments/listed.js';
import { expiry, type Timeout } from '../arguments/timeout.js';
import { fromInput, isIterable } from '../awaitable/input.js';
import type { Awaitable, AwaitableList, Result } from '../awaitable/types.js';
import { closing, type Source } from '../cleanup/closing.js';
import { collect, offer } from '../cleanup/collector.js';
import type { Subscribe } from '../cleanup/upstream.js';
import { Arrivals } from '../running/arrivals.js';
import { type Feed, feedOf } from '../running/feed.js';
import { run } from '../running/run.js';
import { cancelPart, isTask } from '../task/symbols.js';
import { startTask, type Task, taskOf } from '../task/task.js';
import type { Completed } from './as-completed.js';

/**
 * {@link wait} returns when all awaitables are done. The default.
 *
 * asyncio: `asyncio.ALL_COMPLETED`.
 */
export const ALL_COMPLETED = 'ALL_COMPLETED';
/**
 * {@link wait} returns when one of the awaitables is done.
 *
 * asyncio: `asyncio.FIRST_COMPLETED`.
 */
export const FIRST_COMPLETED = 'FIRST_COMPLETED';
/**
 * {@link wait} returns when one of the awaitables has failed (being cancelled is no failure), or all are done.
 *
 * asyncio: `asyncio.FIRST_EXCEPTION`.
 */
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION';

/** When {@link wait} returns: {@link ALL_COMPLETED}, {@link FIRST_COMPLETED} or {@link FIRST_EXCEPTION}. */
export type ReturnWhen = typeof ALL_COMPLETED | typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION;

/** What {@link wait} takes besides the awaitables. */
export interface WaitOptions {
  /** Ends the wait: milliseconds, a Date, or anything whose first value does. None by default. */
  readonly timeout?: Timeout | undefined;
  /** When to return: {@link ALL_COMPLETED} by default. */
  readonly returnWhen?: ReturnWhen | undefined;
}

/** What {@link wait} emits: a Task for each awaitable, in the order they were given in. */
export interface WaitResult<T> {
  /** Those that were fulfilled, rejected or cancelled when the wait ended. */
  readonly done: Set<Task<T>>;
  /** The others. They are cancelled after that, unless they were Tasks already. */
  readonly pending: Set<Task<T>>;
}

/**
 * Runs awaitables at the same time until all are done, the first is done or has failed, or a timeout runs out; then
 * emits once which are done and which are pending. It never fails because one of them does.
 *
 * What it started itself and is still pending, it then cancels, and completes after its cleanup; a failure in that is
 * reported as an unhandled rejection. Tasks run on: they are for their owner to cancel.
 *
 * ```ts
 * wait([timer(100), timer(300)], { timeout: 200 }).subscribe(({ done, pending }) => {
 *   console.log(`${done.size} completed and ${pending.size} pending`);
 * });
 * // 1 completed and 1 pending
 * ```
 *
 * ![A timeline: at the timeout it emits what is done and what is pending.](../../docs/pictures/wait-timeout.svg)
 *
 * asyncio: `asyncio.wait()`, which never cancels. The timeout is made on rxjs's `takeUntil`.
 *
 * @param awaitables a list or an async iterable; the same Task twice counts once
 * @param options `timeout` (none by default; a number is milliseconds) and `returnWhen` (`ALL_COMPLETED` by default)
 * @throws TypeError or RangeError for arguments that make no sense. Error notifications: RangeError when there are no
 * awaitables, TypeError for an element that is none
 */
export function wait<const A extends AwaitableList>(
  awaitables: A,
  options: WaitOptions = {},
): Observable<WaitResult<Completed<A>>> {
  checkList('wait', awaitables);
  checkWaitOptions('wait', options);
  const list: AwaitableList = awaitables;
  return closing(() => waiting('wait', isIterable(list) ? [...list] : fromInput(list), options)) as Observable<
    WaitResult<Completed<A>>
  >;
}

/**
 * The pipeable {@link wait}: runs each awaitable that the source emits as it arrives. All are done once the source has
 * completed as well.
 *
 * ```ts
 * of(100, 300).pipe(map((ms) => timer(ms)), waitAll({ timeout: 200 })).subscribe(({ done, pending }) => {
 *   console.log(`${done.size} completed and ${pending.size} pending`);
 * });
 * // 1 completed and 1 pending
 * ```
 *
 * rxjs: as `mergeAll` with a `takeUntil`, which tells what it has left undone.
 *
 * @param options as of {@link wait}
 * @throws TypeError or RangeError for options that make no sense; what is no awaitable, or a source that completes without
 * one, is an error notification
 */
export function waitAll<A extends Awaitable<unknown>>(
  options: WaitOptions = {},
): OperatorFunction<A, WaitResult<Result<A>>> {
  checkWaitOptions('waitAll', options);
  return (source) => closing(() => waiting('waitAll', source, options));
}

function waiting<A extends Awaitable<unknown>>(
  name: string,
  awaitables: readonly A[] | Observable<A>,
  { timeout, returnWhen = ALL_COMPLETED }: WaitOptions,
): Source<WaitResult<Result<A>>> {
  type T = Result<A>;
  const tasks = new Set<Task<T>>();
  const owned = new Set<Task<T>>();
  const asTask = (awaitable: A, index: number): Task<T> => {
    checkAwaitable(name, awaitable, placeOf(index, undefined));
    const shared = isTask(awaitable);
    const task = shared ? (awaitable as unknown as Task<T>) : taskOf(awaitable as Awaitable<T>);
    if (!shared) owned.add(task);
    tasks.add(task);
    return task;
  };
  const none = () => new RangeError(`${name}: there must be at least one awaitable`);
  const feed = () => {
    if (awaitables instanceof Observable) return new Arrivals(awaitables.pipe(map(asTask), throwIfEmpty(none)));
    // Every awaitable of a list has its Task in the result, also when an earlier one ends the wait before it is started.
    awaitables.forEach(asTask);
    if (tasks.size === 0) throw none();
    return feedOf(tasks);
  };
  let named = false;
  const result = (): WaitResult<T> => {
    named = true;
    const all = [...tasks];
    return { done: new Set(all.filter((task) => task.done)), pending: new Set(all.filter((task) => !task.done)) };
  };
  const waited = new Observable(eachDone(feed, owned)).pipe(until(returnWhen));
  const timed = timeout === undefined ? waited : waited.pipe(takeUntil(expiry(timeout)));
  const all = timed.pipe(reduce(identity, undefined), map(result));
  return {
    subscribe: (subscriber) => all.subscribe(subscriber),
    finalize: () => {
      const cleanup = collect(() => {
        for (const task of owned) task[cancelPart]();
      });
      // What the result has named keeps its failure: that stays in its Task.
      if (!named) offer(cleanup);
      else if (cleanup instanceof Promise) offer(cleanup.then(() => []));
    },
  };
}

function until(returnWhen: ReturnWhen): MonoTypeOperatorFunction<Task<unknown>> {
  if (returnWhen === FIRST_COMPLETED) return take(1);
  return returnWhen === FIRST_EXCEPTION ? takeWhile((task) => task.status !== 'rejected') : identity;
}

/** Starts the Tasks that are `owned`, and emits each Task when it is done. */
function eachDone<T>(feed: () => Feed<Task<T>>, owned: ReadonlySet<Task<T>>): Subscribe<Task<T>> {
  const started: Task<T>[] = [];
  return run<T, Task<T>>({ feed, first: 0 }, Infinity, (subscriber) => {
    const done = (_: unknown, index: number) => {
      subscriber.next(started[index] as Task<T>);
    };
    return {
      starting: (awaitable) => {
        const task = awaitable as Task<T>;
        started.push(task);
        if (owned.has(task)) startTask(task);
      },
      nameOf: (index) => (started[index] as Task<T>).name,
      fulfilled: done,
      failed: done,
      finished: () => {
        subscriber.complete();
      },
    };
  });
}

function checkWaitOptions(name: string, options: WaitOptions): void {
  checkOptions(name, options, ['timeout', 'returnWhen']);
  checkTimeout(name, options.timeout);
  checkOneOf(name, 'returnWhen', options.returnWhen, [ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION]);
}
