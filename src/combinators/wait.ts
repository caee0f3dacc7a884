import { map, Observable, type OperatorFunction, type Subscriber, takeUntil, tap, throwIfEmpty } from 'rxjs';
import { checkAwaitable, checkList, checkOneOf, checkOptions, checkTimeout } from '../arguments/check.js';
import { ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, type ReturnWhen } from '../arguments/return-when.js';
import { expiry, type Timeout } from '../arguments/timeout.js';
import { fromInput } from '../awaitable/from-input.js';
import type { Candidates, Completed, Result, ValidList } from '../awaitable/inference.js';
import { isIterable } from '../awaitable/input.js';
import type { Awaitable, AwaitableList } from '../awaitable/types.js';
import { closing, type Closing } from '../cleanup/closing.js';
import { shared } from '../cleanup/shared.js';
import { Arrivals } from '../running/arrivals.js';
import { feedOf } from '../awaitable/feed.js';
import { eachDone } from '../task/each-done.js';
import { observe } from '../awaitable/source.js';
import { cancelPart, isTask } from '../task/symbols.js';
import { type Task, taskOf } from '../task/task.js';

/** What {@link wait} takes besides the awaitables. */
export interface WaitOptions {
  /** Ends the wait, without an error: milliseconds, a Date, or anything whose first value does. None by default. */
  readonly timeout?: Timeout | undefined;
  /** When to return: {@link ALL_COMPLETED} by default. */
  readonly returnWhen?: ReturnWhen | undefined;
}

/** What {@link wait} emits: a Task for each awaitable, in the order they were given in. */
export interface WaitResult<T> {
  /** Those that were fulfilled, rejected or cancelled when the wait ended. */
  readonly done: Set<Task<T>>;
  /** The others. They are cancelled after that, and are then as a rule `'cancelled'`, unless they were Tasks already. */
  readonly pending: Set<Task<T>>;
}

/**
 * Runs awaitables at the same time until all are done, the first is done or has failed, or a timeout runs out; then
 * emits once which are done and which are pending. It never fails because one of them does.
 *
 * What it started itself and is still pending, it then cancels, and completes after its cleanup: each is still named in
 * `pending`, and keeps a failure of its cleanup to itself, as its Task's. Tasks run on: they are for their owner to cancel.
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
export function wait<const A extends Candidates>(
  awaitables: A & ValidList<A>,
  options: WaitOptions = {},
): Observable<WaitResult<Completed<A>>> {
  checkList('wait', awaitables);
  const chosen = optionsOf('wait', options);
  const list = awaitables as AwaitableList;
  return closing('wait', () => waiting('wait', isIterable(list) ? [...list] : fromInput(list), chosen)) as Observable<
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
  const chosen = optionsOf('waitAll', options);
  return (source) => closing('waitAll', () => waiting('waitAll', source, chosen));
}

function waiting<A extends Awaitable<unknown>>(
  name: string,
  awaitables: readonly A[] | Observable<A>,
  { timeout, returnWhen = ALL_COMPLETED }: WaitOptions,
): Closing<WaitResult<Result<A>>> {
  type T = Result<A>;
  const tasks = new Set<Task<T>>();
  const owned = new Set<Task<T>>();
  const asTask = (awaitable: A, index: number): Task<T> => {
    checkAwaitable(name, awaitable, index);
    const isGiven = isTask(awaitable);
    const task = isGiven ? (awaitable as unknown as Task<T>) : taskOf(awaitable as Awaitable<T>);
    if (isGiven) task[observe]();
    else owned.add(task);
    tasks.add(task);
    return task;
  };
  const none = () => new RangeError(`${name}: there must be at least one awaitable`);
  const arriving = (source: Observable<A>) => new Arrivals(source.pipe(map(asTask), throwIfEmpty(none)));
  // Every awaitable of a list has its Task in the result, also when an earlier one ends the wait before it is started.
  const listed = (list: readonly A[]) => {
    if (list.length === 0) throw none();
    list.forEach((awaitable, index) => {
      asTask(awaitable, index);
    });
    shared.inspector?.expect(tasks.size);
    return feedOf(tasks);
  };
  const feed = awaitables instanceof Observable ? arriving(awaitables) : listed(awaitables);
  let named = false;
  const result = (): WaitResult<T> => {
    named = true;
    const done = new Set<Task<T>>();
    for (const task of tasks) if (task.done) done.add(task);
    for (const task of done) tasks.delete(task);
    // What is left of them: as a rule there is one less, of many that are waited for again and again.
    return { done, pending: tasks };
  };
  const emit = (subscriber: Subscriber<WaitResult<T>>) => {
    subscriber.next(result());
    subscriber.complete();
  };
  const emitIfEnough = ({ status }: Task<T>, subscriber: Subscriber<WaitResult<T>>) => {
    if (returnWhen === FIRST_COMPLETED || (returnWhen === FIRST_EXCEPTION && status === 'rejected')) emit(subscriber);
  };
  const waited = eachDone(feed, owned, emitIfEnough, emit);
  return {
    source: timeout === undefined ? waited : withTimeout(waited, timeout, emit),
    finalize: () => {
      // What the result has named keeps its failure: that stays in its Task.
      for (const task of owned) task[cancelPart](named);
    },
  };
}

/** Takes until the timeout, which `emit` is called at. */
function withTimeout<R>(
  waited: Observable<R>,
  timeout: Timeout,
  emit: (subscriber: Subscriber<R>) => void,
): Observable<R> {
  return new Observable((subscriber) => {
    const expired = expiry(timeout).pipe(
      tap(() => {
        emit(subscriber);
      }),
    );
    waited.pipe(takeUntil(expired)).subscribe(subscriber);
  });
}

export const waitOptions: readonly string[] = ['timeout', 'returnWhen'];

/** As they are when they are given: what becomes of them later counts for nothing. */
function optionsOf(name: string, options: WaitOptions): WaitOptions {
  checkOptions(name, options, waitOptions);
  const { timeout, returnWhen } = options;
  checkTimeout(name, timeout);
  checkOneOf(name, 'returnWhen', returnWhen, [ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION]);
  return { timeout, returnWhen };
}
