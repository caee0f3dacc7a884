import type { Observable } from 'rxjs';
import { mergeMany } from './fan-in.js';
import { type Items, pullEach } from './lazy-pull.js';
import { isIterable } from './observable-input.js';

/** Runs each of the items, at most `concurrency` at a time, and merges what they emit. */
export function runEach<T, R>(
  items: Items<T>,
  concurrency: number,
  run: (item: T, index: number) => Observable<R>,
): Observable<R> {
  if (concurrency === Infinity && isIterable<T>(items)) return mergeMany(Array.from(items, run));
  return pullEach(items, concurrency, run);
}
