/**
 * asyncio's control structures as Observables, to pipe.
 *
 * @module rx-asyncio
 */
export { suppressed } from './cleanup/report.js';
export { asCompleted, asCompletedAll } from './combinators/as-completed.js';
export type { AsCompletedOptions } from './combinators/as-completed.js';
export { asyncFinalize } from './combinators/async-finalize.js';
export type { Awaitable, AwaitableList, Awaitables, Coroutine, CoroutineContext } from './awaitable/types.js';
export type { Completed, Gathered, Result } from './awaitable/inference.js';
export type { CompletedItems, GatheredItems, ItemOutcome, Mapper } from './awaitable/mapper.js';
export { CancelledError, isCancellation } from './errors.js';
export { InvalidStateError } from './task/invalid-state.js';
export { gather, gatherAll } from './combinators/gather.js';
export type { GatherOptions } from './combinators/gather.js';
export type { Timeout } from './arguments/timeout.js';
export type { Input, NativeObservable, NativeObserver } from './awaitable/input.js';
export type { Completion, Outcome, Settled } from './awaitable/outcome.js';
export { Progress } from './combinators/progress.js';
export type { ProgressCounts } from './observing/tally.js';
export type { Watched, WatchedAwaitable } from './observing/watched.js';
export { Semaphore } from './combinators/semaphore.js';
export type { Permit, SemaphoreOptions } from './combinators/semaphore.js';
export { shield } from './combinators/shield.js';
export { createTask } from './task/create-task.js';
export { Task } from './task/task.js';
export type { TaskOptions } from './task/task.js';
export type { TaskStatus } from './awaitable/source.js';
export { taskGroup } from './combinators/task-group.js';
export type { TaskGroup } from './task/task-group.js';
export type { TaskGroupOptions } from './combinators/task-group.js';
export { ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION } from './arguments/return-when.js';
export { wait, waitAll } from './combinators/wait.js';
export type { ReturnWhen } from './arguments/return-when.js';
export type { WaitOptions, WaitResult } from './combinators/wait.js';
export { until } from './combinators/until.js';
export { waitFor } from './combinators/wait-for.js';
export { withGrace } from './combinators/with-grace.js';
