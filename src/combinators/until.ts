import { Observable, takeUntil } from 'rxjs';
import { checkSource, checkStop, isSignal } from '../arguments/check.js';
import { expiry, type Timeout } from '../arguments/timeout.js';
import { fromInput } from '../awaitable/from-input.js';
import { isIterable, isObservable } from '../awaitable/input.js';
import { stoppable, Stoppable } from '../awaitable/stoppable.js';
import { onAbort } from '../promise/on-abort.js';

/**
 * Takes from a list, a generator, a stream or an Observable until something says stop, and ends then, well. So whatever takes
 * from it begins nothing more, finishes what runs, and ends with the results of that: it is drained, where a cancellation would
 * have ended what runs as well.
 *
 * A list or a generator is asked for nothing more. Of an async iterable the end is told at once, also while its next item is
 * waited for: what it still owes is let go of, and its `return()` is called. An Observable is unsubscribed.
 *
 * ```ts
 * const draining = new AbortController();
 * const job = (ms: number) => timer(ms).pipe(map(() => `${ms} ms`));
 * const jobs = until([10, 20, 30, 40].map(job), draining.signal);
 * asCompleted(jobs, { concurrency: 2 }).subscribe({
 *   next: (result) => {
 *     console.log(result);
 *     draining.abort();
 *   },
 *   complete: () => console.log('drained'),
 * });
 * // 10 ms
 * // 20 ms
 * // drained
 * ```
 *
 * With `concurrency` it is asked for the next one as each slot frees up; without, all are taken at once. For a whole program
 * there is `run(main, { drain: true })` of `rx-asyncio/node`, which gives `draining`.
 *
 * rxjs: `takeUntil`.
 *
 * @param source what to take from
 * @param stop an AbortSignal, milliseconds, a Date, or anything whose first value ends it; what it fails with is passed on
 * @throws TypeError or RangeError when the source is none, or stop makes no sense
 */
export function until<T>(source: Observable<T>, stop: AbortSignal | Timeout): Observable<T>;
export function until<T>(source: Iterable<T>, stop: AbortSignal | Timeout): Iterable<T>;
export function until<T>(source: AsyncIterable<T>, stop: AbortSignal | Timeout): AsyncIterable<T>;
export function until<T>(
  source: Observable<T> | Iterable<T> | AsyncIterable<T>,
  stop: AbortSignal | Timeout,
): Observable<T> | Iterable<T> | AsyncIterable<T> {
  checkSource('until', source);
  checkStop('until', stop);
  const stopping = isSignal(stop) ? aborting(stop) : expiry(stop);
  if (isObservable<T>(source)) return fromInput(source).pipe(takeUntil(stopping));
  if (isIterable<T>(source)) return { [Symbol.iterator]: () => stoppable(source, stopping) };
  return { [Symbol.asyncIterator]: () => new Stoppable(source, stopping) };
}

/** Emits when the signal aborts, or has aborted. */
function aborting(signal: AbortSignal): Observable<unknown> {
  // No fromEvent: however many share the signal, it has one listener.
  return new Observable<unknown>((subscriber) => {
    const stop = () => {
      subscriber.next(undefined);
    };
    if (signal.aborted) stop();
    else subscriber.add(onAbort(signal, stop));
  });
}
