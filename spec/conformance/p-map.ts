import type { CoroutineContext, Awaitable } from 'rx-asyncio';
import { type Abortable, asCompleted, type AsCompletedOptions, gather, type GatherOptions } from 'rx-asyncio/promises';

// p-map maps values, where ours run functions: this is how the one is written with the other.

export type Values<T> = Iterable<T> | AsyncIterable<T>;

export type Mapper<T, R> = (value: T, context: CoroutineContext, index: number) => Promise<R>;

/** As `pMap()`. */
export function mapped<T, R, E extends boolean = false>(
  values: Values<T>,
  mapper: Mapper<T, R>,
  options?: GatherOptions<E> & Abortable,
) {
  return gather<Values<Awaitable<R>>, E>(coroutines(values, mapper), options);
}

/** As `pMapIterable()`. */
export function mappedIterable<T, R, E extends boolean = false>(
  values: Values<T>,
  mapper: Mapper<T, R>,
  options?: AsCompletedOptions<E> & Abortable,
) {
  return asCompleted<Values<Awaitable<R>>, E>(coroutines(values, mapper), options);
}

/** Lazily, as the values come. */
function coroutines<T, R>(values: Values<T>, mapper: Mapper<T, R>): Values<Awaitable<R>> {
  return Symbol.asyncIterator in values ? coroutinesAsync(values, mapper) : coroutinesSync(values, mapper);
}

function* coroutinesSync<T, R>(values: Iterable<T>, mapper: Mapper<T, R>) {
  let index = 0;
  for (const value of values) yield coroutine(value, mapper, index++);
}

async function* coroutinesAsync<T, R>(values: AsyncIterable<T>, mapper: Mapper<T, R>) {
  let index = 0;
  for await (const value of values) yield coroutine(value, mapper, index++);
}

function coroutine<T, R>(value: T, mapper: Mapper<T, R>, index: number) {
  return (context: CoroutineContext) => mapper(value, context, index);
}
