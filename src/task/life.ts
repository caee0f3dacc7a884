import type { Subscriber } from 'rxjs';
import type { Execution, Host } from '../awaitable/execution.js';
import type { TaskStatus } from '../awaitable/source.js';
import { prepare } from '../awaitable/start.js';
import { takeOn } from '../awaitable/take-on.js';
import type { Awaitable } from '../awaitable/types.js';
import { close, type End, well } from '../cleanup/close.js';
import { cancel } from '../cleanup/collector.js';
import { overseeFor } from '../cleanup/lingering.js';
import type { Cleanup, Failures } from '../cleanup/failures.js';
import { Collector, type Reason, shared } from '../cleanup/shared.js';
import { isEnding, isEndingWithThis } from '../cleanup/ending.js';
import { tellWaiting } from '../cleanup/turns.js';
import { CancelledError, isCancelledError } from '../errors.js';

/** Whose life it is: called once, at its end. */
export interface Living {
  readonly name: string;
  [settle](status: TaskStatus, outcome: unknown): void;
}

export const settle = Symbol('settle');

const nothing: Awaitable<never> = [];

/** What becomes of a Task from its start until it is done. */
export class Life<T> implements Host<T> {
  readonly subscriber = this;
  readonly #task: Living;
  /** As long as it is not over: what it closes over goes with it. */
  #awaitable: Awaitable<T>;
  #execution: Execution | undefined;
  // ending: cancelled while that which it runs was about to end. cancelling: its cancellation is on the stack. ended: cleanup is
  // awaited.
  #phase: 'unstarted' | 'running' | 'ending' | 'cancelling' | 'ended' = 'unstarted';
  #cancellation: CancelledError | undefined;
  /** What its source, which has ended, still cleans up. */
  #lingering: Cleanup | undefined;

  constructor(task: Living, awaitable: Awaitable<T>) {
    this.#task = task;
    this.#awaitable = awaitable;
    takeOn(awaitable);
  }

  get isBeingCancelled(): boolean {
    return this.#phase === 'cancelling';
  }

  /** Whether what is torn down just now is a part of it: that cannot wait for its end. */
  get isEndingWithThis(): boolean {
    return isEndingWithThis(this);
  }

  /** `owner`: on whose behalf, if it is a part of something larger. */
  start(owner: Subscriber<unknown> | undefined): void {
    this.#phase = 'running';
    this.#execution = prepare(this.#awaitable, this, 0);
    if (owner !== undefined) overseeFor(owner, this);
    this.#execution.start();
  }

  cancel(cancellation: CancelledError, reason: Reason): void {
    this.#cancellation = cancellation;
    // Never started; or a result or an error has come already, and only cleanup is awaited.
    if (this.#phase === 'unstarted') this.#end('cancelled', cancellation);
    if (isEnding(this)) {
      this.#phase = 'ending';
      shared.deferred.add(() => {
        this.#cancel(cancellation, reason);
      });
    } else this.#cancel(cancellation, reason);
  }

  fulfilled(_: Execution, value: T): void {
    if (this.#phase === 'ending') this.#end('cancelled', this.#cancellation);
    else this.#end('fulfilled', value);
  }

  #cancel(cancellation: CancelledError, reason: Reason): void {
    const execution = this.#execution;
    if (execution === undefined) return;
    let goesOn = false as boolean;
    this.#phase = 'cancelling';
    const cancelling = {
      unsubscribe: () => {
        goesOn = execution.cancel(reason);
      },
    };
    const cleanup = cancel(cancelling, reason, this);
    // What heeds its signal at once has ended by now.
    if (this.isBeingCancelled) this.#phase = 'running';
    // A coroutine function that heeds its signal later ends the task by its own outcome.
    if (!goesOn) this.#end('cancelled', cancellation, well, cleanup);
    tellWaiting();
  }

  failed(_: Execution, error: unknown): void {
    if (!isCancelledError(error)) this.#end('rejected', error, [error]);
    else if (this.#cancellation === undefined) this.#end('cancelled', error);
    else if (error.cause === undefined || error === this.#cancellation) this.#end('cancelled', this.#cancellation);
    // What was judged a cancellation stays visible.
    else this.#end('cancelled', new CancelledError(this.#cancellation.message, { cause: error.cause }));
  }

  linger(cleanup: Cleanup): void {
    this.#lingering = cleanup;
  }

  nameOf(): string {
    return this.#task.name;
  }

  #end(status: TaskStatus, outcome: unknown, end: End = well, cleanup: Failures | Cleanup = well): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#execution = undefined;
    this.#awaitable = nothing;
    if (this.#lingering === undefined && cleanup === well) {
      this.#task[settle](status, outcome);
      return;
    }
    const all = new Collector();
    all.add(cleanup);
    if (this.#lingering !== undefined) all.add(this.#lingering);
    close(end, all.result(), (told) => {
      if (told.length === 0) this.#task[settle](status, outcome);
      else this.#task[settle]('rejected', told[0]);
    });
  }
}
