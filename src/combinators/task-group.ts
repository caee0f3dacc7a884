import { Observable } from 'rxjs';
import { checkConcurrency, checkFunction, checkOptions } from '../arguments/check.js';
import type { Input } from '../awaitable/input.js';
import type { Awaitable, CoroutineContext, Result } from '../awaitable/types.js';
import { leave } from '../cleanup/lingering.js';
import { Group } from './group.js';
import type { Task, TaskOptions } from '../task/task.js';

/** What {@link taskGroup} takes besides the body. */
export interface TaskGroupOptions {
  /** How many of the group's tasks may run at a time: all by default. The others wait, unstarted. */
  readonly concurrency?: number | undefined;
}

/** What the body of {@link taskGroup} starts its tasks with. It may be destructured: `({ createTask, signal }) => …`. */
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
   * @param options `name`: `Task-1`, `Task-2` … by default
   * @throws InvalidStateError when the group is closing: a task has failed, it was cancelled, or it has ended; TypeError
   * when it is no awaitable
   */
  readonly createTask: <A extends Awaitable<unknown>>(awaitable: A, options?: TaskOptions) => Task<Result<A>>;

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

/**
 * Runs a body that starts tasks, and ends when the body and all its tasks have ended: none of them outlives the group.
 * Emits the result of the body.
 *
 * When the body or a task fails, the others are cancelled, and once all have cleaned up the group fails with an
 * AggregateError of every failure. A task that is merely cancelled does not disturb the group. Unsubscribing cancels all.
 * The body is always waited for; what it awaits besides its tasks should heed `group.signal`.
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
 * @throws TypeError or RangeError for arguments that make no sense
 */
export function taskGroup<R>(body: (group: TaskGroup) => Input<R>, options: TaskGroupOptions = {}): Observable<R> {
  checkFunction('taskGroup', 'body', body);
  checkOptions('taskGroup', options, ['concurrency']);
  checkConcurrency('taskGroup', options.concurrency);
  // A new Observable, since tasks may come at any time from anywhere in the body, and none may be left out.
  return new Observable((subscriber) => {
    // rxjs goes on subscribing to the rest after a source that failed at once: nobody could cancel this one.
    if (subscriber.closed) return;
    const group = new Group(subscriber, options.concurrency ?? Infinity);
    subscriber.add(() => {
      leave(group.abandon(), subscriber);
    });
    group.run(body);
  });
}
