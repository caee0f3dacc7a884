import type { Subscriber } from 'rxjs';
import { isIterable } from './input.js';

/** What a runner pulls from. */
export interface Feed<T> {
  /** {@link nothingYet} where there is none now, and may be one later on. */
  next(): IteratorResult<T> | PromiseLike<IteratorResult<T>> | typeof nothingYet;
  /** No more is wanted. */
  return?(): unknown;
  /** Begins to gather what there will be to pull, and calls `arrived` whenever there is more. */
  follow?(subscriber: Subscriber<unknown>, arrived: () => void): void;
}

export const nothingYet = Symbol('nothing yet');

/** A feed of its own, so that of a user's iterator nothing is called but what iterators have. */
export function feedOf<T>(items: Iterable<T> | AsyncIterable<T>): Feed<T> {
  const iterator = isIterable<T>(items) ? items[Symbol.iterator]() : items[Symbol.asyncIterator]();
  return { next: () => iterator.next(), return: () => iterator.return?.() };
}
