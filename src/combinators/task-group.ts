import { Observable, type Subscriber } from 'rxjs';
import { type Awaitable, type CoroutineContext, type Result, watch } from '../awaitable/types.js';
import { CancelledError, InvalidStateError } from '../errors.js';
import { checkAwaitable, checkConcurrency, checkFunction, checkOptions } from '../arguments/check.js';
import { cancellationReason, type Cleanup, collect, type Failures, handOver } from '../cleanup/close.js';
import type { Input } from '../awaitable/input.js';
import { Queue } from '../running/queue.js';
import { startTask, type Task, type TaskOptions, taskOf } from '../task/task.js';

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
  checkOptions('taskGroup', options);
  checkConcurrency('taskGroup', options.concurrency);
  // A new Observable, since tasks may come at any time from anywhere in the body, and none may be left out.
  return new Observable((subscriber) => {
    // rxjs goes on subscribing to the rest after a source that failed at once: nobody could cancel this one.
    if (subscriber.closed) return;
    const group = new Group(subscriber, options.concurrency ?? Infinity);
    subscriber.add(() => {
      handOver(subscriber, group.abandon());
    });
    group.run(body);
  });
}

class Group<R> implements TaskGroup {
  readonly #subscriber: Subscriber<R>;
  readonly #concurrency: number;
  /** The body and the tasks that are not done. The group ends when there are none. */
  readonly #open = new Set<Task<unknown>>();
  readonly #running = new Set<Task<unknown>>();
  /** Those that wait for room to run, some of them cancelled meanwhile. */
  readonly #waiting = new Queue<Task<unknown>>();
  /** A Set, since a failure that the body passes on from one of its tasks is one failure. */
  readonly #failures = new Set<unknown>();
  // The group's own, since tasks may heed it when the body, and with it the body's signal, is done.
  readonly #controller = new AbortController();
  #body!: Task<R>;
  #starting = false;
  #closing = false;
  #cancelled = false;
  #finishCleanup: (() => void) | undefined;

  constructor(subscriber: Subscriber<R>, concurrency: number) {
    this.#subscriber = subscriber;
    this.#concurrency = concurrency;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  run(body: (group: TaskGroup) => Input<R>): void {
    this.#body = taskOf((context) => {
      // Read for the body, which is thereby always waited for.
      context.signal.throwIfAborted();
      return body(this);
    });
    this.#add(this.#body);
    startTask(this.#body);
  }

  // These two are functions of the instance, so that the group can be destructured.
  readonly createTask = <A extends Awaitable<unknown>>(awaitable: A, options?: TaskOptions): Task<Result<A>> => {
    checkAwaitable('group.createTask', awaitable);
    checkOptions('group.createTask', options);
    if (this.#closing) {
      const state = this.#open.size > 0 ? 'is closing' : 'has ended';
      throw new InvalidStateError(`group.createTask: the group ${state} and takes no more tasks`);
    }
    const task = taskOf(awaitable as Awaitable<Result<A>>, options);
    this.#add(task);
    this.#waiting.push(task);
    this.#startNext();
    return task;
  };

  readonly cancel = (): void => {
    if (this.#closing) return;
    this.#cancelled = true;
    this.#cancelAll();
  };

  /** Nobody listens any more: cancels all, and gives what is left of it to the canceller. */
  abandon(): Failures | Cleanup {
    const cleanup = collect(() => {
      this.#cancelAll();
    });
    // What listeners to the signal tore down fails the group as its tasks do, in one AggregateError.
    const failure = (failures: Failures) => {
      for (const each of failures) this.#failures.add(each);
      return this.#takeFailure();
    };
    if (this.#open.size === 0) return cleanup instanceof Promise ? cleanup.then(failure) : failure(cleanup);
    const ended = new Promise<void>((resolve) => {
      this.#finishCleanup = resolve;
    });
    return Promise.all([cleanup, ended]).then(([failures]) => failure(failures));
  }

  #add(task: Task<unknown>): void {
    this.#open.add(task);
    task[watch]((ended) => {
      this.#ended(ended);
    });
  }

  /** A loop, not a recursion, since tasks may end while they are being started. */
  #startNext(): void {
    if (this.#starting) return;
    this.#starting = true;
    while (!this.#closing && this.#running.size < this.#concurrency && !this.#waiting.isEmpty) {
      const task = this.#waiting.shift();
      if (task.done) continue;
      this.#running.add(task);
      startTask(task);
    }
    this.#starting = false;
  }

  #ended(task: Task<unknown>): void {
    this.#open.delete(task);
    this.#running.delete(task);
    if (task.status === 'rejected') this.#failures.add(task.exception());
    // As in asyncio, a body that ends in a cancellation of its own takes the group with it.
    if (task.status === 'rejected' || (task === this.#body && task.status === 'cancelled')) this.#cancelAll();
    this.#startNext();
    if (this.#open.size === 0) this.#conclude();
  }

  #cancelAll(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#controller.abort(cancellationReason(() => new CancelledError()));
    for (const task of this.#open) task.cancel();
  }

  #conclude(): void {
    this.#closing = true;
    if (this.#finishCleanup !== undefined) this.#finishCleanup();
    // It is closed when a task that was cancelled at once has concluded the group already.
    else if (!this.#subscriber.closed) {
      const failure = this.#takeFailure();
      if (failure.length > 0) this.#subscriber.error(failure[0]);
      else if (!this.#cancelled || this.#body.status === 'fulfilled') this.#body.subscribe(this.#subscriber);
      else {
        this.#subscriber.next(undefined as R);
        this.#subscriber.complete();
      }
    }
  }

  /** For whoever asks first. */
  #takeFailure(): Failures {
    const failures = [...this.#failures];
    this.#failures.clear();
    return failures.length > 0 ? [new AggregateError(failures, 'unhandled errors in a taskGroup')] : [];
  }
}
