import type { CandidateFunction, Result, ValidFunction } from '../awaitable/inference.js';
import { taskGroup as taskGroup$, type TaskGroupOptions, taskGroupOptions } from '../combinators/task-group.js';
import type { TaskGroup } from '../task/task-group.js';
import { type Abortable, toPromise, withoutSignal } from '../promise/to-promise.js';

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
