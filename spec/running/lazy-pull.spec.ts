import { setImmediate as nextTurn } from 'node:timers/promises';
import { firstValueFrom, NEVER, Observable, of, Subject, take, takeUntil, tap, throwError } from 'rxjs';
import { asCompleted, type AsCompletedOptions, type Awaitable, createTask, gather } from 'rx-asyncio';
import { deferred } from '../support/deferred';

const failure = new Error('failed');

/** An iterable that counts what is asked of it. */
class Counted implements Iterable<Observable<number>> {
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

/** Sources that end when told. */
class Running {
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

  fail(index: number): void {
    this.#open.get(index)?.error(failure);
  }
}

function log(result: Observable<unknown>): unknown[] {
  const emitted: unknown[] = [];
  result.subscribe({
    next: (value) => emitted.push(value),
    error: (error: unknown) => emitted.push(error),
    complete: () => emitted.push('complete'),
  });
  return emitted;
}

function unexpected(error: unknown): never {
  throw error;
}

function leave(result: Observable<unknown>): void {
  result.subscribe({ error: unexpected }).unsubscribe();
}

const combinators: [
  string,
  (awaitables: Iterable<Awaitable<number>>, options: AsCompletedOptions<false>) => Observable<unknown>,
][] = [
  ['gather', (awaitables, { concurrency }) => gather(awaitables, { concurrency })],
  ['asCompleted', (awaitables, options) => asCompleted(awaitables, options)],
];

describe.each(combinators)('%s with concurrency', (_title, combine) => {
  it('pulls one for each free slot, and never runs more', () => {
    const running = new Running();
    const awaitables = new Counted(20, running.start);
    const emitted = log(combine(awaitables, { concurrency: 4 }));
    expect(running.indices).toEqual([0, 1, 2, 3]);
    expect(awaitables.pulled).toBe(4);

    running.end(2);
    expect(running.indices).toEqual([0, 1, 3, 4]);
    expect(awaitables.pulled).toBe(5);

    for (let index = 0; index < 20; index++) running.end(index);
    expect(running.most).toBe(4);
    expect(awaitables.pulled).toBe(20);
    expect(emitted.at(-1)).toBe('complete');
  });

  it('is never more than 4 ahead of what has ended under a concurrency of 4, at any instant', () => {
    let ended = 0;
    const ahead: number[] = [];
    const source = (index: number) => {
      ahead.push(index + 1 - ended);
      return of(index).pipe(tap({ complete: () => ended++ }));
    };
    const emitted = log(combine(new Counted(1000, source), { concurrency: 4 }));
    expect(emitted.at(-1)).toBe('complete');
    expect(ahead).toHaveLength(1000);
    expect(Math.max(...ahead)).toBeLessThanOrEqual(4);
  });

  it('does not call return() of an iterator that has come to its end', () => {
    const awaitables = new Counted(5, (index) => of(index));
    expect(log(combine(awaitables, { concurrency: 2 })).at(-1)).toBe('complete');
    expect(awaitables.returned).toBe(0);
  });

  it('calls return() once when it is unsubscribed from, and pulls no more', () => {
    const running = new Running();
    const awaitables = new Counted(Infinity, running.start);
    leave(combine(awaitables, { concurrency: 3 }));
    expect(awaitables).toMatchObject({ pulled: 3, returned: 1 });
    expect(running.indices).toEqual([]);
  });

  it('calls return() of a generator that unsubscribes it, once that has yielded, and starts no more', () => {
    const steps: string[] = [];
    const leave = new Subject<void>();
    function* generator() {
      try {
        leave.next();
        steps.push('left');
        yield new Observable<number>(() => void steps.push('started'));
      } finally {
        steps.push('returned');
      }
    }
    combine(generator(), { concurrency: 2 }).pipe(takeUntil(leave)).subscribe({ error: unexpected });
    expect(steps).toEqual(['left', 'returned']);
  });

  it('calls return() once when one fails, cancels the running ones and pulls no more', () => {
    const running = new Running();
    const awaitables = new Counted(Infinity, running.start);
    const emitted = log(combine(awaitables, { concurrency: 3 }));
    running.fail(1);
    expect(emitted).toEqual([failure]);
    expect(awaitables).toMatchObject({ pulled: 3, returned: 1 });
    expect(running.indices).toEqual([]);
  });

  it('calls return() once when one fails at once', () => {
    const awaitables = new Counted(Infinity, () => throwError(() => failure));
    expect(log(combine(awaitables, { concurrency: 3 }))).toEqual([failure]);
    expect(awaitables).toMatchObject({ pulled: 1, returned: 1 });
  });

  it('fails with what the iterator throws, and cancels what runs', () => {
    const running = new Running();
    let finished = 0;
    function* broken() {
      try {
        yield running.start(0);
        yield running.start(1);
        throw failure;
      } finally {
        finished++;
      }
    }
    const emitted = log(combine(broken(), { concurrency: 2 }));
    expect(running.indices).toEqual([0, 1]);
    running.end(0);
    expect(emitted.at(-1)).toBe(failure);
    expect(running.indices).toEqual([]);
    expect(finished).toBe(1);
  });

  it('does not call return() of an iterator that has thrown', () => {
    const close = jest.fn();
    const broken: Iterable<Awaitable<number>> = {
      [Symbol.iterator]: () => ({ next: () => unexpected(failure), return: close }),
    };
    expect(log(combine(broken, { concurrency: 2 }))).toEqual([failure]);
    expect(close).not.toHaveBeenCalled();
  });

  it('runs the finally block of a generator once when it is left early', () => {
    let finished = 0;
    function* endless() {
      try {
        for (;;) yield NEVER;
      } finally {
        finished++;
      }
    }
    leave(combine(endless(), { concurrency: 2 }));
    expect(finished).toBe(1);
  });

  it.each([1, 4])('runs 100,000 synchronous ones without a stack overflow under a concurrency of %i', (concurrency) => {
    const awaitables = new Counted(100_000, (index) => of(index));
    expect(log(combine(awaitables, { concurrency })).at(-1)).toBe('complete');
    expect(awaitables.pulled).toBe(100_000);
  });

  it.each([129, 300])('runs as many as it may under a concurrency of %i', (concurrency) => {
    const running = new Running();
    const awaitables = new Counted(1000, running.start);
    const emitted = log(combine(awaitables, { concurrency }));
    expect(awaitables.pulled).toBe(concurrency);
    for (let index = 999; index >= 0; index--) running.end(index);
    for (let index = 0; index < 1000; index++) running.end(index);
    expect(running.most).toBe(concurrency);
    expect(emitted.at(-1)).toBe('complete');
  });

  it('runs what there is when that is less than the concurrency', () => {
    const emitted = log(combine(new Counted(2, (index) => of(index)), { concurrency: 1000 }));
    expect(emitted.at(-1)).toBe('complete');
  });

  it('iterates anew for each subscriber', () => {
    const running = new Running();
    const lists: number[] = [];
    const awaitables: Iterable<Awaitable<number>> = {
      [Symbol.iterator]: () => {
        lists.push(lists.length);
        return [running.start(0), running.start(1)][Symbol.iterator]();
      },
    };
    const result = combine(awaitables, { concurrency: 1 });
    expect(lists).toEqual([]);
    log(result);
    log(result);
    expect(lists).toEqual([0, 1]);
  });
});

describe('asCompleted with concurrency', () => {
  it('takes an endless generator, and stops it when enough has come', () => {
    const awaitables = new Counted(Infinity, (index) => of(index));
    expect(log(asCompleted(awaitables, { concurrency: 2 }).pipe(take(3)))).toEqual([0, 1, 2, 'complete']);
    expect(awaitables).toMatchObject({ pulled: 3, returned: 1 });
  });

  it('goes on pulling after failures with returnExceptions', () => {
    const awaitables = new Counted(100, () => throwError(() => failure));
    const emitted = log(asCompleted(awaitables, { concurrency: 4, returnExceptions: true }));
    expect(emitted).toHaveLength(101);
    expect(emitted[99]).toEqual({ status: 'rejected', reason: failure, key: 99 });
  });

  it('pulls one for each free slot of an async iterable', async () => {
    const running = new Running();
    const awaitables = new Counted(6, running.start);
    const emitted = log(asCompleted(awaitables.later(), { concurrency: 2 }));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(running.indices).toEqual([0, 1]);
    expect(awaitables.pulled).toBe(2);
    for (let index = 0; index < 6; index++) {
      running.end(index);
      for (let turn = 0; turn < 5; turn++) await nextTurn();
    }
    expect(running.most).toBe(2);
    expect(emitted).toEqual([0, 1, 2, 3, 4, 5, 'complete']);
    expect(awaitables.returned).toBe(1);
  });

  it('leaves an endless async iterable once, and waits for that before it ends', async () => {
    const awaitables = new Counted(Infinity, (index) => of(index));
    await firstValueFrom(asCompleted(awaitables.later(), { concurrency: 1 }));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(awaitables.returned).toBe(1);
    expect(awaitables.pulled).toBeLessThanOrEqual(2);
  });

  it('calls return() once of an async iterator that answers after it was left', async () => {
    const returned = jest.fn(() => Promise.resolve({ done: true, value: undefined }));
    const answer = deferred<IteratorResult<Awaitable<number>>>();
    const awaitables = { [Symbol.asyncIterator]: () => ({ next: () => answer.promise, return: returned }) };
    asCompleted(awaitables, { concurrency: 2 }).subscribe().unsubscribe();
    answer.resolve({ done: false, value: of(1) });
    await nextTurn();
    expect(returned).toHaveBeenCalledTimes(1);
  });

  it('calls return() at once of an async iterator that unsubscribes it and gives no answer', () => {
    const returned = jest.fn(() => Promise.resolve({ done: true, value: undefined }));
    const leave = new Subject<void>();
    const next = () => {
      leave.next();
      return new Promise<never>(() => undefined);
    };
    const awaitables = { [Symbol.asyncIterator]: () => ({ next, return: returned }) };
    asCompleted(awaitables, { concurrency: 2 }).pipe(takeUntil(leave)).subscribe({ error: unexpected });
    expect(returned).toHaveBeenCalledTimes(1);
  });

  it.each([2, 300])('fails with what an async iterable throws, and cancels what runs, of %i', async (concurrency) => {
    const running = new Running();
    async function* broken() {
      yield running.start(0);
      await nextTurn();
      throw failure;
    }
    const emitted = log(asCompleted(broken(), { concurrency }));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(emitted).toEqual([failure]);
    expect(running.indices).toEqual([]);
  });

  it('fails when an async iterable yields what is no awaitable, and leaves it', async () => {
    let finished = 0;
    async function* broken() {
      try {
        await nextTurn();
        yield 5 as never;
      } finally {
        finished++;
      }
    }
    const emitted = log(asCompleted(broken(), { concurrency: 2 }));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(emitted).toEqual([
      new TypeError('asCompleted: awaitables[0] must be an ObservableInput or a coroutine function, got 5'),
    ]);
    expect(finished).toBe(1);
  });

  describe('unsubscribed from while an async iterator is asked', () => {
    /** One that answers when told. */
    function asked(answer: () => IteratorResult<Awaitable<number>>, close: () => void = () => {}) {
      const gate = deferred();
      const awaitables: AsyncIterable<Awaitable<number>> = {
        [Symbol.asyncIterator]: () => ({
          next: () => gate.promise.then(answer),
          return: async () => {
            await gate.promise;
            close();
            return { done: true, value: undefined };
          },
        }),
      };
      return { awaitables, answer: gate.resolve };
    }

    it('does not wait for the answer, and starts nothing of it', async () => {
      const started = jest.fn(() => NEVER);
      const { awaitables, answer } = asked(() => ({ done: false, value: started }));
      const task = createTask(asCompleted(awaitables, { concurrency: 1 }));
      await nextTurn();
      task.cancel();
      expect(task.status).toBe('cancelled');
      answer();
      await nextTurn();
      expect(started).not.toHaveBeenCalled();
    });
  });

  it('fails with what return() of an async iterator rejects with, when a Task is cancelled between two answers', async () => {
    const awaitables: AsyncIterable<Awaitable<number>> = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: false, value: NEVER }),
        return: () => Promise.reject(failure),
      }),
    };
    const task = createTask(asCompleted(awaitables, { concurrency: 1 }));
    await nextTurn();
    task.cancel();
    const [outcome] = await Promise.allSettled([task]);
    expect(outcome).toEqual({ status: 'rejected', reason: failure });
  });

  it('asks an async iterator only when it has answered', async () => {
    let asking = 0;
    let most = 0;
    let index = 0;
    const awaitables: AsyncIterable<Awaitable<number>> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          most = Math.max(most, ++asking);
          await nextTurn();
          asking--;
          return index < 500 ? { done: false, value: of(index++) } : { done: true, value: undefined };
        },
      }),
    };
    const emitted = await new Promise<unknown[]>((resolve, reject) => {
      const values: unknown[] = [];
      asCompleted(awaitables, { concurrency: 300 }).subscribe({
        next: (value) => values.push(value),
        error: reject,
        complete: () => {
          resolve(values);
        },
      });
    });
    expect(emitted).toHaveLength(500);
    expect(most).toBe(1);
  });
});
