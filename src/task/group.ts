import type { Subscriber } from 'rxjs';
import type { Input } from '../awaitable/input.js';
import { listen } from '../awaitable/source.js';
import type { Awaitable } from '../awaitable/types.js';
import { abort, cancellationReason, outside } from '../cleanup/collector.js';
import type { Cleanup, Failures } from '../cleanup/failures.js';
import { oversee } from '../cleanup/lingering.js';
import { CancelledError } from '../errors.js';
import { type Feed, nothingYet } from '../awaitable/feed.js';
import type { Client } from '../running/client.js';
import { Runner } from '../running/runner.js';
import { cancelFor } from './symbols.js';
import { tellEnd } from './group-end.js';
import { GroupFailures, theBody } from './group-failures.js';
import { privateTaskOf, startTask, type Task, type TaskOptions, taskOf } from './task.js';
import { handleOf, type TaskGroup } from './task-group.js';
import { TaskQueue } from './task-queue.js';

/** A running taskGroup: its tasks wait in a queue for the one runner, which starts them when there is room. */
export class Group<R> implements Feed<Task<unknown>>, Client<unknown> {
  readonly name = 'taskGroup';
  readonly ownsTasks = true;
  readonly #subscriber: Subscriber<R>;
  readonly #runner: Runner<unknown>;
  readonly #waiting = new TaskQueue();
  /** Those that run, by their index. */
  readonly #running = new Map<number, Task<unknown>>();
  readonly #failures = new GroupFailures();
  // The group's own, since tasks may heed it when the body, and with it the body's signal, is done.
  readonly #controller = new AbortController();
  readonly signal = this.#controller.signal;
  #body!: Task<R>;
  // cancelling: its tasks are just being cancelled, one after the other. over: all have ended.
  state: 'open' | 'cancelling' | 'closing' | 'over' = 'open';
  #cancelled = false;
  /** Called when what it has cancelled by itself is over. */
  #cleanedUp: (() => void) | undefined;
  #finishCleanup: ((failures: Failures) => void) | undefined;

  constructor(subscriber: Subscriber<R>, concurrency: number) {
    this.#subscriber = subscriber;
    this.#runner = new Runner(subscriber, { feed: () => this, first: 0 }, concurrency, this);
  }

  run(body: (group: TaskGroup) => Input<R>): void {
    this.#body = privateTaskOf((context) => {
      // Read for the body, which is thereby always waited for.
      context.signal.throwIfAborted();
      return body(handleOf(this));
    }, theBody);
    startTask(this.#body, this.#subscriber);
    this.#body[listen]({
      ownsTask: true,
      settled: (status, outcome) => {
        if (status === 'rejected') this.#failures.add(outcome, theBody);
        // As in asyncio, a body that ends in a cancellation of its own takes the group with it.
        if (status !== 'fulfilled') this.#close();
        this.#runner.fill();
      },
    });
  }

  cancel(): void {
    if (this.state === 'open') this.#cancelled = true;
    outside(() => {
      this.#close();
    });
    this.#runner.fill();
  }

  /** Nobody listens any more: cancels all, and gives what is left of it to the canceller. */
  abandon(): Failures | Cleanup {
    this.#cancelAll();
    this.#runner.fill();
    if (this.state === 'over') return this.#failures.take();
    return new Promise((resolve) => {
      this.#finishCleanup = resolve;
    });
  }

  next(): IteratorResult<Task<unknown>> | typeof nothingYet {
    const value = this.state === 'open' ? this.#waiting.next() : undefined;
    if (value !== undefined) return { done: false, value };
    const isOver = this.#body.done && this.#runner.isIdle && this.state !== 'cancelling';
    return isOver ? { done: true, value: undefined } : nothingYet;
  }

  awaitableOf(pulled: unknown, index: number): Task<unknown> {
    const task = pulled as Task<unknown>;
    this.#running.set(index, task);
    this.#waiting.start(task, this.#subscriber);
    return task;
  }

  fulfilled(_: unknown, index: number): void {
    this.#running.delete(index);
  }

  failed(error: unknown, index: number): void {
    const task = this.#running.get(index);
    this.#running.delete(index);
    // One that is merely cancelled does not disturb the others.
    if (task?.status !== 'rejected') return;
    this.#failures.add(error, task.name);
    this.#close();
  }

  /** The body and all tasks have ended. */
  finished(): void {
    this.state = 'over';
    this.#cleanedUp?.();
    if (this.#finishCleanup !== undefined) this.#finishCleanup(this.#failures.take());
    else if (!this.#subscriber.closed) tellEnd(this.#subscriber, this.#body, this.#failures, this.#cancelled);
  }

  createTask<T>(awaitable: Awaitable<T>, options: TaskOptions | undefined): Task<T> {
    const task = taskOf(awaitable, options);
    this.#failures.created++;
    this.#waiting.push(task, this.#subscriber);
    this.#runner.fill();
    this.#waiting.keepContext(task);
    return task;
  }

  /** By itself: it goes on until all have cleaned up. */
  #close(): void {
    if (this.state !== 'open') return;
    this.#cancelAll();
    this.#cleanedUp = oversee(this.#subscriber, () => this.#failures.all);
  }

  #cancelAll(): void {
    if (this.state !== 'open') return;
    this.state = 'cancelling';
    const reason = cancellationReason(() => new CancelledError(), this.#subscriber);
    abort(this.#controller, reason);
    this.#body[cancelFor](reason);
    for (const task of this.#running.values()) task[cancelFor](reason);
    this.#waiting.cancelAll(reason);
    this.state = 'closing';
  }
}
