import { type Subscriber, type Unsubscribable } from 'rxjs';
import type { Coroutine, CoroutineContext } from './types.js';
import { CancelledError, emptyError, isCancellation, isCancelledError } from '../errors.js';
import { describe } from '../arguments/check.js';
import { cancellationReason, type Failures, handOver, reportAll } from '../cleanup/close.js';
import { lastOf } from './start.js';
import { type Inner, type InnerObserver, listen } from '../cleanup/upstream.js';
import { fromInput, type Input, isAsyncIterable, isInput, isObservable, isPromiseLike } from './input.js';

type ResultObserver<T> = Pick<Subscriber<T>, 'next' | 'error' | 'complete'>;

/** One call of a coroutine function, which ends with `host`, and tells `observer` its result. */
export class Execution<T> implements Unsubscribable, InnerObserver<T> {
  readonly #coroutine: Coroutine<T>;
  readonly #host: Subscriber<unknown>;
  readonly #observer: ResultObserver<T>;
  // calling: the function is on the stack. promised: its Promise is pending. subscribed: to the Observable it returned.
  #state: 'calling' | 'promised' | 'subscribed' | 'settled' = 'calling';
  #controller: AbortController | undefined;
  /** What it was cancelled for, if it was. */
  #reason: unknown;
  #finishCleanup: ((failures: Failures) => void) | undefined;

  constructor(coroutine: Coroutine<T>, host: Subscriber<unknown>, observer: ResultObserver<T>) {
    this.#coroutine = coroutine;
    this.#host = host;
    this.#observer = observer;
  }

  start(): void {
    // Before the call, so that a function which gets itself cancelled is waited for as well.
    this.#host.add(this);
    try {
      this.#follow(call(this.#coroutine, this));
    } catch (error) {
      this.error(error);
    }
  }

  /** Made on the first read: an AbortController is the most expensive object there is on this path. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancelled) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Asks the coroutine to end; true when it will do so by itself, and has to be waited for. */
  abort(reason?: CancelledError): boolean {
    if (this.#state === 'settled') return false;
    // Kept, since the signal may be read later on, and the coroutine may throw what another signal was aborted with, too.
    this.#reason ??= cancellationReason(() => reason ?? new CancelledError());
    this.#controller?.abort(this.#reason);
    return this.#state === 'calling' || (this.#state === 'promised' && this.#controller !== undefined);
  }

  get #cancelled(): boolean {
    return this.#reason !== undefined;
  }

  unsubscribe(): void {
    if (!this.abort()) return;
    const cleanup = new Promise<Failures>((resolve) => {
      this.#finishCleanup = resolve;
    });
    handOver(this.#host, cleanup);
  }

  #follow(returned: Input<T>): void {
    if (isObservable(returned) || !(isPromiseLike<T>(returned) || isAsyncIterable<T>(returned))) {
      this.#subscribe(returned);
      return;
    }
    this.#state = 'promised';
    if (this.#cancelled && this.#controller === undefined) this.#letGo();
    const promise = isPromiseLike(returned) ? Promise.resolve(returned) : lastYielded(returned, () => this.#cancelled);
    promise.then(
      (value) => {
        this.next(value);
      },
      (error: unknown) => {
        this.error(error);
      },
    );
  }

  #subscribe(returned: Input<T>): void {
    if (!isInput(returned)) {
      const { name } = this.#coroutine;
      throw new TypeError(
        `the coroutine function${name && ` ${name}`} must return an ObservableInput, got ${describe(returned)}`,
      );
    }
    if (this.#cancelled) {
      this.#state = 'settled';
      this.#letGo();
      return;
    }
    this.#state = 'subscribed';
    listen(lastOf(fromInput(returned)), this, this.#host);
  }

  /** It has ended with this result. */
  next(value: T): void {
    this.#state = 'settled';
    this.#observer.next(value);
    this.#observer.complete();
    this.#finishCleanup?.([]);
  }

  /** It has failed. */
  error(error: unknown): void {
    this.#state = 'settled';
    const cancelled = this.#cancelled && (isCancellation(error) || error === this.#reason);
    if (!this.#host.closed) this.#observer.error(cancelled && !isCancelledError(error) ? new CancelledError() : error);
    else {
      const failures = cancelled ? [] : [error];
      (this.#finishCleanup ?? reportAll)(failures);
    }
  }

  complete(inner: Inner<T>): void {
    inner.unsubscribe();
  }

  /** It was cancelled during the call, and turns out to need no waiting for. */
  #letGo(): void {
    this.#observer.error(new CancelledError());
    this.#finishCleanup?.([]);
    this.#finishCleanup = undefined;
  }
}

function call<T>(coroutine: Coroutine<T>, execution: Execution<T>): Input<T> {
  if (coroutine.length > 0) return coroutine(contextOf(execution));
  const outer = calling;
  calling = execution;
  try {
    return coroutine(sharedContext);
  } finally {
    calling = outer;
  }
}

function contextOf(execution: Execution<unknown>): CoroutineContext {
  return {
    get signal() {
      return execution.signal;
    },
  };
}

// A function that declares no parameter needs no context of its own, and making one costs more than all the rest of the
// call. It may still take it through `...args` or a default value, so it gets one that all such calls share.
let calling: Execution<unknown> | undefined;
const sharedContext: CoroutineContext = {
  get signal() {
    if (calling !== undefined) return calling.signal;
    throw new Error(
      'a coroutine function that reads its signal later on must declare the context as a parameter, without a default value',
    );
  },
};

/** The last value of an async iterable, which is left at its next value once it has been cancelled. */
async function lastYielded<T>(iterable: AsyncIterable<T>, cancelled: () => boolean): Promise<T> {
  let result: { value: T } | undefined;
  for await (const value of iterable) {
    result = { value };
    if (cancelled()) break;
  }
  if (result === undefined) throw cancelled() ? new CancelledError() : emptyError();
  return result.value;
}
