import { Observable, Subscription } from 'rxjs';
import type { Arrivals } from './arrivals.js';
import {
  afterCleanup,
  type Cleanup,
  type Failures,
  failuresOf,
  handOver,
  report,
  reportAll,
} from '../cleanup/close.js';
import { Inner, type InnerObserver } from '../cleanup/upstream.js';
import { isAsyncIterable, isIterable, isPromiseLike } from '../awaitable/input.js';

/** Where awaitables come from: a list, one that is itself waited for, or what a pipe emits. */
export type Items<T> = Iterable<T> | AsyncIterable<T> | Arrivals<T>;

/**
 * Runs what an iterator yields, `concurrency` at a time. An item is pulled only when there is a free slot for it, so the
 * iterator may be endless: `mergeMap` would first read all of it into memory. On an early end its `return()` is called.
 * What an Observable emits waits for a slot, and any number can wait: the buffer of `mergeMap` takes n² steps for n.
 */
export function pullEach<T, R>(
  items: Items<T>,
  concurrency: number,
  run: (item: T, index: number) => Observable<R>,
): Observable<R> {
  return new Observable<R>((subscriber) => {
    const iterator = iteratorOf(items);
    // A Set: the list that a subscriber keeps would be searched for each that ends.
    const running = new Set<Inner<R>>();
    let index = 0;
    // asking: next() is on the stack. awaiting: its Promise is pending. starting: an item is subscribed to.
    let state: 'idle' | 'asking' | 'awaiting' | 'starting' = 'idle';
    let exhausted = false;

    /** A loop, not a recursion, since items may finish while they are being started. */
    const fill = () => {
      while (state === 'idle' && !exhausted && running.size < concurrency && !subscriber.closed) {
        state = 'asking';
        try {
          const answer = iterator.next();
          if (answer === undefined) {
            state = 'idle';
            return;
          }
          if (!isPromiseLike(answer)) take(answer);
          else {
            state = 'awaiting';
            Promise.resolve(answer).then(take).then(fill, fail);
          }
        } catch (error) {
          fail(error);
        }
      }
      // While it was asked, the iterator itself may have closed `subscriber`: it can be left only now.
      if (subscriber.closed) handOver(subscriber, close());
      else if (exhausted && running.size === 0) subscriber.complete();
    };

    const take = (answer: IteratorResult<T>) => {
      state = 'starting';
      if (answer.done === true) exhausted = true;
      else if (!subscriber.closed) start(answer.value);
      state = 'idle';
    };

    const start = (item: T) => {
      const inner = new Inner(slot, subscriber);
      running.add(inner);
      try {
        run(item, index++).subscribe(inner);
      } catch (error) {
        subscriber.error(error);
      }
    };

    const slot: InnerObserver<R> = {
      next: (value) => {
        subscriber.next(value);
      },
      error: (error) => {
        subscriber.error(error);
      },
      complete: (inner) => {
        inner.unsubscribe();
        running.delete(inner);
        fill();
      },
    };

    /** The iterator has thrown, and is thereby at its end. */
    const fail = (error: unknown) => {
      exhausted = true;
      if (subscriber.closed) report(error);
      else subscriber.error(error);
    };

    /** Calls `return()`, unless the iterator has come to its end. A generator that is just running would refuse. */
    const close = (): Failures | Cleanup => {
      if (exhausted || state === 'asking') return [];
      exhausted = true;
      try {
        const returned = iterator.return?.();
        if (!isPromiseLike(returned)) return [];
        const closed = failuresOf(returned);
        if (state !== 'awaiting') return closed;
        // It answers only after what it was asked before, and nothing can hurry that: let go of it.
        afterCleanup(closed, reportAll);
        return [];
      } catch (error) {
        return [error];
      }
    };

    subscriber.add(() => {
      handOver(subscriber, close());
    });
    subscriber.add(() => {
      const all = new Subscription();
      for (const inner of running) all.add(inner);
      all.unsubscribe();
    });
    fill();
    if ('follow' in iterator) iterator.follow(subscriber, fill);
  });
}

function iteratorOf<T>(items: Items<T>): Iterator<T> | AsyncIterator<T> | Arrivals<T> {
  if (isIterable<T>(items)) return items[Symbol.iterator]();
  return isAsyncIterable<T>(items) ? items[Symbol.asyncIterator]() : items;
}
