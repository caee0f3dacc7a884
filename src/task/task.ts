// For whoever compiles against the declarations without this library: kept in them.
/// <reference lib="esnext.disposable" preserve="true" />

import { Observable, type Subscriber, type TeardownLogic } from 'rxjs';
import { type Awaitable, cancelPart, resultOf, unwatch, watch } from '../awaitable/types.js';
import { Execution } from '../awaitable/coroutine.js';
import { CancelledError, InvalidStateError, isCancelledError } from '../errors.js';
import { Inner } from '../cleanup/upstream.js';
import { checkAwaitable, checkOptions } from '../arguments/check.js';
import {
  afterCleanup,
  asOneError,
  cancellationReason,
  collect,
  type Failures,
  offerCleanup,
  reportAll,
} from '../cleanup/close.js';

/** What {@link createTask} takes besides the awaitable. */
export interface TaskOptions {
  /** For people to read, in messages and logs: `Task-1`, `Task-2` … by default. */
  readonly name?: string;
}

/** Where a {@link Task} stands: all but `'pending'` are done, for good. */
export type TaskStatus = 'pending' | 'fulfilled' | 'rejected' | 'cancelled';

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
 * @param options `name`: `Task-1`, `Task-2` … by default
 * @throws TypeError when it is no awaitable; a failure of the awaitable is the Task's
 */
export function createTask<T>(awaitable: Awaitable<T>, options?: TaskOptions): Task<T> {
  checkAwaitable('createTask', awaitable);
  checkOptions('createTask', options);
  const task = taskOf(awaitable, options);
  startTask(task);
  return task;
}

/** A Task that has yet to be started, by {@link startTask}. */
export let taskOf: <T>(awaitable: Awaitable<T>, options?: TaskOptions) => Task<T>;

/** Starts a Task that has been neither started nor cancelled. */
export let startTask: (task: Task<unknown>) => void;

const inspected = Symbol.for('nodejs.util.inspect.custom');

/** Told when a Task is done. It takes the failure, if there is one, unless it returns `false`. */
export type Watcher = (task: Task<unknown>) => unknown;

/**
 * A started awaitable: an Observable that replays its result, and something to `await`, at once. Whoever subscribes or
 * awaits only listens; to end it there is {@link Task.cancel}.
 *
 * A Task that fails with nobody listening is an unhandled rejection, as with a Promise.
 *
 * ```ts
 * const task = createTask(timer(100).pipe(map(() => 'late')));
 * task.subscribe((value) => console.log('observed', value));
 * console.log('awaited', await task);
 * // observed late
 * // awaited late
 * ```
 *
 * asyncio: `asyncio.Task`.
 */
// eslint-disable-next-line rxjs-x/no-subclass -- it is to be piped, and awaited, as it stands
export class Task<T> extends Observable<T> implements PromiseLike<T>, AsyncDisposable {
  static #created = 0;

  static {
    taskOf = (awaitable, options) => new Task(awaitable, options);
    startTask = (task) => {
      task.#start();
    };
  }

  readonly #awaitable: Awaitable<T>;
  readonly #number = ++Task.#created;
  readonly #name: string | undefined;
  #status: TaskStatus = 'pending';
  /** The value once fulfilled, the reason once rejected or cancelled. */
  #outcome: unknown;
  /** Called once, when done. A failure is reported unless one of them takes it. */
  #watchers: Set<Watcher> | undefined;
  #promise: Promise<T> | undefined;
  #upstream: Subscriber<T> | undefined;
  #execution: Execution<T> | undefined;
  #cancellation: CancelledError | undefined;
  // closing: its source is being torn down. cleaning: cleanup is awaited. Then it is done.
  #phase: 'open' | 'closing' | 'cleaning' = 'open';

  private constructor(awaitable: Awaitable<T>, options: TaskOptions | undefined) {
    // Called as a method, so that all Tasks share one function.
    super(function (this: Observable<T>, subscriber) {
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- `this` is what super() makes
      return (this as Task<T>).#observe(subscriber);
    });
    this.#awaitable = awaitable;
    this.#name = options?.name;
  }

