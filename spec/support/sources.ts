import { setImmediate as nextTurn } from 'node:timers/promises';
import { Observable, Subject } from 'rxjs';
import type { Awaitable } from 'rx-asyncio';
import { deferred } from './deferred';

/** An iterable that counts what is asked of it. */
export class Counted implements Iterable<Observable<number>> {
  pulled = 0;
  returned = 0;
  readonly #item: (index: number) => Observable<number>;
  readonly #count: number;

  constructor(count: number, item: (index: number) => Observable<number>) {
    this.#count = count;
    this.#item = item;
  }

  [Symbol.iterator](): Iterator<Observable<number>> {
    return {
      next: () => {
        if (this.pulled === this.#count) return { done: true, value: undefined };
        return { done: false, value: this.#item(this.pulled++) };
      },
      return: () => {
        this.returned++;
        return { done: true, value: undefined };
      },
    };
  }

  /** The same as an async iterable. */
  async *later(): AsyncGenerator<Observable<number>> {
    try {
      while (this.pulled < this.#count) {
        await nextTurn();
        yield this.#item(this.pulled++);
      }
    } finally {
      this.returned++;
    }
  }
}

/** Sources that are made as they are asked for, and end when told. */
export class Running {
  readonly #open = new Map<number, Subject<number>>();
  most = 0;

  readonly start = (index: number): Observable<number> =>
    new Observable((subscriber) => {
      const subject = new Subject<number>();
      this.#open.set(index, subject);
      this.most = Math.max(this.most, this.#open.size);
      subscriber.add(() => this.#open.delete(index));
      subject.subscribe(subscriber);
    });

  get indices(): number[] {
    return [...this.#open.keys()];
  }

  end(index: number): void {
    const subject = this.#open.get(index);
    subject?.next(index);
    subject?.complete();
  }

  fail(index: number, error: unknown): void {
    this.#open.get(index)?.error(error);
  }
}

/** An async iterable that answers, and is closed, only when `answer` is called. */
export function asked(
  answerWith: () => IteratorResult<Awaitable<number>>,
  close: () => void = () => {},
): { readonly awaitables: AsyncIterable<Awaitable<number>>; readonly answer: () => void } {
  const gate = deferred();
  const awaitables: AsyncIterable<Awaitable<number>> = {
    [Symbol.asyncIterator]: () => ({
      next: () => gate.promise.then(answerWith),
      return: async () => {
        await gate.promise;
        close();
        return { done: true, value: undefined };
      },
    }),
  };
  return { awaitables, answer: gate.resolve };
}
