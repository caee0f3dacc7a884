import { setImmediate } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  auditTime,
  concat,
  EMPTY,
  finalize,
  map,
  NEVER,
  type Observable,
  of,
  retry,
  Subject,
  tap,
  throwError,
  timer,
} from 'rxjs';
import {
  asCompleted,
  asCompletedAll,
  asyncFinalize,
  type Awaitable,
  CancelledError,
  type Coroutine,
  type CoroutineContext,
  createTask,
  FIRST_COMPLETED,
  gather,
  gatherAll,
  Progress,
  type ProgressCounts,
  type Task,
  taskGroup,
  wait,
} from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { deferred } from '../support/deferred';
import { expectType } from '../support/expect-type';
import { log } from '../support/log';
import { marbles } from '../support/marbles';
import { unhandledRejections } from '../support/unhandled-rejections';

/** The counts that are not 0, and the total. */
function shown({ total, done, ...counts }: ProgressCounts): string {
  const several = Object.entries(counts).filter(([, count]) => count > 0);
  return [`${done} of ${total ?? '?'}`, ...several.map(([name, count]) => `${count} ${name}`)].join(', ');
}

function countsOf(progress: Progress): string[] {
  const seen: string[] = [];
  progress.pipe(tap((counts) => seen.push(shown(counts)))).subscribe(ignored);
  return seen;
}

const ignored = { error: () => {} };
const now = (progress: Progress) => countsOf(progress)[0];

describe('progress', () => {
  it(
    'counts what waits, runs and is done, at the moment in which that changes',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const progress = new Progress();
      const a = cold('        --a|            ');
      const b = cold('           -----b|      ');
      const subA = '          ^--!            ';
      const subB = '          ---^-----!      ';
      const result = '        ---------(r|)   ';
      const counts = '        b--(cd)--e      ';
      const gathered = gather(progress.watch([a, b]), { concurrency: 1 }).pipe(map((values) => values.join('')));
      expectObservable(gathered).toBe(result, { r: 'ab' });
      expectObservable(progress.pipe(map(shown))).toBe(counts, {
        b: '0 of 2, 1 waiting, 1 running',
        c: '1 of 2, 1 waiting, 1 fulfilled',
        d: '1 of 2, 1 running, 1 fulfilled',
        e: '2 of 2, 2 fulfilled',
      });
      expectSubscriptions(a.subscriptions).toBe(subA);
      expectSubscriptions(b.subscriptions).toBe(subB);
    }),
  );

  it('has counted a result when that is there', () => {
    const progress = new Progress();
    const seen: unknown[] = [];
    asCompleted(progress.watch([of(1), of(2)]))
      .pipe(tap(() => seen.push(now(progress))))
      .subscribe(ignored);
    expect(seen).toEqual(['1 of 2, 1 waiting, 1 fulfilled', '2 of 2, 2 fulfilled']);
  });

  it('begins with the current counts for who comes late, and is one sum of all that it watches', () => {
    const progress = new Progress();
    expect(now(progress)).toBe('0 of 0');
    gather(progress.watch([of(1)])).subscribe();
    gather(progress.watch({ a: NEVER, b: of(2) })).subscribe();
    expect(now(progress)).toBe('2 of 3, 1 running, 2 fulfilled');
  });

  it('tells everybody of the newest counts last, also where one of them changes something', () => {
    const progress = new Progress();
    const jobs = new Subject<Observable<number>>();
    jobs.pipe(progress.watchAll(), asCompletedAll()).subscribe(ignored);
    let added = false;
    progress
      .pipe(
        tap(({ running }) => {
          if (running === 1 && !added) {
            added = true;
            jobs.next(of(1));
          }
        }),
      )
      .subscribe(ignored);
    const seen = countsOf(progress);
    gather(progress.watch([of(2)])).subscribe();
    expect([added, seen.at(-1)]).toEqual([true, '2 of ?, 2 fulfilled']);
  });

  it('tells nobody who has left', () => {
    const progress = new Progress();
    const seen: unknown[] = [];
    progress
      .pipe(tap((counts) => seen.push(counts)))
      .subscribe(ignored)
      .unsubscribe();
    gather(progress.watch([of(1)])).subscribe();
    expect(seen).toHaveLength(1);
  });
});