  /** For people to read; `Task-1`, `Task-2` … by default. asyncio: `get_name()`. */
  get name(): string {
    return this.#name ?? `Task-${this.#number}`;
  }

  /** Where it stands: `'pending'`, `'fulfilled'`, `'rejected'` or `'cancelled'`. */
  get status(): TaskStatus {
    return this.#status;
  }

  /** Whether it is fulfilled, rejected or cancelled. asyncio: `done()`. */
  get done(): boolean {
    return this.#status !== 'pending';
  }

  /** Whether it has been asked to end, also when it is done by now. asyncio: `cancelling() > 0`. */
  get cancelling(): boolean {
    return this.#cancellation !== undefined;
  }

  /**
   * Asks the task to end, and does not wait for it: an Observable is unsubscribed, a coroutine function sees its `signal`
   * abort. The task is `cancelled` once all cleanup below it has finished; without any, at once. A coroutine that returns
   * a value all the same fulfils it, a cleanup that fails rejects it.
   *
   * ```ts
   * const task = createTask(timer(1000));
   * console.log(task.cancel(), task.status, task.cancel());
   * // true cancelled false
   * ```
   *
   * asyncio: `Task.cancel()`.
   *
   * @param message of the CancelledError, `'cancelled'` by default
   * @returns false when the task was done already
   */
  cancel(message?: string): boolean {
    if (this.done) return false;
    if (this.#cancellation === undefined) {
      this.#cancellation = new CancelledError(message);
      this.#stop(this.#cancellation);
    }
    return true;
  }

