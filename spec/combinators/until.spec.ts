import { AsyncLocalStorage } from 'node:async_hooks';
import { on, EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { asCompleted as asCompleted$, asCompletedAll, taskGroup, until } from 'rx-asyncio';
import { asCompleted, gather } from 'rx-asyncio/promises';
import { map, NEVER, of, Subject, throwError, timer } from 'rxjs';
import { expectType } from '../support/expect-type';
import { marbles } from '../support/marbles';

describe('until, of what is iterated over', () => {
  it('leaves stop when that is over, or is left', async () => {
    const stop = new Subject<void>();
    const seen: (number | boolean)[] = [];
    const items = async function* () {
      yield await Promise.resolve(3);
    };
    for (const item of until([1], stop)) seen.push(item, stop.observed);
    seen.push(stop.observed);
    for (const item of until([2, 2], stop)) {
      seen.push(item, stop.observed);
      break;
    }
    seen.push(stop.observed);
    for await (const item of until(items(), stop)) seen.push(item, stop.observed);
    seen.push(stop.observed);
    expect(seen).toEqual([1, true, false, 2, true, false, 3, true, false]);
  });

  it.each([
    ['is at its end', [true]],
    ['has failed', []],
    ['is left twice', [false]],
  ])('does not leave once more what %s', async (how, answers) => {
    let returned = 0;
    const source = {
      next: () => {
        if (how === 'has failed') return Promise.reject(new Error('no'));
        return Promise.resolve({ done: how === 'is at its end', value: 1 });
      },
      return: () => {
        returned++;
        return Promise.resolve({ done: true, value: undefined });
      },
    } as AsyncIterator<number, undefined>;
    const iterator = until({ [Symbol.asyncIterator]: () => source }, new Subject<void>())[Symbol.asyncIterator]();
    const told = await iterator.next().then(
      ({ done }) => [done],
      () => [],
    );
    expect(told).toEqual(answers);
    await iterator.return?.();
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(returned).toBe(how === 'is left twice' ? 1 : 0);
  });
});

const abortable = () => {
  const controller = new AbortController();
  const stop = () => {
    controller.abort();
  };
  return { stop, signal: controller.signal };
};

describe('until, of an Observable', () => {
  it(
    'ends it at the first value of stop',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = hot('  -a-b-c-d|');
      const stop = cold('   ----x');
      const subs = '        ^---!';
      expectObservable(until(source, stop)).toBe('-a-b|');
      expectSubscriptions(source.subscriptions).toBe(subs);
      expectSubscriptions(stop.subscriptions).toBe(subs);
    }),
  );

  it(
    'lets what runs finish, and begins nothing more',
    marbles(({ cold, hot, expectObservable }) => {
      const source = hot('  -a-b-c-d|');
      const stop = cold('   ----x');
      const jobs = until(source, stop).pipe(
        map((name) => timer(6).pipe(map(() => name.toUpperCase()))),
        asCompletedAll(),
      );
      expectObservable(jobs).toBe('-------A-(B|)');
    }),
  );

  it(
    'passes on what stop fails with',
    marbles(({ cold, expectObservable }) => {
      expectObservable(until(NEVER, cold('--#'))).toBe('--#');
    }),
  );

  it(
    'takes milliseconds, a Date, and a signal as stop',
    marbles(({ cold, expectObservable }) => {
      const source = '              a-b-c|';
      expectObservable(until(cold(source), 3)).toBe('a-b|');
      expectObservable(until(cold(source), new Date(1))).toBe('a|');
      expectObservable(until(cold(source), AbortSignal.abort())).toBe('|');
    }),
  );
});

