import type { AsCompletedOptions } from './combinators/as-completed.js';
import { asCompletedOptions, completions } from './combinators/as-completed.js';
import { gather as gather$, type GatherOptions, gatherOptions } from './combinators/gather.js';
import { shield as shield$ } from './combinators/shield.js';
import { taskGroup as taskGroup$, type TaskGroupOptions, taskGroupOptions } from './combinators/task-group.js';
import type { TaskGroup } from './task/task-group.js';
import { wait as wait$, type WaitOptions, waitOptions, type WaitResult } from './combinators/wait.js';
import { waitFor as waitFor$ } from './combinators/wait-for.js';
import type { Timeout } from './arguments/timeout.js';
import type {
  Candidate,
  CandidateFunction,
  Candidates,
  Completed,
  Gathered,
  Result,
  Valid,
  ValidAwaitables,
  ValidFunction,
  ValidList,
} from './awaitable/inference.js';
import type { Awaitables } from './awaitable/types.js';
import type { Observable } from 'rxjs';
import { held, type Held, heldUntilTaken } from './promise/held.js';
import { Results } from './promise/results.js';
import { type Abortable, signalOf, toPromise, withoutSignal } from './promise/to-promise.js';

export type { Abortable } from './promise/to-promise.js';

export { EmptyError, TimeoutError } from 'rxjs';
export { suppressed } from './cleanup/report.js';
export { asyncFinalize } from './combinators/async-finalize.js';
export type { AsCompletedOptions } from './combinators/as-completed.js';
export type { Awaitable, AwaitableList, Awaitables, Coroutine, CoroutineContext } from './awaitable/types.js';
export type { Completed, Gathered, Result } from './awaitable/inference.js';
export { CancelledError, isCancellation } from './errors.js';
export { InvalidStateError } from './task/invalid-state.js';
export type { GatherOptions } from './combinators/gather.js';
export type { Timeout } from './arguments/timeout.js';
export type { Input, NativeObservable, NativeObserver } from './awaitable/input.js';
export type { Completion, Outcome, Settled } from './awaitable/outcome.js';
export { createTask } from './task/create-task.js';
export { Task } from './task/task.js';
export type { TaskOptions } from './task/task.js';
export type { TaskStatus } from './awaitable/source.js';
export type { TaskGroup } from './task/task-group.js';
export type { TaskGroupOptions } from './combinators/task-group.js';
export { ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION } from './arguments/return-when.js';
export type { ReturnWhen } from './arguments/return-when.js';
export type { WaitOptions, WaitResult } from './combinators/wait.js';

/**
 * Runs awaitables at the same time, and gives all their results in the order they were given in. For the rules see the
 * Observable of the same name in `rx-asyncio`.
 *
 * ```ts
 * console.log(await gather([async () => 1, of('two')]));
 * // [ 1, 'two' ]
 * ```
 *
 * asyncio: `await asyncio.gather()`.
 *
 * @param awaitables a list, an async iterable, a plain record or a Map
 * @param options `concurrency` (no limit by default), `returnExceptions` (`false` by default) and `signal`
 * @throws TypeError or RangeError at once, for arguments that make no sense; rejects with the first failure
 */
export function gather<const A extends Candidates, E extends boolean = false>(
  awaitables: A & ValidAwaitables<A>,
  options?: GatherOptions<E> & Abortable,
): Promise<Gathered<A, E>> {
  return toPromise(gather$<A, E>(awaitables, withoutSignal('gather', options, gatherOptions)), options?.signal);
}

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
  options: AsCompletedOptions<E> & Abortable = {},
): AsyncIterableIterator<Completed<A, E>> & AsyncDisposable {
  const rest = withoutSignal('asCompleted', options, asCompletedOptions);
  // Without a limit there is no slot to keep: what is there in time may be taken after the timeout.
  const hold = (options.concurrency ?? Infinity) < Infinity ? heldUntilTaken : held;
  const results = completions('asCompleted', awaitables as Awaitables, rest, hold) as Observable<Held<Completed<A, E>>>;
  return new Results(results, options.signal);
}

