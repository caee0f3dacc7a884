import { AsyncLocalStorage } from 'node:async_hooks';
import { asCompleted, gather, suppressed } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import {
  EMPTY,
  EmptyError,
  finalize,
  lastValueFrom,
  map,
  NEVER,
  type Observable,
  of,
  Subject,
  Subscription,
  throwError,
  timer,
  tap,
} from 'rxjs';
import { aborted } from '../support/aborted';
import { log } from '../support/log';
import { marbles } from '../support/marbles';

// Items, and one function that makes an awaitable of each, in place of a list of coroutine functions: all else is as with those.

interface Options {
  readonly concurrency?: number;
  readonly returnExceptions?: boolean;
}
type Mapper = (
  item: unknown,
  context: { signal: AbortSignal },
  index: number,
) => Observable<unknown> | PromiseLike<unknown>;

const combinators: readonly [
  string,
  (items: Iterable<unknown> | AsyncIterable<unknown>, mapper: Mapper, options?: Options) => Observable<unknown>,
][] = [
  ['gather', (items, mapper, options) => gather(items, mapper, options)],
  ['asCompleted', (items, mapper, options) => asCompleted(items, mapper, options)],
];

async function collected<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}

it.each([
  ['gather', gather],
  ['asCompleted', asCompleted],
  ['gather', promises.gather],
  ['asCompleted', promises.asCompleted],
] as [string, (...args: unknown[]) => unknown][])(
  '%s refuses a mapper that is none, by its name',
  (name, combinator) => {
    expect(() => combinator([1], 'double', {})).toThrow(
      new TypeError(`${name}: mapper must be a function, got the string 'double'`),
    );
  },
);

describe('gather of items', () => {
  it(
    'gives the results in the order of the items',
    marbles(({ expectObservable }) => {
      const results = gather([3, 1, 2], (n) => timer(n).pipe(map(() => n * 10)));
      expectObservable(results).toBe('---(r|)', { r: [30, 10, 20] });
    }),
  );

  it('gives a record for a record, and a Map for a Map', () => {
    expect(log(gather({ a: 1, b: 2 }, (n) => of(n * 10)))).toEqual([{ a: 10, b: 20 }, 'complete']);
    const items = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    expect(log(gather(items, (n) => of(n * 10)))).toEqual([
      new Map([
        ['a', 10],
        ['b', 20],
      ]),
      'complete',
    ]);
  });

  it('gives outcomes with their item and their key', () => {
    const broken = new Error('broken');
    const mapper = (n: number) => (n === 1 ? of(n) : throwError(() => broken));
    expect(log(gather({ a: 1, b: 2 }, mapper, { returnExceptions: true }))).toEqual([
      {
        a: { status: 'fulfilled', value: 1, key: 'a', item: 1 },
        b: { status: 'rejected', reason: broken, key: 'b', item: 2 },
      },
      'complete',
    ]);
  });

  it('is one of nothing where there are no items', () => {
    expect(log(gather([], () => of(1)))).toEqual([[], 'complete']);
  });

  it('takes more of them than go into one group', () => {
    const items = Array.from({ length: 2500 }, (_, index) => index);
    expect(log(gather(items, (n, _, index) => of(n + index)))).toEqual([items.map((n) => 2 * n), 'complete']);
  });
});

describe('asCompleted of items', () => {
  it(
    'gives each result as it is there',
    marbles(({ expectObservable }) => {
      const results = asCompleted([3, 1, 2], (n) => timer(n).pipe(map(() => `${n}`)));
      expectObservable(results).toBe('-12(3|)');
    }),
  );

  it('gives outcomes with their item as well as their key', () => {
    const broken = new Error('broken');
    const mapper = (n: number) => (n === 1 ? of(n) : throwError(() => broken));
    const seen = log(asCompleted(new Map([[true, 1], [false, 2]]), mapper, { returnExceptions: true })); // prettier-ignore
    expect(seen).toEqual([
      { status: 'fulfilled', value: 1, key: true, item: 1 },
      { status: 'rejected', reason: broken, key: false, item: 2 },
      'complete',
    ]);
  });
});

describe('the facades of items', () => {
  it('give the results, and take a signal', async () => {
    expect(await promises.gather([1, 2], async (n) => Promise.resolve(n * 10))).toEqual([10, 20]);
    const controller = new AbortController();
    const left = promises.gather([1], async (_, context) => aborted(context), { signal: controller.signal });
    controller.abort('enough');
    await expect(left).rejects.toBe('enough');
  });

  it('give each result as it is there, and start the next item when that was taken', async () => {
    const started: number[] = [];
    const results = promises.asCompleted(
      [1, 2, 3],
      async (n) => {
        started.push(n);
        return Promise.resolve(n);
      },
      { concurrency: 1 },
    );
    expect(await results.next()).toEqual({ done: false, value: 1 });
    expect(started).toEqual([1, 2]);
    expect(await collected(promises.asCompleted(['a'], async (item) => Promise.resolve(item)))).toEqual(['a']);
    await results.return?.();
  });
});

