import type { Input } from './input.js';

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
export type AwaitableList = ListOf<Awaitable<unknown>>;

/** A list, a record or a Map of awaitables. */
export type Awaitables = SomeOf<Awaitable<unknown>>;

export type ListOf<T> =
  | readonly T[]
  // A Map is one of pairs, and each pair an awaitable, since it is an array. It shows by what its `get` returns.
  | (Iterable<T> & { readonly get?: (key: never) => T | undefined })
  | AsyncIterable<T>;

export type SomeOf<T> = ListOf<T> | Readonly<Record<string, T>> | ReadonlyMap<unknown, T>;

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
 * `node:timers/promises`, `{ ...context, method: 'POST' }`. Each call has one of its own.
 */
export interface CoroutineContext {
  /**
   * Aborts when the coroutine is cancelled. **Reading it is a promise to settle then**: whoever cancels waits for that. A
   * coroutine that has not read it by then cannot be stopped, so it is let go of at once, and neither its value nor its
   * failure is heard any more.
   */
  readonly signal: AbortSignal;
}
