import { asEnd, type End } from '../cleanup/close.js';
import { type Cleanup, type Failures, isObject } from '../cleanup/failures.js';
import { Upstream } from '../cleanup/upstream.js';
import { emptyError } from '../errors.js';
import type { Execution, Host } from './execution.js';
import { fromInput } from './from-input.js';
import type { Input } from './input.js';

/** How a Task stands: all but `'pending'` are done, for good. */
export type TaskStatus = 'pending' | 'fulfilled' | 'rejected' | 'cancelled';

/** Told when a Task is done. It takes the failure, if there is one, unless it returns `false`. */
export interface Listener {
  settled(status: TaskStatus, outcome: unknown): unknown;
  /** Whether the Task is a part of it: then it is told at once, also in the middle of a teardown. */
  readonly ownsTask?: boolean | undefined;
}

/** What is needed of a Task, and what marks it as one, for every copy of this package. */
export const listen = Symbol.for('rx-asyncio.Task.listen');
export const unlisten = Symbol.for('rx-asyncio.Task.unlisten');

/** Says that somebody looks after a Task: what it fails with is not reported, also when they have left by then. */
export const observe = Symbol.for('rx-asyncio.Task.observe');

export interface Listenable {
  [observe](): void;
  [listen](listener: Listener): void;
  [unlisten](listener: Listener): void;
}

export function isListenable(value: unknown): value is Listenable {
  return isObject(value) && typeof (value as Listenable)[listen] === 'function';
}

/** Whatever is no function, run for a host: a Task is listened to, the rest is subscribed to. */
export function prepareInput<T>(input: Input<T>, host: Host<T>, index: number): Execution {
  return isListenable(input) ? new Listening(input, host, index) : new Source(input, host, index);
}

/** Its result is the last value of the input. */
class Source<T> extends Upstream<T> implements Execution {
  readonly index: number;
  before: Execution | undefined;
  after: Execution | undefined;
  private readonly input: Input<T>;
  private readonly host: Host<T>;
  private isEmpty = true;
  private value: T | undefined;

  constructor(input: Input<T>, host: Host<T>, index: number) {
    super(host.subscriber);
    this.input = input;
    this.host = host;
    this.index = index;
  }

  start(): void {
    this.follow(fromInput(this.input));
  }

  cancel(): boolean {
    this.unsubscribe();
    return false;
  }

  protected override _next(value: T): void {
    this.isEmpty = false;
    this.value = value;
  }

  protected override ended(end: End, cleanup: Failures | Cleanup): void {
    let told = end;
    if (cleanup instanceof Promise) this.host.linger(cleanup);
    else told = asEnd(end, cleanup);
    if (told.length > 0) this.host.failed(this, told[0]);
    else if (!this.isEmpty) this.host.fulfilled(this, this.value as T);
    else this.host.failed(this, emptyError(`${this.host.nameOf(this)} completed without a value`));
  }
}

/** A Task was started by somebody else: to cancel is to stop listening. */
class Listening<T> implements Execution, Listener {
  readonly index: number;
  before: Execution | undefined;
  after: Execution | undefined;
  readonly ownsTask: boolean | undefined;
  readonly #task: Listenable;
  readonly #host: Host<T>;

  constructor(task: Listenable, host: Host<T>, index: number) {
    this.#task = task;
    this.#host = host;
    this.index = index;
    this.ownsTask = host.ownsTasks;
  }

  start(): void {
    this.#task[observe]();
    this.#task[listen](this);
  }

  cancel(): boolean {
    this.unsubscribe();
    return false;
  }

  unsubscribe(): void {
    this.#task[unlisten](this);
  }

  settled(status: TaskStatus, outcome: unknown): void {
    if (status === 'fulfilled') this.#host.fulfilled(this, outcome as T);
    else this.#host.failed(this, outcome);
  }
}
