import { checkAwaitable, checkOptions } from '../arguments/check.js';
import type { Candidate, Result, Valid } from '../awaitable/inference.js';
import type { Awaitable, CoroutineContext } from '../awaitable/types.js';
import { InvalidStateError } from './invalid-state.js';
import type { Task, TaskOptions } from './task.js';

/**
 * What the body of {@link taskGroup} starts its tasks with. It may be destructured, `({ createTask, signal }) => …`, and handed
 * on as options, since of its own it has only the signal: `await gather([a, b], group)`.
 */
export interface TaskGroup extends CoroutineContext {
  /** Aborts when the group is cancelled, for the body to end as well. */
  readonly signal: AbortSignal;

  /**
   * Starts an awaitable as a task of the group. A task may start others.
   *
   * ```ts
   * taskGroup(async (group) => {
   *   const page = group.createTask(async () => 'page 1', { name: 'page' });
   *   return [page.name, await page];
   * }).subscribe(console.log);
   * // [ 'page', 'page 1' ]
   * ```
   *
   * asyncio: `TaskGroup.create_task()`.
   *
   * @param awaitable what to start: at once, or with `concurrency` when there is room for it
   * @param options `name`: that of the function by default, else `Task-1`, `Task-2` …
   * @throws InvalidStateError when the group is closing: a task has failed, it was cancelled, or it has ended; TypeError
   * when it is no awaitable
   */
  readonly createTask: <A extends Candidate>(awaitable: A & Valid<A>, options?: TaskOptions) => Task<Result<A>>;

  /**
   * Ends the group early, and without an error: cancels its tasks and aborts its `signal`. It then gives the body's
   * result, or `undefined` where the body itself ended in the cancellation.
   *
   * ```ts
   * taskGroup(async (group) => {
   *   group.createTask(NEVER);
   *   group.cancel();
   *   return 'enough';
   * }).subscribe(console.log);
   * // enough
   * ```
   *
   * asyncio: `TaskGroup.cancel()` of Python 3.15.
   */
  readonly cancel: () => void;
}

interface Group {
  readonly state: string;
  readonly signal: AbortSignal;
  createTask<T>(awaitable: Awaitable<T>, options: TaskOptions | undefined): Task<T>;
  cancel(): void;
}

/** Only the signal is a property of its own, so that a group can be handed on wherever a context can. */
export function handleOf(group: Group): TaskGroup {
  const methods: Omit<TaskGroup, 'signal'> = {
    createTask: <A extends Candidate>(awaitable: A & Valid<A>, options?: TaskOptions) => {
      checkAwaitable('group.createTask', awaitable);
      checkOptions('group.createTask', options, ['name']);
      if (group.state !== 'open') {
        const state = group.state === 'over' ? 'has ended' : 'is closing';
        throw new InvalidStateError(`group.createTask: the group ${state} and takes no more tasks`);
      }
      return group.createTask(awaitable as Awaitable<Result<A>>, options);
    },
    cancel: () => {
      group.cancel();
    },
  };
  const signal = { value: group.signal, enumerable: true };
  return Object.create(methods, { signal }) as TaskGroup;
}
