import { from, mergeAll, Observable, Subscriber } from 'rxjs';
import { type Cleanup, type Failures, handOver, report, reportAll } from './cleanup.js';
import { isIterable } from './observable-input.js';

/**
 * Runs what an iterator yields, `concurrency` at a time. An item is pulled only when there is a free slot for it, so the
 * iterator may be endless: `mergeMap` would first read all of it into memory. On an early end its `return()` is called.
 */
export function pullEach<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  concurrency: number,
  run: (item: T, index: number) => Observable<R>,
): Observable<R> {
  return new Observable<R>((subscriber) => {
    const shared = new SharedIterator(items);
    subscriber.add(() => {
      handOver(subscriber, shared.close());
    });
    from(teams(shared, concurrency, run))
      .pipe(mergeAll())
      .subscribe(subscriber);
  });
}

// RxJS searches a finished subscription among its siblings, so no team has more slots than this; see fan-in.
const width = 128;

function* teams<T, R>(
  items: SharedIterator<T>,
  concurrency: number,
  run: (item: T, index: number) => Observable<R>,
): Generator<Observable<R>> {
  for (let left = concurrency; left > 0 && !items.exhausted; left -= width) {
    yield new Observable((subscriber) => {
      new Team(items, Math.min(left, width), run, subscriber).fill();
    });
  }
}

/** Slots that are filled from one iterator, each again as soon as it is free. */
class Team<T, R> {
  readonly #items: SharedIterator<T>;
  readonly #run: (item: T, index: number) => Observable<R>;
  readonly #subscriber: Subscriber<R>;
  readonly #slots: number;
  #busy = 0;
  #filling = false;

  constructor(
    items: SharedIterator<T>,
    slots: number,
    run: (item: T, index: number) => Observable<R>,
    subscriber: Subscriber<R>,
  ) {
    this.#items = items;
    this.#slots = slots;
    this.#run = run;
    this.#subscriber = subscriber;
  }

  /** A loop, not a recursion, since items may finish while they are being started. */
  fill(): void {
    if (this.#filling) return;
    this.#filling = true;
    try {
      while (this.#busy < this.#slots && !this.#items.exhausted && !this.#subscriber.closed) {
        const pulled = this.#items.pull();
        if (pulled instanceof Promise) {
          this.#startLater(pulled);
          return;
        }
        this.#start(pulled);
      }
    } catch (error) {
      this.#subscriber.error(error);
    }
    this.#filling = false;
    if (this.#busy === 0 && this.#items.exhausted) this.#subscriber.complete();
  }

  #startLater(pulling: Promise<Pulled<T>>): void {
    pulling.then(
      (pulled) => {
        if (!this.#subscriber.closed) this.#start(pulled);
        this.#filling = false;
        this.fill();
      },
      (error: unknown) => {
        if (this.#subscriber.closed) report(error);
        else this.#subscriber.error(error);
      },
    );
  }

  #start(pulled: Pulled<T>): void {
    if (pulled === undefined) return;
    this.#busy++;
    const slot = new Slot(this.#subscriber, () => {
      this.#busy--;
      this.fill();
    });
    this.#run(pulled.item, pulled.index).subscribe(slot);
  }
}

/**
 * Passes on what one item emits, but its completion. A subclass, since only so is it linked to the subscriber it serves,
 * without an operator of its own for each item.
 */
// eslint-disable-next-line rxjs-x/no-subclass -- see above
class Slot<R> extends Subscriber<R> {
  readonly #free: () => void;

  constructor(destination: Subscriber<R>, free: () => void) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- exported by rxjs, and what its operators are made of
    super(destination);
    this.#free = free;
  }

  protected override _complete(): void {
    this.unsubscribe();
    this.#free();
  }
}

/** What there was to pull: nothing, at the end. */
type Pulled<T> = { readonly item: T; readonly index: number } | undefined;

class SharedIterator<T> {
  readonly #iterator: Iterator<T> | AsyncIterator<T>;
  readonly #isAsync: boolean;
  #index = 0;
  #asking = false;
  #lastPull: Promise<unknown> | undefined;
  exhausted = false;

  constructor(items: Iterable<T> | AsyncIterable<T>) {
    this.#isAsync = !isIterable(items);
    this.#iterator = isIterable<T>(items) ? items[Symbol.iterator]() : items[Symbol.asyncIterator]();
  }

  pull(): Pulled<T> | Promise<Pulled<T>> {
    if (this.#isAsync) return (this.#lastPull = this.#pullAfter(this.#lastPull));
    try {
      return this.#take((this.#iterator as Iterator<T>).next());
    } catch (error) {
      this.exhausted = true;
      throw error;
    }
  }

  /** Calls `return()`, unless the iterator has come to its end. */
  close(): Failures | Cleanup {
    if (this.exhausted) return [];
    this.exhausted = true;
    try {
      const returned = this.#iterator.return?.();
      if (!this.#isAsync) return [];
      const closed = Promise.resolve(returned).then(
        () => [],
        (error: unknown) => [error],
      );
      if (!this.#asking) return closed;
      // It answers only after what it was asked before, and nothing can hurry that: let go of it.
      void closed.then(reportAll);
      return [];
    } catch (error) {
      return [error];
    }
  }

  /** One at a time: not every async iterator can be asked again before it has answered. */
  async #pullAfter(previous: Promise<unknown> | undefined): Promise<Pulled<T>> {
    await previous?.catch(() => {});
    if (this.exhausted) return undefined;
    this.#asking = true;
    try {
      return this.#take(await this.#iterator.next());
    } catch (error) {
      this.exhausted = true;
      throw error;
    } finally {
      this.#asking = false;
    }
  }

  #take(result: IteratorResult<T>): Pulled<T> {
    if (result.done !== true) return { item: result.value, index: this.#index++ };
    this.exhausted = true;
    return undefined;
  }
}
