import type { Subscriber } from 'rxjs';
import { isIterable, isReadable, isReadableStream } from './input.js';

/** What a runner pulls from. */
export interface Feed<T> {
  /** {@link nothingYet} where there is none now, and may be one later on. */
  next(): IteratorResult<T> | PromiseLike<IteratorResult<T>> | typeof nothingYet;
  /** No more is wanted. */
  return?(): unknown;
  /** Whether `return()` is heard also while an answer is owed, so that it can be waited for. */
  readonly isHeard?: boolean;
  /** Begins to gather what there will be to pull, and calls `arrived` whenever there is more. */
  follow?(subscriber: Subscriber<unknown>, arrived: () => void): void;
}

export const nothingYet = Symbol('nothing yet');

/** A feed of its own, so that of a user's iterator nothing is called but what iterators have. */
export function feedOf<T>(items: Iterable<T> | AsyncIterable<T>): Feed<T> {
  const iterator = isIterable<T>(items) ? items[Symbol.iterator]() : iteratorOf(items);
  return { next: () => iterator.next(), return: () => iterator.return?.(), isHeard: isReadableStream(items) };
}

/** What is used of an async iterator. */
interface Reading<T> {
  next(): Promise<IteratorResult<T>>;
  return?(): Promise<unknown> | undefined;
}

/**
 * Of a stream by what can end it also while it owes an item: its reader, or `destroy()` where it is one of Node. That one is not
 * waited for: where it reads from a generator, it closes only after what that owes.
 */
export function iteratorOf<T>(items: AsyncIterable<T>): Reading<T> {
  if (isReadableStream<T>(items)) {
    const reader = items.getReader();
    return { next: () => reader.read(), return: () => reader.cancel() };
  }
  const iterator = items[Symbol.asyncIterator]();
  if (!isReadable(items)) return iterator;
  return {
    next: () => iterator.next(),
    return: () => {
      items.destroy();
      return iterator.return?.();
    },
  };
}
