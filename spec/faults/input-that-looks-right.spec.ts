import {
  asCompleted,
  asCompletedAll,
  type Awaitable,
  createTask,
  gather,
  gatherAll,
  shield,
  taskGroup,
  wait,
  waitAll,
  waitFor,
} from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { NEVER, type Observable, of, Subject, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { log } from '../support/log';
import { fulfilled, rejected } from '../support/structures';

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('a Map of awaitables', () => {
  const key = { id: 2 };
  const failure = new Error('failed');

  it('is a record for gather, which gives a Map: the keys as they are, in their order', () => {
    const [slow, fast] = [new Subject<string>(), new Subject<number>()];
    const gathered = log(gather(new Map<unknown, Observable<string | number>>([['a', slow], [key, fast]]))); // prettier-ignore
    fast.next(2);
    fast.complete();
    slow.next('one');
    slow.complete();
    expect(gathered).toEqual([new Map<unknown, unknown>([['a', 'one'], [key, 2]]), 'complete']); // prettier-ignore
    expect([...(gathered[0] as Map<unknown, unknown>).keys()]).toEqual(['a', key]);
  });

  it.each([undefined, 1])('gives its functions results, with a concurrency of %p', async (concurrency) => {
    const map = new Map([['a', () => Promise.resolve(1)], ['b', () => Promise.resolve(2)]]); // prettier-ignore
    expect(await promises.gather(map, { concurrency })).toEqual(new Map([['a', 1], ['b', 2]])); // prettier-ignore
    expect(await promises.gather(map, { concurrency, returnExceptions: true })).toEqual(
      new Map([['a', fulfilled(1)], ['b', fulfilled(2)]]), // prettier-ignore
    );
  });

  it('has its keys in the outcomes of asCompleted', () => {
    const map = new Map<unknown, Awaitable<number>>([['a', of(1)], [key, throwError(() => failure)]]); // prettier-ignore
    expect(log(asCompleted(map, { returnExceptions: true }))).toEqual([
      { ...fulfilled(1), key: 'a' },
      { ...rejected(failure), key },
      'complete',
    ]);
  });

  it('may be empty', () => {
    expect(log(gather(new Map()))).toEqual([new Map(), 'complete']);
  });

  it('is read anew for each subscriber', () => {
    const map = new Map([['a', of(1)]]);
    const gathered = gather(map);
    map.set('b', of(2));
    expect(log(gathered)).toEqual([new Map([['a', 1], ['b', 2]]), 'complete']); // prettier-ignore
  });

  it.each<[string, unknown, string]>([
    ['a string', 'b', 'awaitables.b'],
    ['a number', 7, 'awaitables[7]'],
    ['a symbol', Symbol('b'), 'awaitables[Symbol(b)]'],
    ['an object', key, 'awaitables[an object]'],
    ['an object without a prototype', Object.create(null), 'awaitables[an object]'],
  ])('names the place of what is no awaitable, where the key is %s', (_, given, place) => {
    const error = new TypeError(`gather: ${place} must be an ObservableInput or a coroutine function, got 1`);
    expect(log(gather(new Map([[given, 1]]) as never))).toEqual([error]);
  });

  it('is nothing for wait, which has no keys to give', () => {
    for (const call of [wait, promises.wait]) {
      expect(thrownBy(() => call(new Map([['a', of(1)]]) as never))).toEqual(
        new TypeError(
          'wait: awaitables must be an iterable or async iterable of awaitables, got an object of class Map',
        ),
      );
    }
  });
});

describe('a record that has a length', () => {
  it('is a record all the same', async () => {
    const box = { width: 3, length: 5 };
    expect(await promises.gather(box, (n) => of(n * 10))).toEqual({ width: 30, length: 50 });
    expect(await promises.gather({ length: of(1) })).toEqual({ length: 1 });
  });

  it('which is no awaitable, is named where it is wrong', () => {
    expect(log(gather({ 0: of(1), length: 1 } as never))).toEqual([
      new TypeError('gather: awaitables.length must be an ObservableInput or a coroutine function, got 1'),
    ]);
  });
});

describe('a list within a list', () => {
  const f = () => of(1);
  const told = (name: string, place: string, what: string) =>
    new TypeError(
      `${name}: ${place} must be an ObservableInput or a coroutine function, got a list that holds ${what} (gather what is in it, or flatten the list)`,
    );

  it('of values is an awaitable like any iterable: its last is the result', () => {
    expect(log(gather([[1, 2], new Set([3, 4]), 'ab'.split(''), new Map([['a', 1]])]))).toEqual([
      [2, 4, 'b', ['a', 1]],
      'complete',
    ]);
  });

  it.each<[string, Iterable<unknown>, string]>([
    ['functions', [f], 'the function f'],
    ['functions, after values', [1, 'b', () => 1], 'a function'],
    ['Observables', [of(1)], 'an Observable'],
    ['Promises', [Promise.resolve(1)], 'a Promise'],
    ['Tasks', [createTask(of(1))], 'an Observable'],
    ['functions, as a Set', new Set([f]), 'the function f'],
    ['Observables, as a Map', new Map([['a', of(1)]]), 'an Observable'],
  ])('of %s is a TypeError that names the place, wherever it is given', (_, list, what) => {
    const throwing: [string, string, () => unknown][] = [
      ['gather', 'awaitables[1]', () => gather([of(1), list] as never)],
      ['asCompleted', 'awaitables[1]', () => asCompleted([of(1), list] as never)],
      ['wait', 'awaitables[1]', () => wait([of(1), list] as never)],
      ['waitFor', 'awaitable', () => waitFor(list as never, 10)],
      ['shield', 'awaitable', () => shield(list as never)],
      ['createTask', 'awaitable', () => createTask(list as never)],
    ];
    for (const [name, place, call] of throwing) expect(thrownBy(call)).toEqual(told(name, place, what));
    const failing: [string, string, Observable<unknown>][] = [
      ['gather', 'awaitables.a', gather({ a: list } as never)],
      ['gather', 'awaitables[0]', gather(new Set([list]) as never)],
      ['gather', 'awaitables.b', gather(new Map([['b', list]]) as never)],
      ['asCompleted', 'awaitables[0]', asCompleted(new Set([list]).values() as never, { concurrency: 1 })],
      ['gatherAll', 'awaitables[0]', of(list as Awaitable<unknown>).pipe(gatherAll())],
    ];
    for (const [name, place, result] of failing) expect(log(result)).toEqual([told(name, place, what)]);
  });

  it('starts none of the others', () => {
    const started = jest.fn(f);
    expect(() => gather([started, [f]] as never)).toThrow(TypeError);
    expect(log(gather({ a: started, b: [f] } as never))).toEqual([expect.any(TypeError)]);
    expect(started).not.toHaveBeenCalled();
  });
});

describe('an option that a function does not know', () => {
  type Call = (options: never) => unknown;
  const calls: [name: string, known: string, call: Call][] = [
    ['gather', 'concurrency, returnExceptions', (options) => gather([NEVER], options)],
    ['gatherAll', 'concurrency, returnExceptions', (options) => gatherAll(options)],
    ['asCompleted', 'concurrency, timeout, returnExceptions', (options) => asCompleted([NEVER], options)],
    ['asCompletedAll', 'concurrency, timeout, returnExceptions', (options) => asCompletedAll(options)],
    ['wait', 'timeout, returnWhen', (options) => wait([NEVER], options)],
    ['waitAll', 'timeout, returnWhen', (options) => waitAll(options)],
    ['taskGroup', 'concurrency', (options) => taskGroup(() => NEVER, options)],
    ['createTask', 'name', (options) => createTask(NEVER, options)],
    ['waitFor', 'signal', (options) => promises.waitFor(of(1), 10, options)],
    ['shield', 'signal', (options) => promises.shield(NEVER, options)],
  ];

  it.each(calls)('of %s is a TypeError that names it and the known ones', (name, known, call) => {
    for (const [option, value] of [
      ['returnException', true],
      ['timeOut', 10],
      ['concurency', null],
    ] as const) {
      // prettier-ignore
      expect(thrownBy(() => call({ [option]: value } as never))).toEqual(
        new TypeError(`${name}: there is no option ${option}, only ${known}`),
      );
    }
  });

  it.each(calls)('of %s is fine where it is undefined', (_name, _known, call) => {
    expect(() => call({ returnException: undefined, timeOut: undefined } as never)).not.toThrow();
  });

  it.each(calls)('of %s is found without calling its getter', (name, known, call) => {
    const get = jest.fn();
    expect(thrownBy(() => call(Object.defineProperty({}, 'other', { get }) as never))).toEqual(
      new TypeError(`${name}: there is no option other, only ${known}`),
    );
    expect(get).not.toHaveBeenCalled();
  });

  it.each(calls)('of %s is only one of its own, with a name', (_name, _known, call) => {
    const inherited: unknown = Object.assign(Object.create({ timeOut: 10, toJSON: () => ({}) }), {
      [Symbol('mark')]: 1,
    });
    expect(() => call(inherited as never)).not.toThrow();
  });

  it('of a facade is told with those that it knows besides the signal', () => {
    const { signal } = new AbortController();
    expect(thrownBy(() => promises.gather([NEVER], { signal, timeout: 10 } as never))).toEqual(
      new TypeError('gather: there is no option timeout, only concurrency, returnExceptions, signal'),
    );
  });

  it('of group.createTask is told, too', () => {
    const failure = log(taskGroup((group) => group.createTask(of(1), { names: 'a' } as never)))[0];
    expect((failure as AggregateError).errors).toEqual([
      new TypeError('group.createTask: there is no option names, only name'),
    ]);
  });

  it('which it does know is read, by its getter as well', () => {
    const concurrency = jest.fn(() => 1);
    gather(
      [of(1), of(2)],
      Object.defineProperty({}, 'concurrency', { get: concurrency, enumerable: true }),
    ).subscribe();
    expect(concurrency).toHaveBeenCalled();
  });
});

it('a timeout of 0.5 is half a millisecond, and one of 1 a millisecond', () => {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  });
  scheduler.run(({ expectObservable }) => {
    expectObservable(waitFor(timer(0.4), 0.5)).toBe('0.4ms (a|)', { a: 0 });
    expectObservable(wait([timer(0.6)], { timeout: 0.5 })).toBe('0.5ms (a|)', { a: expect.anything() as unknown });
  });
});
