import { isIterable } from '../awaitable/input.js';
import { isCollection } from '../awaitable/realm.js';
import { takeOnAll } from '../awaitable/take-on.js';
import { shared } from '../cleanup/shared.js';
import { type Feed, feedOf } from '../awaitable/feed.js';

/** Where awaitables come from: a list, one that is itself waited for, or a feed, made for each subscription. */
export type Items<T> = Iterable<T> | AsyncIterable<T> | (() => Feed<T>);

/** Awaitables that are run by one runner. */
export interface Group<T> {
  readonly feed: () => Feed<T>;
  /** The index of its first. */
  readonly first: number;
  /** Whether its awaitables have been checked before any is started. */
  readonly isChecked?: boolean;
}

/** Wide enough for a group to cost nothing beside what is in it. */
const width = 1024;

/**
 * A list is run in groups: for rxjs, which searches an array for each that ends, those are few. What is to be pulled lazily is
 * one group. `check` is called with each element of a list, before any of them is started.
 */
export function groupsOf<T>(
  items: Items<T>,
  concurrency: number,
  check: ((item: T, index: number) => unknown) | undefined,
): readonly Group<T>[] {
  if (typeof items === 'function') return [{ feed: items, first: 0 }];
  const one = [{ feed: () => feedOf(items), first: 0 }];
  const isLimited = concurrency < Infinity;
  if (!isIterable<T>(items) || (isLimited && !isCollection(items))) return one;
  const list = [...items];
  takeOnAll(list);
  shared.inspector?.expect(list.length);
  if (isLimited) return one;
  if (check !== undefined) list.forEach(check);
  const groups: Group<T>[] = [];
  for (let first = 0; first < list.length; first += width) {
    const slice = list.slice(first, first + width);
    groups.push({ feed: () => feedOf(slice), first, isChecked: true });
  }
  return groups;
}