describe('what is watched', () => {
  it.each<[string, Awaitable<unknown>, string]>([
    ['gives a result', of(1), '1 of 1, 1 fulfilled'],
    ['gives undefined', [undefined], '1 of 1, 1 fulfilled'],
    ['fails', throwError(() => new Error('no')), '1 of 1, 1 rejected'],
    ['completes without a value', EMPTY, '1 of 1, 1 rejected'],
    ['never ends', NEVER, '0 of 1, 1 running'],
    ['throws at once', () => { throw new Error('no'); }, '1 of 1, 1 rejected'], // prettier-ignore
    ['gives an Observable without a value', () => EMPTY, '1 of 1, 1 rejected'],
  ])('that %s is counted so', (_, awaitable, expected) => {
    const progress = new Progress();
    gather(progress.watch([awaitable])).subscribe({ error: () => {} });
    expect(now(progress)).toBe(expected);
  });

  it('loses nothing that a teardown throws where the source ends while it is subscribed to', () => {
    const failure = new Error('not closed');
    const source = of(1).pipe(
      finalize(() => {
        throw failure;
      }),
    );
    expect([log(gather([source])), log(gather(new Progress().watch([source])))]).toEqual([[failure], [failure]]);
  });

  it('is counted as cancelled when it has cleaned up', async () => {
    const cleanup = deferred();
    const progress = new Progress();
    const task = createTask(
      gather(
        progress.watch([
          NEVER.pipe(asyncFinalize(() => cleanup.promise)),
          async ({ signal }) => {
            await sleep(10_000, undefined, { signal }).catch(() => cleanup.promise);
            throw signal.reason;
          },
        ]),
      ),
    );
    task.cancel();
    expect(now(progress)).toBe('0 of 2, 2 running');
    cleanup.resolve();
    await expect(task).rejects.toThrow(CancelledError);
    expect(now(progress)).toBe('2 of 2, 2 cancelled');
  });

  it('that cannot be stopped is counted as running until it has ended', async () => {
    const end = deferred();
    const progress = new Progress();
    gather(progress.watch([() => end.promise]))
      .subscribe()
      .unsubscribe();
    expect(now(progress)).toBe('0 of 1, 1 running');
    end.resolve();
    await end.promise;
    expect(now(progress)).toBe('1 of 1, 1 fulfilled');
  });

  it('waits where what came before it has failed', () => {
    const progress = new Progress();
    gather(progress.watch([throwError(() => new Error('no')), of(1)])).subscribe({ error: () => {} });
    expect(now(progress)).toBe('1 of 2, 1 waiting, 1 rejected');
  });

  it('is counted anew when it is run again, and what the former run still says does not count', () => {
    const progress = new Progress();
    const source = new Subject<number>();
    const [watched] = progress.watch([source]);
    const former = watched.subscribe();
    const seen = countsOf(progress);
    watched.subscribe();
    former.unsubscribe();
    source.next(1);
    source.complete();
    expect(seen).toEqual(['0 of 1, 1 running', '1 of 1, 1 fulfilled']);

    let attempts = 0;
    const third = concat(of(1), throwError(() => new Error(`${++attempts}`))); // prettier-ignore
    const again = new Progress();
    gather(again.watch([third]))
      .pipe(retry(2))
      .subscribe({ error: () => {} });
    expect([attempts, now(again)]).toEqual([3, '1 of 1, 1 rejected']);
  });

  it('counts as running from the start where it is a Task or a Promise, which stay what they are', async () => {
    const progress = new Progress();
    const [task, cancelled, failing] = [createTask(timer(10)), createTask(NEVER), createTask(NEVER)];
    const [first, second] = [deferred<string>(), deferred<string>()];
    const seen = countsOf(progress);
    const list = [task, cancelled, failing, createTask(of('done')), first.promise, second.promise] as const;
    expect(progress.watch(list)).toEqual(list);
    progress.watch(list).forEach((watched, index) => {
      expect(watched).toBe(list[index]);
    });
    expect(seen.at(-1)).toBe('2 of 12, 10 running, 2 fulfilled');
    cancelled.cancel();
    await expect(cancelled).rejects.toThrow('cancelled');
    await task;
    first.resolve('first');
    second.reject(new Error('no'));
    await first.promise;
    await expect(second.promise).rejects.toThrow('no');
    expect(seen.at(-1)).toBe('10 of 12, 2 running, 6 fulfilled, 2 rejected, 2 cancelled');
  });

  it('counts at once where it is a Task that is done, and leaves its failure to who hears of it', async () => {
    const progress = new Progress();
    const failure = new Error('no');
    const cancelled = createTask(NEVER);
    cancelled.cancel();
    const reported = await unhandledRejections(() => {
      progress.watch([createTask(of(1)), cancelled, createTask(throwError(() => failure))]);
    });
    expect(now(progress)).toBe('3 of 3, 1 fulfilled, 1 rejected, 1 cancelled');
    expect(reported).toEqual([failure]);
  });

  it('is counted by each who watches, where it is a Task', () => {
    const [one, other] = [new Progress(), new Progress()];
    const task = createTask(NEVER);
    for (const progress of [one, other]) progress.watch([task]);
    task.cancel();
    expect([now(one), now(other)]).toEqual(['1 of 1, 1 cancelled', '1 of 1, 1 cancelled']);
  });

  it('can be cancelled where it is a Task that is watched again and again', () => {
    const progress = new Progress();
    const task = createTask(NEVER);
    for (let i = 0; i < 20_000; i++) progress.watch([task]);
    task.cancel();
    expect(now(progress)).toBe('20000 of 20000, 20000 cancelled');
  });

  it('is asked for its then() only when it is started, where it is no plain Promise', async () => {
    const started = jest.fn();
    class Lazy extends Promise<number> {
      override then<A, B>(...then: Parameters<Promise<number>['then']>): Promise<A | B> {
        started();
        return super.then(...then) as Promise<A | B>;
      }
    }
    const progress = new Progress();
    const watched = progress.watch([new Lazy((resolve: (value: number) => void) => { resolve(1); })]); // prettier-ignore
    expect([now(progress), started.mock.calls.length]).toEqual(['0 of 1, 1 waiting', 0]);
    expect(await promises.gather(watched)).toEqual([1]);
    expect(now(progress)).toBe('1 of 1, 1 fulfilled');
  });

  it('is taken on where it is a Promise, as by a combinator', async () => {
    const progress = new Progress();
    const reported = await unhandledRejections(async () => {
      const failing = Promise.reject(new Error('no'));
      await expect(promises.gather(progress.watch([() => sleep(5), failing]), { concurrency: 1 })).rejects.toThrow(
        'no',
      );
    });
    expect(reported).toEqual([]);
  });
});

