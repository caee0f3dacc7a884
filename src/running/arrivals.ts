import type { Observable, Subscriber } from 'rxjs';
import { takeOn } from '../awaitable/take-on.js';
import { asEnd, type End } from '../cleanup/close.js';
import type { Cleanup, Failures } from '../cleanup/failures.js';
import { leave } from '../cleanup/lingering.js';
import { Upstream } from '../cleanup/upstream.js';
import { type Feed, nothingYet } from '../awaitable/feed.js';
import { Queue } from './queue.js';

/** What an Observable emits, to be pulled once, as from an iterator: what nobody has asked for yet waits here. */
export class Arrivals<T> implements Feed<T> {
  readonly #source: Observable<T>;
  readonly #waiting = new Queue<T>();
  #ended = false;

  constructor(source: Observable<T>) {
    this.#source = source;
  }

  next(): IteratorResult<T> | typeof nothingYet {
    if (!this.#waiting.isEmpty) return { done: false, value: this.#waiting.shift() };
    return this.#ended ? { done: true, value: undefined } : nothingYet;
  }

  follow(subscriber: Subscriber<unknown>, arrived: () => void): void {
    const next = (item: T) => {
      takeOn(item);
      this.#waiting.push(item);
      arrived();
    };
    const complete = () => {
      this.#ended = true;
      arrived();
    };
    const arriving = new Arriving(subscriber, next, complete);
    subscriber.add(arriving);
    arriving.follow(this.#source);
  }
}

class Arriving<T> extends Upstream<T> {
  constructor(
    private readonly subscriber: Subscriber<unknown>,
    private readonly arrived: (item: T) => void,
    private readonly completed: () => void,
  ) {
    super(subscriber);
  }

  protected override _next(item: T): void {
    this.arrived(item);
  }

  protected override ended(end: End, cleanup: Failures | Cleanup): void {
    const goesOn = cleanup instanceof Promise;
    if (goesOn) leave(cleanup, this.subscriber);
    const [...errors] = asEnd(end, goesOn ? [] : cleanup);
    if (errors.length > 0) this.subscriber.error(errors[0]);
    else this.completed();
  }
}
