import { abort, cancellationReason, isFailure } from '../cleanup/collector.js';
import type { Cleanup, Failures } from '../cleanup/failures.js';
import type { Reason } from '../cleanup/shared.js';
import { CancelledError, isCancelledError } from '../errors.js';
import { leave } from '../cleanup/lingering.js';
import { contextOf } from './context.js';
import { describe } from './describe.js';
import type { Execution, Host } from './execution.js';
import { type Input, isAsyncIterable, isInput, isObservable, isPromiseLike, isStream } from './input.js';
import { lastYielded } from './last-yielded.js';
import { prepareInput } from './source.js';
import type { Coroutine, CoroutineContext } from './types.js';

/** One call of a coroutine function. It hosts the Observable that the function may return. */
export class Call<T> implements Execution, Host<T>, CoroutineContext {
  readonly index: number;
  before: Execution | undefined;
  after: Execution | undefined;
  readonly #coroutine: Coroutine<T>;
  readonly #host: Host<T>;
  #controller: AbortController | undefined;
  /** What it was cancelled for, if it was. */
  #reason: Reason | undefined;
  /** Of what the function has returned, if that has to be subscribed to. */
  #returned: Execution | undefined;
  #calling = true;
  #over = false;
  #finishCleanup: ((failures: Failures) => void) | undefined;

  constructor(coroutine: Coroutine<T>, host: Host<T>, index: number) {
    this.#coroutine = coroutine;
    this.#host = host;
    this.index = index;
  }

  get subscriber() {
    return this.#host.subscriber;
  }

  /** Made on the first read: an AbortController is the most expensive object there is on this path. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason.reason);
    }
    return this.#controller.signal;
  }

  get isCancelled(): boolean {
    return this.#reason !== undefined;
  }

  start(): void {
    try {
      this.#follow(this.#coroutine(contextOf(this)));
    } catch (error) {
      this.failed(this, error);
    }
  }

  cancel(reason: Reason): boolean {
    this.#reason = reason;
    const controller = this.#controller;
    if (controller !== undefined) abort(controller, reason);
    else if (!this.#calling) {
      // It cannot be stopped, so it is let go of: neither its value nor its failure is heard any more.
      this.#over = true;
    }
    this.#returned?.unsubscribe();
    return !this.#over && this.#returned === undefined;
  }

  unsubscribe(): void {
    if (!this.cancel(cancellationReason(() => new CancelledError(), this.#host.subscriber))) {
      this.#over = true;
      return;
    }
    const cleanup = new Promise<Failures>((resolve) => {
      this.#finishCleanup = resolve;
    });
    leave(cleanup, this.#host.subscriber);
  }

  /** What `console.log` shows of a context, in place of a signal that has not been read. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[AbortSignal]';
  }

  #follow(returned: Input<T>): void {
    this.#calling = false;
    // It was cancelled during the call, and turns out to need no waiting for.
    if (this.#reason !== undefined && this.#controller === undefined) this.failed(this, this.#reason.reason);
    const isPromise = isPromiseLike<T>(returned);
    if (!isObservable(returned) && (isPromise || (isAsyncIterable<T>(returned) && !isStream(returned)))) {
      const promise = isPromise ? Promise.resolve(returned) : lastYielded(returned, this);
      promise.then(
        (value) => {
          this.fulfilled(this, value);
        },
        (error: unknown) => {
          this.failed(this, error);
        },
      );
      return;
    }
    if (!isInput(returned)) {
      const name = this.#coroutine.name && ` ${this.#coroutine.name}`;
      const expected = `the coroutine function${name} must return an ObservableInput`;
      throw new TypeError(`${this.nameOf()}: ${expected}, got ${describe(returned)}`);
    }
    // Cancelled during the call: there is nothing to wait for.
    if (this.#reason !== undefined) this.failed(this, this.#reason.reason);
    else {
      this.#returned = prepareInput(returned, this, 0);
      this.#returned.start();
    }
  }

  fulfilled(_: unknown, value: T): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#finishCleanup !== undefined) this.#finishCleanup([]);
    else this.#host.fulfilled(this, value);
  }

  failed(_: unknown, error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    const cancelled = this.#reason !== undefined && !isFailure(error, this.#reason);
    if (this.#finishCleanup !== undefined) this.#finishCleanup(cancelled ? [] : [error]);
    // What was judged a cancellation stays visible.
    else if (!cancelled || isCancelledError(error)) this.#host.failed(this, error);
    else this.#host.failed(this, new CancelledError(undefined, { cause: error }));
  }

  linger(cleanup: Cleanup): void {
    this.#host.linger(cleanup);
  }

  nameOf(): string {
    return this.#host.nameOf(this);
  }
}