describe('until, of a list or a generator', () => {
  it('is asked for nothing more, and what runs is finished', async () => {
    const { stop, signal } = abortable();
    const begun: number[] = [];
    const left: string[] = [];
    function* jobs() {
      try {
        for (let n = 0; ; n++) yield () => Promise.resolve(begun.push(n)).then(() => nextTurn(n));
      } finally {
        left.push('left');
      }
    }
    expectType<Iterable<() => Promise<number>>>()(until(jobs(), signal));
    const results: number[] = [];
    for await (const n of asCompleted(until(jobs(), signal), { concurrency: 2 })) {
      results.push(n);
      if (n === 3) stop();
    }
    expect(results).toEqual(begun);
    expect(begun).toContain(3);
    expect(begun.length).toBeLessThan(8);
    expect(left).toEqual(['left']);
  });

  it('is read anew by each loop', () => {
    const { stop, signal } = abortable();
    const list = until([1, 2], signal);
    expect([[...list], [...list]]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    stop();
    expect([...list]).toEqual([]);
  });

  it('fails with what stop fails with', () => {
    const stop = throwError(() => new Error('no'));
    expect(() => [...until([1, 2], stop)]).toThrow('no');
  });

  it('listens to stop only while it is read', () => {
    const stop = new Subject<void>();
    const list = until([1, 2, 3], stop);
    expect(stop.observed).toBe(false);
    for (const item of list) {
      expect(stop.observed).toBe(true);
      if (item === 2) stop.next();
      expect(item).toBeLessThan(3);
    }
    expect(stop.observed).toBe(false);
  });

  it(
    'has gather give the results of what was begun',
    marbles(({ cold, expectObservable }) => {
      const jobs = ['-a|', '-b|', '-c|', '-d|'].map((marble) => cold(marble));
      expectObservable(asCompleted$(until(jobs, 3), { concurrency: 1 })).toBe('--a-(b|)');
    }),
  );
});

describe('until, of an async iterable', () => {
  const emitted = (emitter: EventEmitter) => on(emitter, 'item') as AsyncIterable<[string]>;

  it('ends at once while an item is waited for, and leaves the iterator', async () => {
    const { stop, signal } = abortable();
    const emitter = new EventEmitter();
    const items: string[] = [];
    const loop = (async () => {
      for await (const [item] of until(emitted(emitter), signal)) items.push(item);
    })();
    emitter.emit('item', 'a');
    await nextTurn();
    expect(emitter.listenerCount('item')).toBe(1);
    stop();
    await loop;
    emitter.emit('item', 'b');
    expect([items, emitter.listenerCount('item')]).toEqual([['a'], 0]);
  });

  async function* counted(log: string[], last = Infinity, end = () => {}) {
    try {
      for (let n = 0; n <= last; n++) yield await nextTurn(n);
      end();
    } finally {
      await nextTurn();
      log.push('left');
    }
  }

  it('ends by itself, or fails, as it would without', async () => {
    const stop = new Subject<void>();
    const log: string[] = [];
    const items = until(counted(log, 1), stop)[Symbol.asyncIterator]();
    expect(stop.observed).toBe(true);
    expect([await items.next(), await items.next(), await items.next()]).toEqual([
      { done: false, value: 0 },
      { done: false, value: 1 },
      { done: true, value: undefined },
    ]);
    expect(stop.observed).toBe(false);
    expect(await items.next()).toEqual({ done: true, value: undefined });
    const end = () => {
      throw new Error('broken');
    };
    const broken = until(counted(log, 0, end), stop)[Symbol.asyncIterator]();
    await broken.next();
    await expect(broken.next()).rejects.toThrow('broken');
    expect(await broken.next()).toEqual({ done: true, value: undefined });
    expect([stop.observed, log]).toEqual([false, ['left', 'left']]);
  });

  it('has been left, and has cleaned up, when the end is told', async () => {
    const { stop, signal } = abortable();
    const log: string[] = [];
    for await (const n of until(counted(log), signal)) if (n === 2) stop();
    expect(log).toEqual(['left']);
  });

  it('is left when whoever reads it leaves', async () => {
    const stop = new Subject<void>();
    const log: string[] = [];
    for await (const n of until(counted(log), stop)) if (n === 2) break;
    expect([log, stop.observed]).toEqual([['left'], false]);
    const unleavable = { [Symbol.asyncIterator]: () => ({ next: () => nextTurn({ done: false, value: 1 }) }) };
    for await (const one of until(unleavable, stop)) if (one === 1) break;
    expect(stop.observed).toBe(false);
    const items = until(unleavable, stop)[Symbol.asyncIterator]();
    await items.return?.();
    expect(await items.next()).toEqual({ done: true, value: undefined });
  });

  it('tells what stop fails with, and what the iterator fails with when it is left', async () => {
    const failing = new Subject<void>();
    const items = until(counted([]), failing)[Symbol.asyncIterator]();
    await items.next();
    const next = items.next();
    failing.error(new Error('no'));
    await expect(next).rejects.toThrow('no');
    const { stop, signal } = abortable();
    const unclosable = {
      [Symbol.asyncIterator]: () => ({
        next: () => nextTurn({ done: false, value: 1 }),
        return: () => Promise.reject(new Error('cannot close')),
      }),
    };
    const reading = async () => {
      for await (const one of until(unclosable, signal)) if (one === 1) stop();
    };
    await expect(reading()).rejects.toThrow('cannot close');
    const owing = until(unclosable, of(1))[Symbol.asyncIterator]();
    await expect(owing.next()).rejects.toThrow('cannot close');
    const { stop: stopLater, signal: later } = abortable();
    const waiting = until(unclosable, later)[Symbol.asyncIterator]().next();
    stopLater();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('feeds a group, which ends when its tasks have', async () => {
    const { stop, signal } = abortable();
    const finished: number[] = [];
    const group = taskGroup(async ({ createTask }) => {
      for await (const n of until(counted([]), signal)) {
        createTask(async () => {
          for (let turn = 0; turn < 5; turn++) await nextTurn();
          finished.push(n);
        });
        if (n === 2) stop();
      }
      return 'drained';
    });
    expect(await gather([group])).toEqual(['drained']);
    expect(finished).toEqual([0, 1, 2]);
  });

  it('is left in the context of whoever reads it', async () => {
    const storage = new AsyncLocalStorage<string>();
    const { stop, signal } = abortable();
    const contexts: unknown[] = [];
    const items = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => {}),
        return: () => {
          contexts.push(storage.getStore());
          return Promise.resolve({ done: true as const, value: undefined });
        },
      }),
    };
    const next = storage.run('reader', () => until(items, signal)[Symbol.asyncIterator]().next());
    storage.run('stopper', stop);
    await next;
    expect(contexts).toEqual(['reader']);
  });
});

it.each<[unknown, unknown, ErrorConstructor, string]>([
  [5, 1, TypeError, 'until: source must be an Observable, an iterable or an async iterable, got 5'],
  ['ab', 1, TypeError, "until: source must be an Observable, an iterable or an async iterable, got the string 'ab'"],
  [[], NaN, RangeError, 'until: stop must be an AbortSignal, milliseconds, a Date or an ObservableInput, got NaN'],
  [
    [],
    undefined,
    TypeError,
    'until: stop must be an AbortSignal, milliseconds, a Date or an ObservableInput, got undefined',
  ],
])('until(%p, %p) is an error', (source, stop, Kind, message) => {
  expect(() => until(source as [], stop as number)).toThrow(new Kind(message));
});
