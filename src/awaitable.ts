import { last, Observable, type Subscriber, tap, type Unsubscribable } from 'rxjs';
import { CancelledError, emptyError, isCancellation } from './errors.js';
import { describe } from './internal/arguments.js';
import { cancellationReason, type Failures, handOver, report } from './internal/cleanup.js';
import {
  fromInput,
  type Input,
  isAsyncIterable,
  isInput,
  isObservable,
  isPromiseLike,
} from './internal/observable-input.js';

/**
 * What every combinator takes: an `ObservableInput` (an Observable, a Promise, an iterable …), an Observable of the
 * platform (`button.when('click')`), or a {@link Coroutine | coroutine function}. Its *result* is the last value it
 * emits; completing without one is rxjs's `EmptyError`.
 *
 * ```ts
 * const awaitables: Awaitable<number>[] = [of(1, 2), Promise.resolve(3), [4, 5], async () => 6];
 * gather(awaitables).subscribe(console.log);
 * // [ 2, 3, 5, 6 ]
 * ```
 *
 * asyncio: an awaitable.
 */
export type Awaitable<T> = Input<T> | Coroutine<T>;

/**
 * A coroutine function: called once per subscription, and given a {@link CoroutineContext} whose `signal` aborts when it
 * is cancelled.
 *
 * ```ts
 * import { setTimeout as sleep } from 'node:timers/promises';
 *
 * const nap: Coroutine<string> = (context) => sleep(10, 'rested', context);
 * createTask(nap).subscribe(console.log);
 * // rested
 * ```
 *
 * asyncio: a coroutine function (`async def`).
 */
export type Coroutine<T> = (context: CoroutineContext) => Input<T>;

/**
 * An options bag, so that it can be handed on as it stands: `fetch(url, context)`, `setTimeout(100, 'x', context)` of
 * `node:timers/promises`, `{ ...context, method: 'POST' }`.
 */
export interface CoroutineContext {
  /**
   * Aborts when the coroutine is cancelled. Reading it is a promise to settle then: whoever cancels waits for that. A
   * coroutine that never reads it cannot be stopped, so it is let go of at once.
   */
  readonly signal: AbortSignal;
}

/** The type of the result of an awaitable: `Result<Observable<number>>` is `number`. */
export type Result<A> =
  A extends Coroutine<infer T> ? T
  : A extends Input<infer T> ? T
  : never;

/** Emits what the awaitable emits; of a coroutine function the result only. */
export function fromAwaitable<T>(awaitable: Awaitable<T>): Observable<T> {
  return new Observable((subscriber) => {
    // rxjs goes on subscribing to the rest after a source that failed at once: those are not started.
    if (subscriber.closed) return;
    if (typeof awaitable !== 'function') fromInput(awaitable).subscribe(subscriber);
    else new Execution(awaitable, subscriber).start();
  });
}

/** Emits the result of the awaitable, and nothing else. */
export function resultOf<T>(awaitable: Awaitable<T>): Observable<T> {
  const source = fromAwaitable(awaitable);
  return typeof awaitable === 'function' ? source : source.pipe(last());
}

/** Throws unless it is an awaitable; `where` tells which of the arguments it is. */
export function checkAwaitable(name: string, where: () => string, value: unknown): void {
  if (typeof value === 'function' || isInput(value)) return;
  throw new TypeError(`${name}: ${where()} must be an ObservableInput or a coroutine function, got ${describe(value)}`);
}

/** One call of a coroutine function. */
export class Execution<T> implements Unsubscribable {
  readonly #coroutine: Coroutine<T>;
  readonly #subscriber: Subscriber<T>;
  // calling: the function is on the stack. promised: its Promise is pending. subscribed: to the Observable it returned.
  #state: 'calling' | 'promised' | 'subscribed' | 'settled' = 'calling';
  #controller: AbortController | undefined;
  #cancelled = false;
  #finishCleanup: ((failures: Failures) => void) | undefined;

  constructor(coroutine: Coroutine<T>, subscriber: Subscriber<T>) {
    this.#coroutine = coroutine;
    this.#subscriber = subscriber;
  }

  start(): void {
    // Before the call, so that a function which gets itself cancelled is waited for as well.
    this.#subscriber.add(this);
    try {
      this.#follow(call(this.#coroutine, this));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Made on the first read: an AbortController is the most expensive object there is on this path. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancelled) this.#controller.abort(new CancelledError());
    }
    return this.#controller.signal;
  }

  /** Asks the coroutine to end; true when it will do so by itself, and has to be waited for. */
  abort(reason: () => unknown): boolean {
    this.#cancelled = true;
    if (this.#state === 'settled') return false;
    this.#controller?.abort(reason());
    return this.#state === 'calling' || (this.#state === 'promised' && this.#controller !== undefined);
  }

  unsubscribe(): void {
    if (!this.abort(() => cancellationReason(() => new CancelledError()))) return;
    const cleanup = new Promise<Failures>((resolve) => {
      this.#finishCleanup = resolve;
    });
    handOver(this.#subscriber, cleanup);
  }

  #follow(returned: Input<T>): void {
    if (isObservable(returned) || !(isPromiseLike(returned) || isAsyncIterable(returned))) this.#subscribe(returned);
    else {
      this.#state = 'promised';
      if (this.#cancelled && this.#controller === undefined) this.#letGo();
      const promise =
        returned instanceof Promise ? (returned as Promise<T>)
        : isPromiseLike(returned) ? Promise.resolve(returned)
        : lastOf(returned, () => this.#cancelled);
      promise.then(
        (value) => {
          this.#succeed(value);
        },
        (error: unknown) => {
          this.#fail(error);
        },
      );
    }
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
    const settle = () => {
      this.#state = 'settled';
    };
    fromInput(returned).pipe(last(), tap({ next: settle, error: settle })).subscribe(this.#subscriber); // prettier-ignore
  }

  #succeed(value: T): void {
    this.#state = 'settled';
    this.#subscriber.next(value);
    this.#subscriber.complete();
    this.#finishCleanup?.([]);
  }

  #fail(error: unknown): void {
    this.#state = 'settled';
    if (!this.#subscriber.closed) this.#subscriber.error(error);
    else {
      const cancelled = isCancellation(error) || (this.#controller !== undefined && error === this.signal.reason);
      const failures = cancelled ? [] : [error];
      if (this.#finishCleanup === undefined) failures.forEach(report);
      else this.#finishCleanup(failures);
    }
  }

  /** It was cancelled during the call, and turns out to need no waiting for. */
  #letGo(): void {
    this.#subscriber.error(new CancelledError());
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
    throw new Error('a coroutine function that reads its signal later on must declare the context as a parameter');
  },
};

/** The last value of an async iterable, which is left at its next value once it has been cancelled. */
async function lastOf<T>(iterable: AsyncIterable<T>, cancelled: () => boolean): Promise<T> {
  let result: { value: T } | undefined;
  for await (const value of iterable) {
    result = { value };
    if (cancelled()) break;
  }
  if (result === undefined) throw cancelled() ? new CancelledError() : emptyError();
  return result.value;
}
