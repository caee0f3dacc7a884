import { getEventListeners } from 'node:events';
import type { CoroutineContext } from 'rx-asyncio';
import { gather } from 'rx-asyncio/promises';
import { unhandledRejections } from '../support/unhandled-rejections';
import { pass, run, sleep, virtualTime } from './asyncio';
import { mapped, mappedIterable, type Values } from './p-map';

virtualTime();

/** What to map: a value, or how to get it, and the milliseconds that it takes. */
type Timed = readonly [value: number | (() => number | Promise<number>), milliseconds: number];

async function timed([value, milliseconds]: Timed, context: CoroutineContext): Promise<number> {
  await sleep(milliseconds, context);
  return typeof value === 'function' ? value() : value;
}

const three: Timed[] = [
  [() => Promise.resolve(10), 300],
  [20, 200],
  [30, 100],
];

const five: Timed[] = [
  [10, 300],
  [20, 200],
  [30, 100],
  [40, 50],
  [50, 25],
];

const failing = (message: string) => () => Promise.reject<number>(new Error(message));
const throwing = (message: string) => () => {
  throw new Error(message);
};

const fooFirst: Timed[] = [
  [20, 200],
  [30, 100],
  [failing('foo'), 10],
  [throwing('bar'), 10],
];

const barFirst: Timed[] = [
  [20, 200],
  [failing('bar'), 10],
  [30, 100],
  [throwing('foo'), 10],
];

/** The values as they come: at once, or one each 10 ms. */
type Wrap = <T>(values: T[]) => Values<T>;

const asList: Wrap = (values) => values;

const asAsyncIterable: Wrap = async function* (values) {
  for (const value of values) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    yield value;
  }
};

async function checkTimes(wrap: Wrap, concurrency: number | undefined, at: number): Promise<void> {
  const results = mapped(wrap(three), timed, { concurrency });
  expect(await run(results)).toEqual({ status: 'fulfilled', value: [10, 20, 30], at });
}

async function checkLimit(wrap: Wrap): Promise<void> {
  let [running, most] = [0, 0];
  const durations = Array.from({ length: 100 }, (_, i) => 30 + ((i * 37) % 170));
  const mapper = async (milliseconds: number, context: CoroutineContext) => {
    most = Math.max(most, ++running);
    await sleep(milliseconds, context);
    running--;
  };
  expect(await run(mapped(wrap(durations), mapper, { concurrency: 4 }))).toMatchObject({ status: 'fulfilled' });
  expect({ running, most }).toEqual({ running: 0, most: 4 });
}

/** Each takes as many milliseconds as it says. */
async function checkOrder(wrap: Wrap, durations: number[]): Promise<void> {
  const mapper = (milliseconds: number, context: CoroutineContext) => sleep(milliseconds, context, milliseconds);
  const results = mapped(wrap(durations), mapper, { concurrency: 2 });
  expect(await run(results)).toMatchObject({ status: 'fulfilled', value: durations });
}

async function checkConcurrency(wrap: Wrap): Promise<void> {
  const call = (concurrency: number) => mapped(wrap<Timed>([]), timed, { concurrency });
  for (const wrong of [0, 1.5, -1, NaN]) expect(() => call(wrong)).toThrow(RangeError);
  for (const right of [1, 10, Infinity]) expect(await run(call(right))).toMatchObject({ status: 'fulfilled' });
}

async function checkStop(wrap: Wrap): Promise<void> {
  const results = (values: Timed[]) => mapped(wrap(values), timed, { concurrency: 1 });
  expect(await run(results(fooFirst))).toMatchObject({ status: 'rejected', reason: { message: 'foo' } });
  expect(await run(results(barFirst))).toMatchObject({ status: 'rejected', reason: { message: 'bar' } });
}

async function checkOutcomes(wrap: Wrap): Promise<void> {
  const outcomes = (values: Timed[]) => mapped(wrap(values), timed, { concurrency: 1, returnExceptions: true });
  const fulfilled = (value: number) => ({ status: 'fulfilled', value });
  const rejected = (message: string) => ({ status: 'rejected', reason: { message } });
  expect(await run(outcomes(three))).toMatchObject({ value: [fulfilled(10), fulfilled(20), fulfilled(30)] });
  expect(await run(outcomes(fooFirst))).toMatchObject({
    value: [fulfilled(20), fulfilled(30), rejected('foo'), rejected('bar')],
  });
  expect(await run(outcomes(barFirst))).toMatchObject({
    value: [fulfilled(20), rejected('bar'), fulfilled(30), rejected('foo')],
  });
}

