import { map, mergeAll, type Observable } from 'rxjs';
import { mergeArriving, mergeMany } from './fan-in.js';
import { pullEach } from './lazy-pull.js';
import { fromInput, isIterable, isObservable } from './observable-input.js';

/** Where awaitables come from: a list, one that is itself waited for, or what a pipe emits. */
export type Items<T> = Iterable<T> | AsyncIterable<T> | Observable<T>;

/** Runs each of the items, at most `concurrency` at a time, and merges what they emit. */
export function runEach<T, R>(
  items: Items<T>,
  concurrency: number,
  run: (item: T, index: number) => Observable<R>,
): Observable<R> {
  if (concurrency < Infinity && !isObservable(items)) return pullEach(items, concurrency, run);
  if (isIterable(items)) return mergeMany(Array.from(items, run));
  // What an Observable emits is there already: all that can be limited is how much of it runs.
  const sources = fromInput(items).pipe(map(run));
  return concurrency < Infinity ? sources.pipe(mergeAll(concurrency)) : mergeArriving(sources);
}
