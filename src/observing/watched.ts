import type { Observable } from 'rxjs';
import { iteratorOf } from '../awaitable/feed.js';
import { isIterable } from '../awaitable/input.js';
import type { Given, Result } from '../awaitable/inference.js';
import type { Coroutine } from '../awaitable/types.js';
import type { Task } from '../task/task.js';

/** The type of the list, record, Map, Set or iterable that {@link Progress.watch} gives back for `A`. */
export type Watched<A> =
  A extends infer List extends readonly unknown[] ? { -readonly [K in keyof List]: WatchedAwaitable<Given<List[K]>> }
  : A extends ReadonlyMap<infer K, infer T> ? Map<K, WatchedAwaitable<T>>
  : A extends ReadonlySet<infer T> ? Set<WatchedAwaitable<T>>
  : A extends Iterable<infer T> ? Iterable<WatchedAwaitable<T>>
  : A extends AsyncIterable<infer T> ? AsyncIterable<WatchedAwaitable<T>>
  : A extends infer Named ? { -readonly [K in keyof Named]: WatchedAwaitable<Given<Named[K]>> }
  : never;

/** The type of a watched awaitable: a Task or a Promise as it is, a coroutine function, or else an Observable. */
export type WatchedAwaitable<A> =
  A extends Task<unknown> ? A
  : A extends (context: never) => unknown ? Coroutine<Result<A>>
  : A extends Promise<unknown> ? A
  : Observable<Result<A>>;

/** What is given in place of an awaitable, and of its index. */
type Each = (awaitable: unknown, index: number) => unknown;

/** The same for what is pulled: `begin` is called when that begins, and what it returns when there is no more. */
export function pulled(
  awaitables: Iterable<unknown> | AsyncIterable<unknown>,
  each: Each,
  begin: () => () => void,
): Iterable<unknown> | AsyncIterable<unknown> {
  return isIterable(awaitables) ?
      { [Symbol.iterator]: () => iterate(awaitables, each, begin) }
    : { [Symbol.asyncIterator]: () => iterateAsync(awaitables, each, begin) };
}

function* iterate(iterable: Iterable<unknown>, each: Each, begin: () => () => void): Generator<unknown, void> {
  const end = begin();
  let index = 0;
  try {
    for (const awaitable of iterable) yield each(awaitable, index++);
  } finally {
    end();
  }
}

/** No generator, which would wait for the Promises and Tasks that it yields, and hear of `return()` only after that. */
function iterateAsync(iterable: AsyncIterable<unknown>, each: Each, begin: () => () => void): AsyncIterator<unknown> {
  const iterator = iteratorOf(iterable);
  const end = begin();
  let index = 0;
  const leave = async (value?: unknown): Promise<IteratorResult<unknown>> => {
    end();
    await iterator.return?.();
    return { done: true, value };
  };
  return {
    next: async () => {
      let goesOn = false;
      try {
        const result = await iterator.next();
        goesOn = result.done !== true;
        return goesOn ? { done: false, value: each(result.value, index++) } : result;
      } catch (error) {
        if (goesOn) await leave();
        throw error;
      } finally {
        if (!goesOn) end();
      }
    },
    return: leave,
  };
}
