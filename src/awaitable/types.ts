import { Observable } from 'rxjs';
import { Execution } from './coroutine.js';
import { lastOf } from './start.js';
import { fromInput, hasMethod, type Input } from './input.js';
import type { Task } from '../task/task.js';

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

/** A list of awaitables, which may be one that is itself waited for. */
export type AwaitableList =
  // The first is one of the second, and lets the compiler name the element that is no awaitable.
  readonly Awaitable<unknown>[] | Iterable<Awaitable<unknown>> | AsyncIterable<Awaitable<unknown>>;

/** A list or a record of awaitables. */
export type Awaitables = AwaitableList | Readonly<Record<string, Awaitable<unknown>>>;

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
    if (typeof awaitable !== 'function') fromInput(awaitable).subscribe(subscriber);
    else new Execution(awaitable, subscriber, subscriber).start();
  });
}

/** Emits the result of the awaitable, and nothing else. */
export function resultOf<T>(awaitable: Awaitable<T>): Observable<T> {
  const source = fromAwaitable(awaitable);
  return typeof awaitable === 'function' ? source : lastOf(source);
}

/** What combinators use of a Task, and what marks it as one, for every copy of this package. */
export const watch = Symbol.for('rx-asyncio.Task');
export const unwatch = Symbol.for('rx-asyncio.Task.unwatch');
export const cancelPart = Symbol.for('rx-asyncio.Task.cancelPart');

export function isTask(value: unknown): value is Task<unknown> {
  return hasMethod(value, watch);
}
