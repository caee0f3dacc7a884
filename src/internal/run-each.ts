import { map, type Observable } from 'rxjs';
import { ending } from './ending.js';
import { mergeArriving, mergeMany } from './fan-in.js';
import { pullEach } from './lazy-pull.js';
import { fromInput, isIterable, isObservable, type Items } from './observable-input.js';

/** Runs each of the items, at most `concurrency` at a time, and merges what they emit. */
export function runEach<T, R>(
  items: Items<T>,
  concurrency: number,
  run: (item: T, index: number) => Observable<R>,
): Observable<R> {
  const source = isObservable<T>(items) ? ending(items) : items;
  if (concurrency < Infinity) return pullEach(source, concurrency, run);
  if (isIterable(source)) return mergeMany(Array.from(source, run));
  return mergeArriving(fromInput(source).pipe(map(run)));
}
