// For whoever compiles against the declarations without this library: kept in them.
/// <reference lib="esnext.disposable" preserve="true" />

import type { Subscriber } from 'rxjs';
import { listen, type TaskStatus } from '../awaitable/source.js';
import { nameOf } from '../awaitable/name-of.js';
import type { Awaitable } from '../awaitable/types.js';
import { cancellationReason, offer, outside, tearDown } from '../cleanup/collector.js';
import { asyncDispose } from '../cleanup/dispose.js';
import type { Failures } from '../cleanup/failures.js';
import { type Reason, shared } from '../cleanup/shared.js';
import { CancelledError, isCancelledError } from '../errors.js';
import { Future } from './future.js';
import { Life } from './life.js';
import { cancelFor, cancelPart } from './symbols.js';

/** What {@link createTask} takes besides the awaitable. */
export interface TaskOptions {
  /** For people to read, in messages and logs: the name of the function by default, else `Task-1`, `Task-2` … */
  readonly name?: string;
}

/** A Task that has yet to be started, by {@link startTask}. */
export let taskOf: <T>(awaitable: Awaitable<T>, options?: TaskOptions) => Task<T>;

/** One that nobody else will see. */
export let privateTaskOf: <T>(awaitable: Awaitable<T>, name: string) => Task<T>;

/** Starts a Task that has been neither started nor cancelled; as a part of what the owner gives, if there is one. */
export let startTask: (task: Task<unknown>, owner?: Subscriber<unknown>) => void;

const inspected = Symbol.for('nodejs.util.inspect.custom');

/**
 * A started awaitable: an Observable that replays its result, and a Promise of it, at once. Whoever subscribes or awaits
 * only listens; to end it there is {@link Task.cancel}.
 *
 * A Task that fails with nobody listening is an unhandled rejection, as with a Promise. What it fails with belongs to all who
 * look at it, so nothing is listed with that as {@link suppressed}.
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
export class Task<T> extends Future<T> implements AsyncDisposable {
  static #created = 0;

  static {
    taskOf = (awaitable, options) => new Task(awaitable, options?.name, true);
    privateTaskOf = (awaitable, name) => new Task(awaitable, name, false);
    startTask = (task, owner) => {
      task.#life.start(owner);
    };
  }

  readonly #name: string | number;
  #life: Life<T>;
  #cancelling = false;

  private constructor(awaitable: Awaitable<T>, name: string | undefined, isPublic: boolean | undefined) {
    // Where no compiler tells that this is private: nothing would ever start it.
    if (isPublic === undefined) throw new TypeError('a Task is made by createTask(), not by new Task()');
    super(isPublic);
    this.#name = name ?? nameOf(awaitable) ?? ++Task.#created;
    this.#life = new Life(this, awaitable);
    shared.inspector?.created(this, this.#life, !isPublic);
  }

  /** For people to read: as given, else that of the function, else `Task-1`, `Task-2` … asyncio: `get_name()`. */
  get name(): string {
    return typeof this.#name === 'string' ? this.#name : `Task-${this.#name}`;
  }

  /** Whether it has been asked to end, also when it is done by now. asyncio: `cancelling() > 0`. */
  get cancelling(): boolean {
    return this.#cancelling;
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
   * @param reason a string is the message of the CancelledError, `'cancelled'` by default; anything else is its `cause`
   * @returns false when the task was done already
   */
  cancel(reason?: unknown): boolean {
    if (this.done) return false;
    const cancellation = typeof reason === 'string' ? new CancelledError(reason) : cancelledFor(reason);
    outside(() => {
      this[cancelFor]({ reason: cancellation });
    });
    return true;
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
  async [asyncDispose](): Promise<void> {
    if (!this.cancel()) return;
    await this.then(undefined, (error: unknown) => {
      if (!isCancelledError(error)) throw error;
    });
  }

  /**
   * @internal Cancels it as a part of something larger, whose canceller waits for it, too, and is told of its failure, unless
   * it keeps that to itself. `cancel()` itself asks for no waiting, since what is being torn down may be a part of this very task.
   */
  [cancelPart](keepsFailure = false): void {
    // A task that gathers itself, say: it would wait for its own end.
    if (this.done || this.#life.isBeingCancelled) return;
    tearDown(() => {
      this[cancelFor](cancellationReason(() => new CancelledError()));
      if (!this.#life.isEndingWithThis) this.#offerEnd(keepsFailure);
    });
  }

  #offerEnd(keepsFailure: boolean): void {
    const failuresOf = (status: TaskStatus, outcome: unknown) =>
      status === 'rejected' && !keepsFailure ? [outcome] : [];
    if (this.status !== 'pending') this[listen]({ settled: (...end) => offer(failuresOf(...end)) });
    else {
      const settled = new Promise<Failures>((resolve) => {
        this[listen]({
          settled: (...end) => {
            resolve(failuresOf(...end));
          },
        });
      });
      offer(settled);
    }
  }

  /** @internal */
  [cancelFor](reason: Reason): void {
    if (this.done || this.#cancelling) return;
    this.#cancelling = true;
    this.#life.cancel(isCancelledError(reason.reason) ? reason.reason : cancelledFor(reason.reason), reason);
  }

  /** @internal What `console.log` shows in Node, which cannot see private fields. */
  [inspected](): object {
    const { name, status, outcome } = this;
    const shown =
      status === 'fulfilled' ? { value: outcome }
      : status === 'rejected' ? { reason: outcome }
      : {};
    return new Shown.Task({ name, status, ...shown });
  }
}

/** Of the same name, which a minifier leaves as it is. */
const Shown = {
  // eslint-disable-next-line @typescript-eslint/no-extraneous-class -- only its name is of use
  Task: class {
    constructor(shown: object) {
      Object.assign(this, shown);
    }
  },
};

function cancelledFor(cause: unknown): CancelledError {
  return new CancelledError(undefined, cause === undefined ? undefined : { cause });
}
