import type { Mapper } from '../awaitable/mapper.js';
import type { Awaitable } from '../awaitable/types.js';
import { checkFunction } from './check.js';
import { keyOf } from './place.js';

/** The options, and before them the mapper, where there is one. */
export function withMapper<O>(
  name: string,
  second: O | Mapper<never, unknown> | undefined,
  third: O | undefined,
): { readonly mapper?: Mapper<never, unknown>; readonly options: O | undefined } {
  if (typeof second !== 'function' && third === undefined) return { options: second };
  checkFunction(name, 'mapper', second);
  return { mapper: second as Mapper<never, unknown>, options: third };
}

/** Makes coroutine functions of items, and keeps those items that are to be told of with their outcome. */
export class Mapping {
  readonly #mapper: Mapper<unknown, unknown>;
  readonly #keeps: boolean;
  readonly #keys: readonly unknown[] | undefined;
  readonly #items = new Map<number, unknown>();

  constructor(mapper: Mapper<never, unknown>, keeps: boolean, keys: readonly unknown[] | undefined) {
    this.#mapper = mapper as Mapper<unknown, unknown>;
    this.#keeps = keeps;
    this.#keys = keys;
  }

  /** Bound, since it is handed on. */
  readonly awaitableOf = this.#awaitableOf.bind(this);

  #awaitableOf(item: unknown, index: number): Awaitable<unknown> {
    if (this.#keeps) this.#items.set(index, item);
    return (context) => this.#mapper(item, context, index) as Iterable<unknown>;
  }

  /** What an outcome is the outcome of. */
  origin(index: number): { readonly key: unknown; readonly item: unknown } {
    const item = this.#items.get(index);
    this.#items.delete(index);
    return { key: keyOf(index, this.#keys), item };
  }
}
