import type { Subscriber } from 'rxjs';
import { checkAwaitable, checkOptions } from '../arguments/check.js';
import type { Input } from '../awaitable/input.js';
import { listen } from '../awaitable/source.js';
import type { Awaitable, Result } from '../awaitable/types.js';
import { cancellationReason, type Cleanup, type Failures, isObject, outside } from '../cleanup/collector.js';
import { aggregateError, CancelledError, InvalidStateError } from '../errors.js';
import { type Context, currentContext } from '../running/context.js';
import { type Feed, nothingYet } from '../running/feed.js';
import { Queue } from '../running/queue.js';
import { type Client, Runner } from '../running/runner.js';
import { cancelFor } from '../task/symbols.js';
import { privateTaskOf, startTask, type Task, type TaskOptions, taskOf } from '../task/task.js';
import type { TaskGroup } from './task-group.js';

/** A running taskGroup: its tasks wait in a queue for the one runner, which starts them when there is room. */
export class Group<R> implements Feed<Task<unknown>>, Client<unknown> {
  readonly contexts = true;
  readonly #subscriber: Subscriber<R>;
  readonly #runner: Runner<unknown>;
  readonly #waiting = new Queue<Task<unknown>>();
  /** Those that had to wait are started in the context of whoever has created them. */
  readonly #creators = new WeakMap<Task<unknown>, Context>();
  /** Those that run, by their index. */
  readonly #running = new Map<number, Task<unknown>>();
  readonly #known = new Set<unknown>();
  readonly #failures: unknown[] = [];
  /** Whose failures these are. */
  readonly #failed: string[] = [];
  // The group's own, since tasks may heed it when the body, and with it the body's signal, is done.
  readonly #controller = new AbortController();
  #body!: Task<R>;
  #created = 0;
  #closing = false;
  #cancelled = false;
  #over = false;
  #finishCleanup: ((failures: Failures) => void) | undefined;

  constructor(subscriber: Subscriber<R>, concurrency: number) {
    this.#subscriber = subscriber;
    this.#runner = new Runner(subscriber, { feed: () => this, first: 0 }, concurrency, this);
  }

  run(body: (group: TaskGroup) => Input<R>): void {
    this.#body = privateTaskOf((context) => {
      // Read for the body, which is thereby always waited for.
      context.signal.throwIfAborted();
      return body(this.#handle());
    }, 'the body');
    startTask(this.#body);
    this.#body[listen]({
      settled: (status, outcome) => {
        if (status === 'rejected') this.#add(outcome, 'the body');
        // As in asyncio, a body that ends in a cancellation of its own takes the group with it.
        if (status !== 'fulfilled') this.#cancelAll();
        this.#runner.fill();
      },
    });
  }

  /** Nobody listens any more: cancels all, and gives what is left of it to the canceller. */
  abandon(): Failures | Cleanup {
    this.#cancelAll();
    if (this.#over) return this.#takeFailure();
    return new Promise((resolve) => {
      this.#finishCleanup = resolve;
    });
  }

  next(): IteratorResult<Task<unknown>> | typeof nothingYet {
    while (!this.#closing && !this.#waiting.isEmpty) {
      const task = this.#waiting.shift();
      // It may have been cancelled while it waited.
      if (!task.done) return { done: false, value: task };
    }
    return this.#body.done && this.#runner.isIdle ? { done: true, value: undefined } : nothingYet;
  }

  return(): void {
    // It ends when its tasks have.
  }

  starting(awaitable: Awaitable<unknown>, index: number): void {
    const task = awaitable as Task<unknown>;
    this.#running.set(index, task);
    const context = this.#creators.get(task);
    if (context === undefined) startTask(task);
    else {
      context.run(() => {
        startTask(task);
      });
    }
  }

  fulfilled(_: unknown, index: number): void {
    this.#running.delete(index);
  }

  failed(error: unknown, index: number): void {
    const task = this.#running.get(index);
    this.#running.delete(index);
    // One that is merely cancelled does not disturb the others.
    if (task?.status !== 'rejected') return;
    this.#add(error, task.name);
    this.#cancelAll();
  }

  /** The body and all tasks have ended. */
  finished(): void {
    this.#over = this.#closing = true;
    const failure = this.#subscriber.closed ? [] : this.#takeFailure();
    if (this.#finishCleanup !== undefined) this.#finishCleanup(this.#takeFailure());
    else if (failure.length > 0) this.#subscriber.error(failure[0]);
    else if (!this.#cancelled || this.#body.status === 'fulfilled') this.#body.subscribe(this.#subscriber);
    else {
      this.#subscriber.next(undefined as R);
      this.#subscriber.complete();
    }
  }

  nameOf(): string {
    return 'taskGroup';
  }

  /** What the body is given: it can be destructured, and be handed on as a context. */
  #handle(): TaskGroup {
    // Only the signal is a property of its own, so that a group can be handed on wherever a context can.
    const methods: Omit<TaskGroup, 'signal'> = {
      createTask: <A extends Awaitable<unknown>>(awaitable: A, options?: TaskOptions) =>
        this.#createTask(awaitable as Awaitable<Result<A>>, options),
      cancel: () => {
        if (!this.#closing) this.#cancelled = true;
        this.#cancelAll();
      },
    };
    const signal = { value: this.#controller.signal, enumerable: true };
    return Object.create(methods, { signal }) as TaskGroup;
  }

  #createTask<T>(awaitable: Awaitable<T>, options: TaskOptions | undefined): Task<T> {
    checkAwaitable('group.createTask', awaitable);
    checkOptions('group.createTask', options, ['name']);
    if (this.#closing) {
      const state = this.#over ? 'has ended' : 'is closing';
      throw new InvalidStateError(`group.createTask: the group ${state} and takes no more tasks`);
    }
    const task = taskOf(awaitable, options);
    this.#created++;
    this.#waiting.push(task);
    this.#runner.fill();
    // Then it is the last of those.
    if (!this.#waiting.isEmpty) this.#creators.set(task, currentContext());
    return task;
  }

  #cancelAll(): void {
    if (this.#closing) return;
    this.#closing = true;
    const reason = cancellationReason(() => new CancelledError());
    outside(() => {
      this.#controller.abort(reason.reason);
    });
    this.#body[cancelFor](reason);
    for (const task of this.#running.values()) task[cancelFor](reason);
    while (!this.#waiting.isEmpty) this.#waiting.shift()[cancelFor](reason);
    this.#runner.fill();
  }

  /** A failure that the body passes on from one of its tasks is one failure. */
  #add(failure: unknown, name: string): void {
    const passedOn = this.#known.has(failure) && (isObject(failure) || name === 'the body');
    if (passedOn) return;
    this.#known.add(failure);
    this.#failures.push(failure);
    this.#failed.push(name);
  }

  /** For whoever asks first. */
  #takeFailure(): Failures {
    const failures = this.#failures.splice(0);
    if (failures.length === 0) return [];
    const tasks = `of ${this.#created} tasks`;
    if (!this.#failed.includes('the body'))
      return [aggregateError(failures, `${failures.length} ${tasks} failed`, this.#failed)];
    if (failures.length === 1) return [aggregateError(failures, 'the body failed')];
    return [aggregateError(failures, `the body and ${failures.length - 1} ${tasks} failed`, this.#failed)];
  }
}
