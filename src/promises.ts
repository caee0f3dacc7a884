/**
 * The same to await.
 *
 * @module rx-asyncio/promises
 */
// asyncio's control structures as Promises: the names of `rx-asyncio`, to be awaited.

export type { Abortable } from './promise/to-promise.js';

export { EmptyError, TimeoutError } from 'rxjs';
export { suppressed } from './cleanup/report.js';
export { asyncFinalize } from './combinators/async-finalize.js';
export type { AsCompletedOptions } from './combinators/as-completed.js';
export type { Awaitable, AwaitableList, Awaitables, Coroutine, CoroutineContext } from './awaitable/types.js';
export type { Completed, Gathered, Result } from './awaitable/inference.js';
export type { CompletedItems, GatheredItems, ItemOutcome, Mapper } from './awaitable/mapper.js';
export { CancelledError, isCancellation } from './errors.js';
export { InvalidStateError } from './task/invalid-state.js';
export type { GatherOptions } from './combinators/gather.js';
export type { Timeout } from './arguments/timeout.js';
export type { Input, NativeObservable, NativeObserver } from './awaitable/input.js';
export type { Completion, Outcome, Settled } from './awaitable/outcome.js';
export { Progress } from './combinators/progress.js';
export type { ProgressCounts } from './observing/tally.js';
export type { Watched, WatchedAwaitable } from './observing/watched.js';
export { Semaphore } from './combinators/semaphore.js';
export type { Permit, SemaphoreOptions } from './combinators/semaphore.js';
export { createTask } from './task/create-task.js';
export { Task } from './task/task.js';
export type { TaskOptions } from './task/task.js';
export type { TaskStatus } from './awaitable/source.js';
export type { TaskGroup } from './task/task-group.js';
export type { TaskGroupOptions } from './combinators/task-group.js';
export { ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION } from './arguments/return-when.js';
export type { ReturnWhen } from './arguments/return-when.js';
export type { WaitOptions, WaitResult } from './combinators/wait.js';
export { until } from './combinators/until.js';
export { gather } from './facades/gather.js';
export { asCompleted } from './facades/as-completed.js';
export { wait } from './facades/wait.js';
export { waitFor } from './facades/wait-for.js';
export { shield } from './facades/shield.js';
export { taskGroup } from './facades/task-group.js';
export { withGrace } from './facades/with-grace.js';