/**
 * Runs awaitables at the same time until all are done, the first is done or has failed, or a timeout runs out; then gives
 * which are done and which are pending. What it started itself and is still pending has been cancelled by then: it is in
 * `pending`, as a rule with the status `'cancelled'`.
 *
 * ```ts
 * const { done, pending } = await wait([timer(10), timer(500)], { timeout: 100 });
 * console.log(`${done.size} completed and ${pending.size} pending`);
 * // 1 completed and 1 pending
 * ```
 *
 * asyncio: `await asyncio.wait()`.
 *
 * @param awaitables a list or an async iterable; the same Task twice counts once
 * @param options `timeout` (none by default; a number is milliseconds), `returnWhen` (`ALL_COMPLETED` by default) and
 * `signal`
 * @throws TypeError or RangeError at once, for arguments that make no sense; rejects with a RangeError when there are no
 * awaitables, never because one of them fails
 */
export function wait<const A extends Candidates>(
  awaitables: A & ValidList<A>,
  options?: WaitOptions & Abortable,
): Promise<WaitResult<Completed<A>>> {
  return toPromise(wait$<A>(awaitables, withoutSignal('wait', options, waitOptions)), options?.signal);
}

/**
 * Gives an awaitable until a timeout to end; after that it is cancelled, and rxjs's `TimeoutError` thrown once it has cleaned
 * up. A value that it returns in spite of the cancellation wins, however late.
 *
 * ```ts
 * const error = await waitFor(timer(5000), 10).catch((error) => error);
 * console.log(error.name);
 * // TimeoutError
 * ```
 *
 * asyncio: `await asyncio.wait_for()`.
 *
 * @param awaitable what to wait for: a Task is listened to, anything else is started
 * @param timeout milliseconds, a Date, or anything whose first value ends the wait; `undefined` and Infinity set no limit
 * @param options `signal`
 * @throws TypeError or RangeError at once, for arguments that make no sense; rejects with rxjs's `TimeoutError`, or with the
 * awaitable's failure
 */
export function waitFor<A extends Candidate>(
  awaitable: A & Valid<A>,
  timeout: Timeout | undefined,
  options?: Abortable,
): Promise<Result<A>> {
  return toPromise(waitFor$<A>(awaitable, timeout), signalOf('waitFor', options));
}

/**
 * Protects an awaitable from cancellation: when `signal` aborts, the promise rejects, and the awaitable runs on.
 *
 * ```ts
 * console.log(await shield(async () => 'saved'));
 * // saved
 * ```
 *
 * asyncio: `await asyncio.shield()`.
 *
 * @param awaitable what to protect
 * @param options `signal`
 * @throws TypeError at once, when it is no awaitable; rejects with the awaitable's failure
 */
export function shield<A extends Candidate>(awaitable: A & Valid<A>, options?: Abortable): Promise<Result<A>> {
  return toPromise(shield$<A>(awaitable), signalOf('shield', options));
}

/**
 * Runs a body that starts tasks, and ends when the body and all its tasks have ended. A group within a group is to be handed
 * a context, to be cancelled with it: `taskGroup(inner, group)`, `group.createTask((context) => taskGroup(inner, context))`.
 *
 * ```ts
 * const sum = await taskGroup(async (group) => {
 *   const a = group.createTask(async () => 1);
 *   const b = group.createTask(async () => 2);
 *   return (await a) + (await b);
 * });
 * console.log(sum);
 * // 3
 * ```
 *
 * asyncio: `async with asyncio.TaskGroup() as group`.
 *
 * @param body is given the {@link TaskGroup}, and returns a Promise, as an async function does, or an Observable
 * @param options `concurrency` (no limit by default) and `signal`
 * @throws TypeError or RangeError at once, for arguments that make no sense; rejects with an AggregateError of every failure
 */
export function taskGroup<B extends CandidateFunction<TaskGroup>>(
  body: B & ValidFunction<B, TaskGroup>,
  options?: TaskGroupOptions & Abortable,
): Promise<Result<B>> {
  return toPromise(taskGroup$<B>(body, withoutSignal('taskGroup', options, taskGroupOptions)), options?.signal);
}
