import { checkAwaitable, checkOptions } from '../arguments/check.js';
import type { Candidate, Result, Valid } from '../awaitable/inference.js';
import type { Awaitable } from '../awaitable/types.js';
import { note } from './loose.js';
import { startTask, type Task, type TaskOptions, taskOf } from './task.js';

/**
 * Starts an awaitable at once, and gives the handle to it.
 *
 * ```ts
 * const task = createTask(() => Promise.resolve('done'), { name: 'greeting' });
 * console.log(task.name, task.status, await task, task.status);
 * // greeting pending done fulfilled
 * ```
 *
 * asyncio: `asyncio.create_task()`, but the first step runs at once, as with `eager_task_factory`.
 *
 * @param awaitable what to start: an Observable is subscribed to, a coroutine function called
 * @param options `name`: that of the function by default, else `Task-1`, `Task-2` …
 * @throws TypeError when it is no awaitable; a failure of the awaitable is the Task's
 */
export function createTask<A extends Candidate>(awaitable: A & Valid<A>, options?: TaskOptions): Task<Result<A>> {
  checkAwaitable('createTask', awaitable);
  checkOptions('createTask', options, ['name']);
  const task = taskOf(awaitable as Awaitable<Result<A>>, options);
  note(task);
  startTask(task);
  return task;
}