describe('progress.watch', () => {
  it('gives a list, a record, a Map and a Set back as such', async () => {
    const progress = new Progress();
    const named = function named() {
      return of(1);
    };
    const [f] = progress.watch([named]);
    expect(f.name).toBe('named');
    expect(await promises.gather(progress.watch({ a: of(1), b: f }))).toEqual({ a: 1, b: 1 });
    expect(await promises.gather(progress.watch(new Map([[f, of(1)]])))).toEqual(new Map([[f, 1]]));
    const set = progress.watch(new Set([of(1), of(2)]));
    expect([set instanceof Set, set.size, await promises.gather(set)]).toEqual([true, 2, [1, 2]]);
    expect(now(progress)).toBe('6 of 6, 6 fulfilled');
  });

  it('leaves no listener on the signal of a function that has ended, and is called again and again', async () => {
    const controller = new AbortController();
    const remove = jest.spyOn(controller.signal, 'removeEventListener');
    const add = jest.spyOn(controller.signal, 'addEventListener');
    const read = ({ signal }: CoroutineContext) => Promise.resolve(signal.aborted);
    const [watched] = new Progress().watch([read]);
    for (let times = 0; times < 3; times++) await watched(controller);
    const [added, removed] = [add, remove].map(({ mock }) => mock.calls.map(([, listener]) => listener));
    expect(added).toHaveLength(3);
    expect(removed).toEqual(added);
  });

  it('keeps the types', () => {
    const progress = new Progress();
    const task = createTask(of(1));
    const list = progress.watch([of(1), () => Promise.resolve('a'), task, Promise.resolve(true), [new Date()]]);
    expectType<[Observable<number>, Coroutine<string>, Task<number>, Promise<boolean>, Observable<Date>]>()(list);
    expectType<{ a: Observable<number>; b: Task<number> }>()(progress.watch({ a: of(1), b: task }));
    expectType<Map<string, Observable<number>>>()(progress.watch(new Map([['a', of(1)]])));
    expectType<Set<Observable<number>>>()(progress.watch(new Set([of(1)])));
    expectType<Iterable<Coroutine<number>>>()(progress.watch(generated(0)));
    expectType<AsyncIterable<Coroutine<number>>>()(progress.watch(generatedLate(0)));
    expectType<Observable<[number, string, number, boolean, Date]>>()(gather(list));
    // Inferred within another call, too.
    expectType<Observable<string[]>>()(
      gather(progress.watch(['a'].map((text) => (context) => of(`${text} ${context.signal.aborted}`)))),
    );
    expectType<{ a: Observable<number>; b?: Coroutine<string> }>()(
      progress.watch({ a: of(1), ...(Math.random() < 2 ? { b: () => Promise.resolve('') } : {}) }),
    );
  });

  it('pulls an iterable as lazily as before, and knows the total at its end', async () => {
    const progress = new Progress();
    const pulledOnes: number[] = [];
    const watched = progress.watch(generated(3, pulledOnes));
    expect([now(progress), pulledOnes]).toEqual(['0 of ?', []]);
    const task = createTask(gather(watched, { concurrency: 2 }));
    expect([now(progress), pulledOnes]).toEqual(['0 of ?, 2 running', [0, 1]]);
    expect(await task).toEqual([0, 1, 2]);
    expect(now(progress)).toBe('3 of 3, 3 fulfilled');
  });

  it('takes what gives no Promises, as for await does: an async iterable, or what a function returns', async () => {
    const plain = (values: unknown[]) => {
      const left = [...values];
      const next = () => ({ done: left.length === 0, value: left.shift() });
      return { [Symbol.asyncIterator]: () => ({ next }) } as unknown as AsyncIterable<Coroutine<number>>;
    };
    const ended = new Progress();
    expect(await promises.gather(ended.watch(plain([of(1), of(2)])))).toEqual([1, 2]);
    expect(now(ended)).toBe('2 of 2, 2 fulfilled');
    const returned = new Progress();
    expect(await promises.gather(returned.watch([() => plain([1, 2]) as never]))).toEqual([2]);
    expect(now(returned)).toBe('1 of 1, 1 fulfilled');
  });

  it('knows the total of an async iterable that fails, also at once', async () => {
    const next = () => {
      throw new Error('lost');
    };
    const progress = new Progress();
    const failing = { [Symbol.asyncIterator]: () => ({ next }) } as unknown as AsyncIterable<Coroutine<number>>;
    await expect(promises.gather(progress.watch(failing))).rejects.toThrow('lost');
    expect(now(progress)).toBe('0 of 0');
  });

  it('pulls an async iterable as lazily as before, and knows the total at its end', async () => {
    const progress = new Progress();
    const pulledOnes: number[] = [];
    const watched = progress.watch(generatedLate(3, pulledOnes));
    expect([now(progress), pulledOnes]).toEqual(['0 of ?', []]);
    const results = promises.asCompleted(watched, { concurrency: 1 });
    expect(await results.next()).toEqual({ done: false, value: 0 });
    expect(pulledOnes.length).toBeLessThan(3);
    expect(await results.next()).toEqual({ done: false, value: 1 });
    expect(await results.next()).toEqual({ done: false, value: 2 });
    expect(await results.next()).toEqual({ done: true, value: undefined });
    expect(now(progress)).toBe('3 of 3, 3 fulfilled');
  });

  it.each([
    ['an iterable', generated],
    ['an async iterable', generatedLate],
  ] as const)('passes it on to %s that it is left, and expects no more of it', async (_, make) => {
    const progress = new Progress();
    const closed = jest.fn();
    const watched = progress.watch(make(100, [], closed) as AsyncIterable<Coroutine<number>>);
    for await (const result of promises.asCompleted(watched, { concurrency: 1 })) if (result === 1) break;
    // One that owes an answer closes when it has given it.
    await new Promise(setImmediate);
    expect(closed).toHaveBeenCalledTimes(1);
    expect(now(progress)).toMatch(/^\d of \d, /);
  });

  it('leaves one that has no return()', async () => {
    const progress = new Progress();
    const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const results = promises.asCompleted(progress.watch(never), { concurrency: 1 });
    const asked = results.next();
    await results.return?.();
    expect(await asked).toEqual({ done: true, value: undefined });
    expect(now(progress)).toBe('0 of 0');
    const iterator = progress.watch(never)[Symbol.asyncIterator]();
    await iterator.return?.();
    expect(await iterator.return?.('value')).toEqual({ done: true, value: 'value' });
  });

  it('passes on what an iterator fails with, and expects no more of it', async () => {
    const progress = new Progress();
    const failing = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('lost')) }) };
    await expect(promises.gather(progress.watch(failing as AsyncIterable<Coroutine<number>>))).rejects.toThrow('lost');
    const throwing = () => {
      throw new Error('lost');
    };
    const sync = { [Symbol.iterator]: () => ({ next: throwing }) };
    await expect(promises.gather(progress.watch(sync as Iterable<Coroutine<number>>))).rejects.toThrow('lost');
    expect(now(progress)).toBe('0 of 0');
  });

  it('counts what is pulled again once more, and knows the total when all have ended', async () => {
    const progress = new Progress();
    const watched = progress.watch({ [Symbol.iterator]: () => generated(2) });
    const task = createTask(gather(watched, { concurrency: 1 }));
    expect(now(progress)).toBe('0 of ?, 1 running');
    await task;
    expect(now(progress)).toBe('2 of 2, 2 fulfilled');
    const again = createTask(gather(watched, { concurrency: 1 }));
    expect(now(progress)).toBe('2 of ?, 1 running, 2 fulfilled');
    await again;
    expect(now(progress)).toBe('4 of 4, 4 fulfilled');
  });

  it('refuses what is no awaitable, and names its place', async () => {
    const progress = new Progress();
    const watch = (given: unknown) => progress.watch(given as []);
    const expected = 'must be an ObservableInput or a coroutine function, got 1';
    expect(() => watch(of(1))).toThrow(
      'progress.watch: awaitables must be an iterable, an async iterable, a plain record or a Map of awaitables, ' +
        'got an Observable (progress.watchAll takes what an Observable emits, [observable] is a list of one)',
    );
    expect(() => watch([of(1), 1])).toThrow(`progress.watch: awaitables[1] ${expected}`);
    expect(() => watch({ a: 1 })).toThrow(`progress.watch: awaitables.a ${expected}`);
    const closed = jest.fn();
    const wrong = (async function* () {
      try {
        yield await Promise.resolve(1);
      } finally {
        closed();
      }
    })();
    await expect(promises.gather(watch(wrong))).rejects.toThrow(`progress.watch: awaitables[0] ${expected}`);
    expect(closed).toHaveBeenCalledTimes(1);
    await expect(promises.gather(watch([1].values()))).rejects.toThrow(`progress.watch: awaitables[0] ${expected}`);
    const third = [of(1), of(2), 1];
    const delayed = (async function* () {
      yield* await Promise.resolve(third);
    })();
    for (const each of [third.values(), delayed]) {
      await expect(promises.gather(new Progress().watch(each as unknown as []))).rejects.toThrow(
        `progress.watch: awaitables[2] ${expected}`,
      );
    }
    expect(log(of(1 as unknown as Observable<number>).pipe(progress.watchAll(), gatherAll()))).toEqual([
      new TypeError(`progress.watchAll: awaitables[0] ${expected}`),
    ]);
    expect(now(progress)).toBe('0 of 0');
  });
});

