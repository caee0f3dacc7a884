import { setImmediate as nextTurn } from 'node:timers/promises';
import { NEVER, Observable, of, Subject, takeUntil, tap, throwError } from 'rxjs';
import { type Awaitable, createTask, gather } from 'rx-asyncio';
import { deferred } from '../support/deferred';
import { log } from '../support/log';
import { asked, Counted, Running } from '../support/sources';
import { emissions, fulfilled, lazily } from '../support/structures';
import { unhandledRejections } from '../support/unhandled-rejections';

const failure = new Error('failed');

function unexpected(error: unknown): never {
  throw error;
}

function leave(result: Observable<unknown>): void {
  result.subscribe({ error: unexpected }).unsubscribe();
}

describe.each(lazily)('$name with concurrency', (structure) => {
  const { name, run } = structure;

  it('pulls one for each free slot, and never runs more', () => {
    const running = new Running();
    const awaitables = new Counted(20, running.start);
    const emitted = log(run(awaitables, { concurrency: 4 }));
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
    const emitted = log(run(new Counted(1000, source), { concurrency: 4 }));
    expect(emitted.at(-1)).toBe('complete');
    expect(ahead).toHaveLength(1000);
    expect(Math.max(...ahead)).toBeLessThanOrEqual(4);
  });

  it('does not call return() of an iterator that has come to its end', () => {
    const awaitables = new Counted(5, (index) => of(index));
    expect(log(run(awaitables, { concurrency: 2 })).at(-1)).toBe('complete');
    expect(awaitables.returned).toBe(0);
  });

  it('calls return() once when it is unsubscribed from, and pulls no more', () => {
    const running = new Running();
    const awaitables = new Counted(Infinity, running.start);
    leave(run(awaitables, { concurrency: 3 }));
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
    run(generator(), { concurrency: 2 }).pipe(takeUntil(leave)).subscribe({ error: unexpected });
    expect(steps).toEqual(['left', 'returned']);
  });

  it('calls return() once when one fails, cancels the running ones and pulls no more', () => {
    const running = new Running();
    const awaitables = new Counted(Infinity, running.start);
    const emitted = log(run(awaitables, { concurrency: 3 }));
    running.fail(1, failure);
    expect(emitted).toEqual([failure]);
    expect(awaitables).toMatchObject({ pulled: 3, returned: 1 });
    expect(running.indices).toEqual([]);
  });

  it('calls return() once when one fails at once', () => {
    const awaitables = new Counted(Infinity, () => throwError(() => failure));
    expect(log(run(awaitables, { concurrency: 3 }))).toEqual([failure]);
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
    const emitted = log(run(broken(), { concurrency: 2 }));
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
    expect(log(run(broken, { concurrency: 2 }))).toEqual([failure]);
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
    leave(run(endless(), { concurrency: 2 }));
    expect(finished).toBe(1);
  });

  it.each([1, 4])('runs 100,000 synchronous ones without a stack overflow under a concurrency of %i', (concurrency) => {
    const awaitables = new Counted(100_000, (index) => of(index));
    expect(log(run(awaitables, { concurrency })).at(-1)).toBe('complete');
    expect(awaitables.pulled).toBe(100_000);
  });

  it.each([129, 300])('runs as many as it may under a concurrency of %i', (concurrency) => {
    const running = new Running();
    const awaitables = new Counted(1000, running.start);
    const emitted = log(run(awaitables, { concurrency }));
    expect(awaitables.pulled).toBe(concurrency);
    for (let index = 999; index >= 0; index--) running.end(index);
    for (let index = 0; index < 1000; index++) running.end(index);
    expect(running.most).toBe(concurrency);
    expect(emitted.at(-1)).toBe('complete');
  });

  it('runs what there is when that is less than the concurrency', () => {
    const emitted = log(run(new Counted(2, (index) => of(index)), { concurrency: 1000 }));
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
    const result = run(awaitables, { concurrency: 1 });
    expect(lists).toEqual([]);
    log(result);
    log(result);
    expect(lists).toEqual([0, 1]);
  });

  it('pulls one for each free slot of an async iterable', async () => {
    const running = new Running();
    const awaitables = new Counted(6, running.start);
    const emitted = log(run(awaitables.later(), { concurrency: 2 }));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(running.indices).toEqual([0, 1]);
    expect(awaitables.pulled).toBe(2);
    for (let index = 0; index < 6; index++) {
      running.end(index);
      for (let turn = 0; turn < 5; turn++) await nextTurn();
    }
    expect(running.most).toBe(2);
    const ends = [0, 1, 2, 3, 4, 5].map((index) => [`${index}`, fulfilled(index)] as const);
    expect(emitted).toEqual([...emissions(structure, ends), 'complete']);
    expect(awaitables.returned).toBe(1);
  });

  it('calls return() once of an async iterator that answers after it was left', async () => {
    const returned = jest.fn(() => Promise.resolve({ done: true as const, value: undefined }));
    const answer = deferred<IteratorResult<Awaitable<number>>>();
    const awaitables = { [Symbol.asyncIterator]: () => ({ next: () => answer.promise, return: returned }) };
    run(awaitables, { concurrency: 2 }).subscribe().unsubscribe();
    answer.resolve({ done: false, value: of(1) });
    await nextTurn();
    expect(returned).toHaveBeenCalledTimes(1);
  });

  it('calls return() at once of an async iterator that unsubscribes it and gives no answer', () => {
    const returned = jest.fn(() => Promise.resolve({ done: true as const, value: undefined }));
    const leave = new Subject<void>();
    const next = () => {
      leave.next();
      return new Promise<never>(() => undefined);
    };
    const awaitables = { [Symbol.asyncIterator]: () => ({ next, return: returned }) };
    run(awaitables, { concurrency: 2 }).pipe(takeUntil(leave)).subscribe({ error: unexpected });
    expect(returned).toHaveBeenCalledTimes(1);
  });

  it.each([2, 300])('fails with what an async iterable throws, and cancels what runs, of %i', async (concurrency) => {
    const running = new Running();
    async function* broken() {
      yield running.start(0);
      await nextTurn();
      throw failure;
    }
    const emitted = log(run(broken(), { concurrency }));
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
    const emitted = log(run(broken(), { concurrency: 2 }));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(emitted).toEqual([
      new TypeError(`${name}: awaitables[0] must be an ObservableInput or a coroutine function, got 5`),
    ]);
    expect(finished).toBe(1);
  });

  it('does not wait for the answer of an async iterator when it is left while it asks, and starts nothing of it', async () => {
    const started = jest.fn(() => NEVER);
    const { awaitables, answer } = asked(() => ({ done: false, value: started }));
    const task = createTask(run(awaitables, { concurrency: 1 }));
    await nextTurn();
    task.cancel();
    expect(task.status).toBe('cancelled');
    answer();
    await nextTurn();
    expect(started).not.toHaveBeenCalled();
  });

  it('fails with what return() of an async iterator rejects with, when a Task is cancelled between two answers', async () => {
    const awaitables: AsyncIterable<Awaitable<number>> = {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve({ done: false, value: NEVER }),
        return: () => Promise.reject(failure),
      }),
    };
    const task = createTask(run(awaitables, { concurrency: 1 }));
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
    const emitted: unknown[] = [];
    await run(awaitables, { concurrency: 300 }).forEach((value) => emitted.push(value));
    const ends = Array.from({ length: 500 }, (_, end) => [`${end}`, fulfilled(end)] as const);
    expect(emitted).toEqual(emissions(structure, ends));
    expect(most).toBe(1);
  });
});

describe('a generator that has its own run stopped while it is asked', () => {
  it('is reported when it then fails for another reason, as nobody is left to tell', async () => {
    const reported = await unhandledRejections(() => {
      const stop = new Subject<void>();
      function* awaitables(): Generator<Observable<number>> {
        yield of(1);
        stop.next();
        throw failure;
      }
      gather(awaitables(), { concurrency: 1 }).pipe(takeUntil(stop)).subscribe();
    });
    expect(reported).toEqual([failure]);
  });
});

it('gather runs 100,000 that fail at once under a concurrency of 1 without a stack overflow, as outcomes', () => {
  const awaitables = new Counted(100_000, () => throwError(() => 'no'));
  expect(log(gather(awaitables, { concurrency: 1, returnExceptions: true })).at(-1)).toBe('complete');
  expect(awaitables.pulled).toBe(100_000);
});