/** The first fails 100 ms after it is there, while the second has not even got what it is to map. */
async function checkCancelled(wrap: Wrap, at: number): Promise<void> {
  const got: number[] = [];
  const cancelled: number[] = [];
  const mapper = async (value: number, context: CoroutineContext) => {
    if (value === 2) await sleep(300, context).finally(() => cancelled.push(value));
    got.push(value);
    if (value !== 1) return;
    await sleep(100, context);
    throw new Error('first');
  };
  expect(await run(mapped(wrap([1, 2, 3]), mapper))).toMatchObject({ reason: { message: 'first' }, at });
  await pass(500);
  expect({ got, cancelled }).toEqual({ got: [1, 3], cancelled: [2] });
}

it('p-map test.list.all-at-once: all are mapped at the same time, and results come in the order of the values', async () => {
  await checkTimes(asList, undefined, 300);
});

it('p-map test.list.one-at-a-time: with a limit of one, values are mapped one after another', async () => {
  await checkTimes(asList, 1, 600);
});

it('p-map test.list.four-at-a-time: with a limit of four, never more than four run', async () => {
  await checkLimit(asList);
});

it('p-map test.list.empty: nothing is mapped to an empty list', async () => {
  expect(await mapped<Timed, number>([], timed)).toEqual([]);
});

it('p-map test.list.random-durations: results are in order, however long each takes', async () => {
  await checkOrder(asList, [17, 92, 4, 61, 33, 78, 0, 55, 21, 89]);
});

it('p-map test.list.uneven-durations: results are in order though later ones overtake', async () => {
  await checkOrder(asList, [100, 200, 10, 36, 13, 45]);
});

it('p-map test.list.falling-durations: results are in order though each is faster than the one before', async () => {
  await checkOrder(asList, [200, 100, 50]);
});

it('p-map test.list.wrong-concurrency: a limit that is no positive integer is refused', async () => {
  await checkConcurrency(asList);
});

it('p-map test.list.stop-on-error: the first failure is the error, and ends the mapping', async () => {
  await checkStop(asList);
});

it('unlike p-map test.list.no-stop-on-error: all failures are told, each in its place among the results', async () => {
  await checkOutcomes(asList);
});

it('unlike p-map test.list.runs-on: a failure cancels what runs, and none of it runs on', async () => {
  await checkCancelled(asList, 100);
});

it('p-map test.async-iterable.all-at-once: values are mapped as they come, and results are in their order', async () => {
  await checkTimes(asAsyncIterable, undefined, 310);
});

it('p-map test.async-iterable.one-at-a-time: with a limit of one, the next value is asked for when one is mapped', async () => {
  await checkTimes(asAsyncIterable, 1, 630);
});

it('p-map test.async-iterable.four-at-a-time: with a limit of four, never more than four values are mapped', async () => {
  await checkLimit(asAsyncIterable);
});

it('p-map test.async-iterable.empty: no values are mapped to an empty list', async () => {
  expect(await run(mapped(asAsyncIterable<Timed>([]), timed))).toMatchObject({ value: [] });
});

it('p-map test.async-iterable.random-durations: results are in the order of the values, however long each takes', async () => {
  await checkOrder(asAsyncIterable, [17, 92, 4, 61, 33, 78, 0, 55, 21, 89]);
});

it('p-map test.async-iterable.uneven-durations: results are in the order of the values though later ones overtake', async () => {
  await checkOrder(asAsyncIterable, [100, 200, 10, 36, 13, 45]);
});

it('p-map test.async-iterable.falling-durations: results are in the order of the values though each is faster', async () => {
  await checkOrder(asAsyncIterable, [200, 100, 50]);
});

it('p-map test.async-iterable.wrong-concurrency: a limit that is no positive integer is refused, whatever the values', async () => {
  await checkConcurrency(asAsyncIterable);
});

it('p-map test.async-iterable.stop-on-error: the first failure is the error, and no more values are asked for', async () => {
  await checkStop(asAsyncIterable);
});

it('unlike p-map test.async-iterable.no-stop-on-error: all failures are told in the place of their values', async () => {
  await checkOutcomes(asAsyncIterable);
});

it('unlike p-map test.async-iterable.runs-on: a failure cancels what runs of the values that have come', async () => {
  await checkCancelled(asAsyncIterable, 110);
});

/** Numbers from 0, until it throws at one of them. */
class Breaking implements Iterable<number> {
  asked = 0;

  constructor(private readonly at: number) {}

  [Symbol.iterator](): Iterator<number> {
    return {
      next: () => {
        const value = this.asked++;
        if (value === this.at) throw new Error(`broken at ${value}`);
        return { done: false, value };
      },
    };
  }
}