describe('progress.watchAll', () => {
  it(
    'counts what a source emits, and knows the total when that has ended',
    marbles(({ cold, hot, expectObservable }) => {
      const progress = new Progress();
      const jobs = hot('    x-y|        ', { x: cold('---1|'), y: cold('---2|') });
      const result = '      ----1-(2|)  ';
      const counts = '      a-bc1-2     ';
      const seen = {
        a: '0 of ?, 1 running',
        b: '0 of ?, 2 running',
        c: '0 of 2, 2 running',
        1: '1 of 2, 1 running, 1 fulfilled',
        2: '2 of 2, 2 fulfilled',
      };
      expectObservable(jobs.pipe(progress.watchAll(), asCompletedAll())).toBe(result);
      expectObservable(progress.pipe(map(shown), auditTime(0))).toBe(counts, seen);
    }),
  );
});

describe('a watched awaitable', () => {
  it('runs in a group, under its name', async () => {
    const progress = new Progress();
    const job = async () => Promise.resolve(1);
    const name = await promises.taskGroup(async (group) => {
      const tasks = progress.watch([job, of(2)]).map((each) => group.createTask(each as Awaitable<number>));
      await Promise.all(tasks);
      return tasks[0]?.name;
    });
    expect([name, now(progress)]).toEqual(['job', '2 of 2, 2 fulfilled']);
    expect(log(taskGroup((group) => group.createTask(progress.watch([of(1)])[0])))).toEqual([1, 'complete']);
  });

  it('is waited for', () => {
    const progress = new Progress();
    wait(progress.watch([NEVER, of(1)]), { returnWhen: FIRST_COMPLETED }).subscribe();
    expect(now(progress)).toBe('2 of 2, 1 fulfilled, 1 cancelled');
  });
});

function* generated(count: number, pulled: number[] = [], closed = () => {}): Generator<Coroutine<number>, void> {
  try {
    for (let index = 0; index < count; index++) {
      pulled.push(index);
      yield () => Promise.resolve(index);
    }
  } finally {
    closed();
  }
}

async function* generatedLate(
  count: number,
  pulled: number[] = [],
  closed = () => {},
): AsyncGenerator<Coroutine<number>, void> {
  for (const each of generated(count, pulled, closed)) {
    await Promise.resolve();
    yield each;
  }
}
