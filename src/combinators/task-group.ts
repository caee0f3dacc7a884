import type { Observable } from 'rxjs';
import { checkConcurrency, checkFunction, checkOptions } from '../arguments/check.js';
import type { Input } from '../awaitable/input.js';
import type { CandidateFunction, Result, ValidFunction } from '../awaitable/inference.js';
import { tearDown } from '../cleanup/collector.js';
import { combinator } from '../cleanup/combinator.js';
import { leave } from '../cleanup/lingering.js';
import { tellWaiting } from '../cleanup/turns.js';
import { Group } from '../task/group.js';
import type { TaskGroup } from '../task/task-group.js';

/** What {@link taskGroup} takes besides the body. */
export interface TaskGroupOptions {
  /** How many of the group's tasks may run at a time: all by default. The others wait, unstarted. */
  readonly concurrency?: number | undefined;
}

export const taskGroupOptions: readonly string[] = ['concurrency'];

/**
 * Runs a body that starts tasks, and ends when the body and all its tasks have ended: none of them outlives the group.
 * Emits the result of the body.
 *
 * When the body or a task fails, the others are cancelled, and once all have cleaned up the group fails with an
 * AggregateError of every failure. A task that is merely cancelled does not disturb the group. Unsubscribing cancels all.
 * The body is always waited for; what it awaits besides its tasks should heed `group.signal`. A group within a group is
 * cancelled through that, or through the context of the task that it is in.
 *
 * ```ts
 * taskGroup(async (group) => {
 *   const name = group.createTask(async () => 'Ada');
 *   const year = group.createTask(timer(10).pipe(map(() => 1815)));
 *   return `${await name}, ${await year}`;
 * }).subscribe(console.log);
 * // Ada, 1815
 * ```
 *
 * ![A timeline: one task fails, the others are cancelled and clean up.](../../docs/pictures/task-group-failure.svg)
 *
 * asyncio: `asyncio.TaskGroup`.
 *
 * @param body is given the {@link TaskGroup}, and returns an `ObservableInput`: a Promise, as an async function does, or an
 * Observable
 * @param options `concurrency` (no limit by default)
 * @throws TypeError or RangeError for arguments that make no sense. Error notification: an AggregateError of every failure,
 * which says how many tasks failed, and with what the first few
 */
export function taskGroup<B extends CandidateFunction<TaskGroup>>(
  body: B & ValidFunction<B, TaskGroup>,
  options: TaskGroupOptions = {},
): Observable<Result<B>> {
  checkFunction('taskGroup', 'body', body);
  checkOptions('taskGroup', options, taskGroupOptions);
  const { concurrency = Infinity } = options;
  checkConcurrency('taskGroup', concurrency);
  // A new Observable, since tasks may come at any time from anywhere in the body, and none may be left out.
  return combinator<Result<B>>('taskGroup', (subscriber) => {
    const group = new Group(subscriber, concurrency);
    const abandon = () => {
      leave(group.abandon(), subscriber);
    };
    subscriber.add(() => {
      tearDown(abandon);
      tellWaiting();
    });
    group.run(body as (group: TaskGroup) => Input<Result<B>>);
  });
}