describe.each(combinators)('%s', (name, run) => {
  it('calls the mapper with an item, a context of its own, and its index', () => {
    const calls: unknown[][] = [];
    const contexts = new Set<unknown>();
    const mapper: Mapper = (item, context, index) => {
      contexts.add(context);
      calls.push([item, context.signal.aborted, index]);
      return of(item);
    };
    log(run(['a', 'b'], mapper));
    expect(calls).toEqual([
      ['a', false, 0],
      ['b', false, 1],
    ]);
    expect(contexts.size).toBe(2);
  });

  it('hands on items that are awaitables, or lists of them, as they are', () => {
    const items = [async () => Promise.resolve(1), of(1), Promise.resolve(2), [of(3)], undefined];
    const seen: unknown[] = [];
    const mapper: Mapper = (item) => {
      seen.push(item);
      return of(item);
    };
    log(run(items, mapper));
    expect(seen).toEqual(items);
  });

  it('hears of an item that is a Promise and fails, though the mapper was not called for it', async () => {
    const failing = Promise.reject(new Error('never looked at'));
    const seen = log(run([1, failing], () => throwError(() => 'first'), { concurrency: 1 }));
    await Promise.resolve();
    expect(seen).toEqual(['first']);
  });

  it('pulls a generator lazily, and leaves it after a failure', () => {
    const steps: unknown[] = [];
    function* endless() {
      try {
        for (let n = 0; ; n++) {
          steps.push(n);
          yield n;
        }
      } finally {
        steps.push('left');
      }
    }
    const sources = new Map<unknown, Subject<string>>();
    const mapper: Mapper = (n) => {
      const source = new Subject<string>();
      sources.set(n, source);
      return source;
    };
    const seen = log(run(endless(), mapper, { concurrency: 2 }));
    expect(steps).toEqual([0, 1]);
    sources.get(0)?.next('a');
    sources.get(0)?.complete();
    expect(steps).toEqual([0, 1, 2]);
    sources.get(2)?.error('broken');
    expect(steps).toEqual([0, 1, 2, 'left']);
    expect(seen.at(-1)).toBe('broken');
    expect(sources.get(1)?.observed).toBe(false);
  });

  it('takes the items of an async iterable as they come', async () => {
    async function* pages() {
      yield 'a';
      yield Promise.resolve('b');
    }
    const seen: unknown[] = [];
    const results = run(pages(), (item) => of(item)).pipe(tap((value) => seen.push(value)));
    await lastValueFrom(results);
    expect(seen.flat()).toEqual(['a', 'b']);
  });

  it('aborts the signal of what runs when it is unsubscribed', () => {
    let signal: AbortSignal | undefined;
    const mapper: Mapper = (_, context) => {
      ({ signal } = context);
      return NEVER;
    };
    const subscription = new Subscription();
    log(run([1], mapper), subscription);
    subscription.unsubscribe();
    expect(signal?.aborted).toBe(true);
  });

  it('cancels the rest when the mapper throws, and lists with that what fails in it', () => {
    const broken = new Error('broken');
    const later = new Error('later');
    const mapper: Mapper = (item) => {
      if (item === 'bad') throw broken;
      return NEVER.pipe(
        finalize(() => {
          throw later;
        }),
      );
    };
    const seen = log(run(['good', 'bad'], mapper));
    expect(seen).toEqual([broken]);
    expect(suppressed(broken)).toEqual([later]);
  });

  it('calls it in the asynchronous context of whoever has subscribed, however late', () => {
    const storage = new AsyncLocalStorage<string>();
    const slot = new Subject<number>();
    const contexts: unknown[] = [];
    const mapper: Mapper = (item) => {
      contexts.push(storage.getStore());
      return item === 0 ? slot : of(item);
    };
    storage.run('subscriber', () => log(run([0, 1], mapper, { concurrency: 1 })));
    storage.run('other', () => {
      slot.next(1);
      slot.complete();
    });
    expect(contexts).toEqual(['subscriber', 'subscriber']);
  });

  it('fails with an EmptyError that names the item where what the mapper returned has no value', () => {
    const [error] = log(run(['a'], () => EMPTY));
    expect(error).toBeInstanceOf(EmptyError);
    expect(String(error)).toContain(`${name}: awaitables[0]`);
  });

  it('fails with a TypeError where the mapper returns no ObservableInput', () => {
    expect(log(run([1], (() => 5) as never))).toEqual([
      new TypeError(`${name}: awaitables[0]: the coroutine function must return an ObservableInput, got 5`),
    ]);
  });

  it.each([
    ['items that are none', () => run(5 as never, () => of(1)), /: items must be an iterable, .*, got 5$/],
    [
      'an Observable',
      () => run(of(1) as never, () => of(1)),
      /: items must be .* got an Observable \(.*All takes what/,
    ],
    ['a mapper that is none', () => run([1], 5 as never, {}), /: mapper must be a function, got 5$/],
    [
      'no mapper before the options',
      () => run([1], undefined as never, {}),
      /: mapper must be a function, got undefined$/,
    ],
    ['an unknown option', () => run([1], () => of(1), { concurency: 1 } as never), /: there is no option concurency/],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });
});