async function checkBreaking(at: number, options: { returnExceptions?: boolean }, fail = false): Promise<void> {
  const values = new Breaking(at);
  const got: number[] = [];
  const mapper = async (value: number, context: CoroutineContext) => {
    got.push(value);
    await sleep(100, context);
    if (fail) throw new Error('in the mapper');
  };
  const results = mapped(values, mapper, { concurrency: 1, ...options });
  expect(await run(results)).toMatchObject({
    status: 'rejected',
    reason: { message: `broken at ${at}` },
    at: at * 100,
  });
  await pass(300);
  expect({ asked: values.asked, got }).toEqual({ asked: at + 1, got: Array.from({ length: at }, (_, i) => i) });
}

it('p-map test.iterator.breaks-at-first: an iterator that throws at once fails it, and nothing is mapped', async () => {
  await checkBreaking(0, {});
});

it('p-map test.iterator.breaks-at-second: an iterator that throws later fails it, and is not asked again', async () => {
  await checkBreaking(1, {});
});

it('p-map test.iterator.breaks-after-failure: an iterator that throws fails it even where failures are outcomes', async () => {
  await checkBreaking(1, { returnExceptions: true }, true);
});

it('unlike p-map test.iterator.all-fail: the first failure is the error, and those that are to fail later are cancelled', async () => {
  const got: number[] = [];
  const mapper = async (value: number, context: CoroutineContext) => {
    if (value > 1) await sleep(value * 100, context);
    got.push(value);
    await sleep(100, context);
    throw new Error(`failed at ${value}`);
  };
  const results = mapped(asAsyncIterable([1, 2, 3]), mapper);
  expect(await run(results)).toMatchObject({ status: 'rejected', reason: { message: 'failed at 1' }, at: 110 });
  await pass(500);
  expect(got).toEqual([1]);
});

it('p-map test.arguments.no-iterable: what cannot be iterated is refused, and nothing is mapped', () => {
  // @ts-expect-error -- what the case is about
  expect(() => gather(123_456)).toThrow(TypeError);
});

/** Each fails after 100 ms. */
async function checkAllFail(concurrency: number, expected: number[]): Promise<void> {
  const got: number[] = [];
  const mapper = async (value: number, context: CoroutineContext) => {
    got.push(value);
    await sleep(100, context);
    throw new Error(`failed at ${value}`);
  };
  const reported = await unhandledRejections(async () => {
    const results = mapped([1, 2, 3], mapper, { concurrency });
    expect(await run(results)).toMatchObject({ status: 'rejected', reason: { message: 'failed at 1' }, at: 100 });
  });
  expect({ reported, got }).toEqual({ reported: [], got: expected });
}

it('p-map test.failures.all-at-once: those that a failure cancels are no unhandled rejections', async () => {
  await checkAllFail(Infinity, [1, 2, 3]);
});

it('p-map test.failures.one-at-a-time: what a failure leaves unstarted is no unhandled rejection', async () => {
  await checkAllFail(1, [1]);
});

it('p-map test.arguments.no-function: what is neither a function nor anything to wait for is refused', async () => {
  // @ts-expect-error -- what the case is about
  await expect(gather(['no function'], { concurrency: 2 })).rejects.toThrow(TypeError);
});

it('p-map test.signal.aborts: an abort cancels what runs, and its reason is the error', async () => {
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort();
  }, 100);
  const cancelled = jest.fn();
  const mapper = (value: number, context: CoroutineContext) => sleep(value, context).catch(cancelled);
  const results = mapped([1000, 50, 100_000], mapper, { signal: controller.signal });
  expect(await run(results)).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' }, at: 100 });
  expect(cancelled).toHaveBeenCalledTimes(2);
});

