import { Observable, type Subscriber } from 'rxjs';
import type { Awaitable } from '../awaitable/types.js';
import { Execution } from '../awaitable/coroutine.js';
import { tearDownEnded } from '../cleanup/close.js';
import { type Inner, type InnerObserver, listen } from '../cleanup/upstream.js';
import { fromInput } from '../awaitable/input.js';

/**
 * What `forkJoin` does, for a handful of awaitables, with fewer objects for each: that is what tells when there are many.
 * A new Observable, so that a function need not be made one first.
 */
export function join<T>(awaitables: readonly Awaitable<T>[]): Observable<T[]> {
  return new Observable((subscriber) => {
    const joint = { subscriber, results: new Array<T>(awaitables.length), missing: awaitables.length };
    awaitables.forEach((awaitable, index) => {
      // A source after one that failed at once is not started.
      if (subscriber.closed) return;
      const part = new Part(joint, index);
      if (typeof awaitable === 'function') new Execution(awaitable, subscriber, part).start();
      else listen(fromInput(awaitable), part, subscriber);
    });
  });
}

interface Joint<T> {
  readonly subscriber: Subscriber<T[]>;
  readonly results: T[];
  missing: number;
}

/** One of the awaitables: its last value goes to its place. */
class Part<T> implements InnerObserver<T> {
  readonly #joint: Joint<T>;
  readonly #index: number;
  #empty = true;

  constructor(joint: Joint<T>, index: number) {
    this.#joint = joint;
    this.#index = index;
  }

  next(value: T): void {
    this.#empty = false;
    this.#joint.results[this.#index] = value;
  }

  error(error: unknown): void {
    this.#joint.subscriber.error(error);
  }

  complete(inner?: Inner<T>): void {
    const { subscriber, results } = this.#joint;
    if (inner && !tearDownEnded(inner, subscriber)) return;
    if (!this.#empty && --this.#joint.missing > 0) return;
    if (!this.#empty) subscriber.next(results);
    subscriber.complete();
  }
}