  /**
   * The value it was fulfilled with.
   *
   * ```ts
   * console.log(createTask(of(1, 2)).result());
   * // 2
   * ```
   *
   * asyncio: `Task.result()`.
   *
   * @throws the reason it was rejected with, CancelledError, or InvalidStateError while it is pending
   */
  result(): T {
    const error = this.exception();
    if (this.#status === 'rejected') throw error;
    return this.#outcome as T;
  }

  /**
   * The reason it was rejected with, `undefined` when it was fulfilled. Reading it counts as observing the failure.
   *
   * ```ts
   * console.log(String(createTask(throwError(() => new Error('no'))).exception()));
   * // Error: no
   * ```
   *
   * asyncio: `Task.exception()`.
   *
   * @throws CancelledError, or InvalidStateError while it is pending
   */
  exception(): unknown {
    if (this.#status === 'pending') throw new InvalidStateError(`${this.name} is still pending`);
    if (this.#status === 'cancelled') throw this.#outcome;
    if (this.#status === 'fulfilled') return undefined;
    this.#markObserved();
    return this.#outcome;
  }

  /**
   * As of a Promise: `await task` calls it. Rejects with the reason, or with CancelledError; whoever stops waiting does not
   * cancel the task.
   *
   * ```ts
   * createTask(of('done')).then(console.log);
   * // done
   * ```
   *
   * asyncio: `await task`, which does hand a cancellation on.
   *
   * @param onFulfilled is given the result
   * @param onRejected is given the reason, or the CancelledError
   */
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#asPromise().then(onFulfilled, onRejected);
  }

  /**
   * Cancels the task and waits until it is done, whatever its outcome: `await using task = createTask(…)`.
   *
   * ```ts
   * const clock = createTask(interval(1000));
   * {
   *   await using task = clock;
   *   console.log(task.status);
   * }
   * console.log(clock.status);
   * // pending
   * // cancelled
   * ```
   *
   * asyncio: `task.cancel()` and `await task` in a `finally`.
   *
   * @throws what its cleanup failed with
   */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.cancel()) return;
    await this.then(undefined, (error: unknown) => {
      if (!isCancelledError(error)) throw error;
    });
  }

  /** @internal Calls `watcher` when done, at once if it is; a failure is then the watcher's to pass on. */
  [watch](watcher: Watcher): void {
    if (this.done) {
      this.#markObserved();
      watcher(this);
    } else (this.#watchers ??= new Set()).add(watcher);
  }

  /**
   * @internal Cancels it as a part of something larger, whose canceller waits for it, too, and is told of its failure.
   * `cancel()` itself asks for no waiting, since what is being torn down may be a part of this very task.
   */
  [cancelPart](): void {
    if (this.cancel() && this.#phase !== 'closing') offerCleanup(() => this.#failures());
  }

  /** @internal */
  [unwatch](watcher: Watcher): void {
    this.#watchers?.delete(watcher);
  }

  /** @internal What `console.log` shows in Node, which cannot see private fields. */
  [inspected](depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    const { name, status } = this;
    const outcome =
      status === 'fulfilled' ? { value: this.#outcome }
      : status === 'rejected' ? { reason: this.#outcome }
      : {};
    return depth < 0 ? '[Task]' : `Task ${inspect({ name, status, ...outcome }, { ...options, depth })}`;
  }

  #start(): void {
    let result: T;
    const upstream = new Inner<T>({
      next: (value) => {
        result = value;
      },
      error: (error) => {
        if (isCancelledError(error)) this.#end('cancelled', this.#cancellation ?? error);
        else this.#end('rejected', error);
      },
      complete: () => {
        this.#end('fulfilled', result);
      },
    });
    this.#upstream = upstream;
    if (typeof this.#awaitable === 'function') {
      this.#execution = new Execution(this.#awaitable, upstream, upstream);
      this.#execution.start();
    } else resultOf(this.#awaitable).subscribe(upstream);
  }

  #stop(cancellation: CancelledError): void {
    // A result or an error has come already, and only cleanup is awaited.
    if (this.#phase !== 'open') return;
    // A coroutine that has read its signal ends the task by its own outcome.
    if (this.#execution?.abort(cancellation)) return;
    this.#end('cancelled', cancellation);
  }

  #end(status: TaskStatus, outcome: unknown): void {
    // What listens to its signal has brought it to another end, at once.
    if (this.#phase === 'cleaning') return;
    this.#phase = 'closing';
    const cleanup = collect(
      () => {
        this.#upstream?.unsubscribe();
      },
      cancellationReason(() => this.#cancellation),
    );
    this.#phase = 'cleaning';
    afterCleanup(cleanup, (failures) => {
      if (status === 'rejected') {
        this.#settle(status, outcome);
        reportAll(failures.filter((failure) => failure !== outcome));
      } else if (failures.length > 0) this.#settle('rejected', asOneError(failures));
      else this.#settle(status, outcome);
    });
  }

  #settle(status: TaskStatus, outcome: unknown): void {
    this.#status = status;
    this.#outcome = outcome;
    this.#upstream = this.#execution = undefined;
    const watchers = this.#watchers;
    this.#watchers = undefined;
    let taken = false;
    if (watchers !== undefined) for (const watcher of watchers) if (watcher(this) !== false) taken = true;
    // As a Promise would: reported by the runtime, unless somebody observes it before the current turn is over.
    if (status === 'rejected' && !taken) this.#promise = Promise.reject(outcome);
  }

  #observe(subscriber: Subscriber<T>): TeardownLogic {
    // Operators subscribe for those, too, who have left meanwhile, and could not be told of a failure.
    if (subscriber.closed) return;
    const deliver = () => {
      if (this.#status !== 'fulfilled') subscriber.error(this.#outcome);
      else {
        subscriber.next(this.#outcome as T);
        subscriber.complete();
      }
    };
    this[watch](deliver);
    return () => {
      this[unwatch](deliver);
    };
  }

  #asPromise(): Promise<T> {
    return (this.#promise ??= new Promise<T>((resolve, reject) => {
      this[watch](() => {
        if (this.#status === 'fulfilled') resolve(this.#outcome as T);
        else reject(this.#outcome);
      });
    }));
  }

  /** What the end of it leaves to whoever cancelled it. */
  #failures(): Failures | Promise<Failures> {
    const failures = () => (this.#status === 'rejected' ? [this.#outcome] : []);
    if (!this.done) {
      return new Promise((resolve) => {
        this[watch](() => {
          resolve(failures());
        });
      });
    }
    this.#markObserved();
    return failures();
  }

  #markObserved(): void {
    this.#promise?.catch(() => {});
  }
}