it('p-map test.signal.has-aborted: a signal that has aborted already starts nothing, and nobody goes on listening to it', async () => {
  const signal = AbortSignal.abort();
  const mapper = jest.fn(timed);
  await expect(mapped(three, mapper, { signal })).rejects.toMatchObject({ name: 'AbortError' });
  expect(mapper).not.toHaveBeenCalled();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

/** What the loop takes, and when each comes. */
async function collect<T>(results: AsyncIterable<T>): Promise<{ result: T; at: number }[]> {
  const collected: { result: T; at: number }[] = [];
  for await (const result of results) collected.push({ result, at: Date.now() });
  return collected;
}

it('unlike p-map test.loop.all-at-once: results come as they are there, the fastest first', async () => {
  expect(await run(collect(mappedIterable(three, timed)))).toMatchObject({
    value: [
      { result: 30, at: 100 },
      { result: 20, at: 200 },
      { result: 10, at: 300 },
    ],
  });
});

it('unlike p-map test.loop.index: the place of a result is the key of its outcome', async () => {
  const mapper = async (value: Timed, context: CoroutineContext, index: number) => {
    return { value: await timed(value, context), index };
  };
  const loop = async () => {
    const keys: number[] = [];
    for await (const outcome of mappedIterable(five, mapper, { returnExceptions: true })) {
      expect(outcome).toMatchObject({ status: 'fulfilled', value: { index: outcome.key } });
      keys.push(outcome.key);
    }
    return keys;
  };
  expect(await run(loop())).toMatchObject({ value: [4, 3, 2, 1, 0] });
});

it('unlike p-map test.loop.index-of-overtaking: those that overtake have the keys of their own places', async () => {
  const mapper = (value: number, context: CoroutineContext) => sleep(value, context, value);
  const results = mappedIterable([50, 10, 30], mapper, { concurrency: 3, returnExceptions: true });
  expect(await run(collect(results))).toMatchObject({
    value: [
      { result: { key: 1, value: 10 }, at: 10 },
      { result: { key: 2, value: 30 }, at: 30 },
      { result: { key: 0, value: 50 }, at: 50 },
    ],
  });
});

it('p-map test.loop.empty: a loop over nothing ends', async () => {
  expect(await run(collect(mappedIterable<Timed, number>([], timed)))).toMatchObject({ value: [], at: 0 });
});

it('p-map test.loop.iterator-breaks: the first next() of a loop fails when the values do', async () => {
  const values = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('foo')) }) };
  const results = mappedIterable(values, timed)[Symbol.asyncIterator]();
  await expect(results.next()).rejects.toThrow('foo');
});

it('p-map test.loop.mapper-fails: a loop fails when a mapper does', async () => {
  const mapper = async (value: Timed, context: CoroutineContext) => {
    await timed(value, context);
    throw new Error('foo');
  };
  const loop = collect(mappedIterable(three, mapper));
  expect(await run(loop)).toMatchObject({ status: 'rejected', reason: { message: 'foo' } });
});

it('p-map test.loop.stop-on-error: results that were there before a failure are taken, those after it are not', async () => {
  const values: Timed[] = [
    [20, 10],
    [failing('bar'), 100],
    [30, 200],
  ];
  const taken: number[] = [];
  const loop = async () => {
    for await (const result of mappedIterable(values, timed)) taken.push(result);
  };
  expect(await run(loop())).toMatchObject({ status: 'rejected', reason: { message: 'bar' }, at: 100 });
  expect(taken).toEqual([20]);
});

it('p-map test.loop.one-at-a-time: with a limit of one, results come in the order of the values', async () => {
  expect(await run(collect(mappedIterable(three, timed, { concurrency: 1 })))).toMatchObject({
    value: [
      { result: 10, at: 300 },
      { result: 20, at: 500 },
      { result: 30, at: 600 },
    ],
  });
});

it('unlike p-map test.loop.two-at-a-time: with a limit of two, the next starts as a result is there, and results overtake', async () => {
  const started: number[] = [];
  const mapper = (value: Timed, context: CoroutineContext) => {
    started.push(Date.now());
    return timed(value, context);
  };
  const collected = await run(collect(mappedIterable(five, mapper, { concurrency: 2 })));
  expect(started).toEqual([0, 0, 200, 300, 300]);
  expect(collected).toMatchObject({
    value: [
      { result: 20, at: 200 },
      { result: 10, at: 300 },
      { result: 30, at: 300 },
      { result: 50, at: 325 },
      { result: 40, at: 350 },
    ],
  });
});

it('p-map test.loop.backpressure: while a loop takes nothing, nothing new is started', async () => {
  const finished: number[] = [];
  const mapper = async (value: Timed, context: CoroutineContext) => {
    finished.push(await timed(value, context));
  };
  const results = mappedIterable(five, mapper, { concurrency: 2 })[Symbol.asyncIterator]();
  await run(results.next());
  await pass(600);
  expect(finished).toEqual([20, 10, 30]);
  await results.next();
  await pass(100);
  expect(finished).toEqual([20, 10, 30, 40]);
});

it('p-map test.loop.async-one-at-a-time: values that come by themselves are mapped one after another', async () => {
  const record: string[] = [];
  const mapper = async (value: number, context: CoroutineContext) => {
    record.push(`${value} starts`);
    await sleep(100, context);
    record.push(`${value} ends`);
  };
  await run(collect(mappedIterable(asAsyncIterable([1, 2, 3]), mapper, { concurrency: 1 })));
  expect(record).toEqual(['1 starts', '1 ends', '2 starts', '2 ends', '3 starts', '3 ends']);
});
