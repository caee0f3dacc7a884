import type { Observable, Subscriber } from 'rxjs';
import { ending } from '../awaitable/start.js';
import { listen } from '../cleanup/upstream.js';
import { Queue } from './queue.js';

/** What an Observable emits, to be pulled once, as from an iterator: what nobody has asked for yet waits here. */
export class Arrivals<T> {
  readonly #source: Observable<T>;
  readonly #waiting = new Queue<T>();
  #ended = false;
  /** There is nobody to tell that no more is wanted. */
  declare readonly return: undefined;

  constructor(source: Observable<T>) {
    this.#source = source;
  }

  /** `undefined` where nothing has arrived yet. */
  next(): IteratorResult<T> | undefined {
    if (!this.#waiting.isEmpty) return { done: false, value: this.#waiting.shift() };
    return this.#ended ? { done: true, value: undefined } : undefined;
  }

  /** Subscribes for `subscriber`, and calls `arrived` whenever there is something new to ask for. */
  follow(subscriber: Subscriber<unknown>, arrived: () => void): void {
    listen(
      ending(this.#source),
      {
        next: (item) => {
          this.#waiting.push(item);
          arrived();
        },
        error: (error) => {
          subscriber.error(error);
        },
        complete: () => {
          this.#ended = true;
          arrived();
        },
      },
      subscriber,
    );
  }
}
