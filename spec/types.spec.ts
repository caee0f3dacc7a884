// The types are checked by `npx tsc --noEmit`, which takes in spec/: a type that differs from the expected one, and a
// `@ts-expect-error` with no error, does not compile. Jest compiles each file by itself and checks none of it, so what
// runs here only shows that the values are what the types say.

import { Observable, of, Subject } from 'rxjs';
import {
  asCompleted,
  asCompletedAll,
  type Awaitable,
  type Completion,
  type Coroutine,
  createTask,
  gather,
  gatherAll,
  type Outcome,
  shield,
  type Task,
  taskGroup,
  wait,
  waitAll,
  waitFor,
  type WaitResult,
} from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { expectType } from './support/expect-type';

const text = of('text');
const number = of(1);
const flag: Coroutine<boolean> = () => of(true);

/** All that the Observable emits synchronously. */
function emitted<T>(source: Observable<T>): T[] {
  const values: T[] = [];
  source.subscribe({
    next: (value) => values.push(value),
    error: (error: unknown) => {
      throw error;
    },
  });
  return values;
}

describe('gather', () => {
  it('gives a tuple for a tuple', () => {
    const result = gather([text, number, flag]);
    expectType<Observable<[string, number, boolean]>>()(result);
    expect(emitted(result)).toEqual([['text', 1, true]]);
  });

  it('gives a mutable tuple for a readonly one', () => {
    const awaitables = [text, number] as const;
    const result = gather(awaitables);
    expectType<Observable<[string, number]>>()(result);
    expect(emitted(result)).toEqual([['text', 1]]);
  });

  it('gives an array for an array, also for a readonly one', () => {
    const list: Observable<string>[] = [text];
    const readonlyList: readonly Observable<string>[] = list;
    expectType<Observable<string[]>>()(gather(list));
    expectType<Observable<string[]>>()(gather(readonlyList));
    expect(emitted(gather(readonlyList))).toEqual([['text']]);
  });

  it('gives a record for a record, also for a readonly one', () => {
    const result = gather({ text, number });
    expectType<Observable<{ text: string; number: number }>>()(result);
    const record: Readonly<Record<string, Observable<number>>> = { number };
    expectType<Observable<Record<string, number>>>()(gather(record));
    expect(emitted(result)).toEqual([{ text: 'text', number: 1 }]);
  });

  it('gives an array for a Set, a generator and an async iterable', () => {
    function* generated() {
      yield number;
    }
    async function* later() {
      yield await Promise.resolve(number);
    }
    expectType<Observable<string[]>>()(gather(new Set([text])));
    expectType<Observable<number[]>>()(gather(generated()));
    expectType<Observable<number[]>>()(gather(later()));
    expect(emitted(gather(generated()))).toEqual([[1]]);
  });

  it('gives outcomes with returnExceptions: true, results with false, and either with boolean', () => {
    const either = emitted(text).length > 0;
    expectType<Observable<[Outcome<string>, Outcome<number>]>>()(gather([text, number], { returnExceptions: true }));
    expectType<Observable<[string, number]>>()(gather([text, number], { returnExceptions: false }));
    expectType<Observable<[string | Outcome<string>]>>()(gather([text], { returnExceptions: either }));
    expectType<Observable<{ text: Outcome<string> }>>()(gather({ text }, { returnExceptions: true }));
    expectType<Observable<Outcome<string>[]>>()(gather(new Set([text]), { returnExceptions: true }));
    expect(emitted(gather([text], { returnExceptions: either }))).toEqual([[{ status: 'fulfilled', value: 'text' }]]);
  });

  it('takes every kind of awaitable', () => {
    const result = gather([new Set([1]), Promise.resolve('text'), async () => Promise.resolve(true), createTask(text)]);
    expectType<Observable<[number, string, boolean, string]>>()(result);
    expect(result).toBeInstanceOf(Observable);
  });

  it('knows what a coroutine function is given, in a list and in a record', () => {
    const signals: AbortSignal[] = [];
    const list = gather([(context) => of(signals.push(context.signal)), ({ signal }) => [signal.aborted]]);
    const record = gather({ one: ({ signal }) => of(signals.push(signal)) });
    expectType<Observable<[number, boolean]>>()(list);
    expectType<Observable<{ one: number }>>()(record);
    expect([...emitted(list), ...emitted(record)]).toEqual([[1, false], { one: 2 }]);
  });

  it('takes a list or a record of either kind, as a function that hands it on has it', () => {
    const handOn = (awaitables: Iterable<Coroutine<string>> | AsyncIterable<Coroutine<string>>) => gather(awaitables);
    expectType<Observable<string[]>>()(handOn([() => text]));
    expect(emitted(handOn([() => text]))).toEqual([['text']]);
  });

  it('rejects what is no awaitable', () => {
    // @ts-expect-error -- a number is no awaitable
    expect(gather([42])).toBeInstanceOf(Observable);
    // @ts-expect-error -- nor is a string, although it is a list of characters
    expect(gather(['text'])).toBeInstanceOf(Observable);
    // @ts-expect-error -- nor is it a record
    expect(() => gather('text')).toThrow(TypeError);
    // @ts-expect-error -- an Observable is no list
    expect(() => gather(text)).toThrow(TypeError);
    // @ts-expect-error -- a Promise is no list
    expect(() => gather(Promise.resolve([text]))).toThrow(TypeError);
    // @ts-expect-error -- a string is no number
    expect(() => gather([text], { concurrency: '1' })).toThrow(RangeError);
    // @ts-expect-error -- nor is null options
    expect(() => gather([text], null)).toThrow(TypeError);
  });

  it('gives an array as an operator', () => {
    const result = of(text, text).pipe(gatherAll());
    expectType<Observable<string[]>>()(result);
    expectType<Observable<Outcome<string>[]>>()(of(text).pipe(gatherAll({ returnExceptions: true })));
    expect(emitted(result)).toEqual([['text', 'text']]);
  });
});

describe('asCompleted', () => {
  it('gives the union of the results', () => {
    const result = asCompleted([text, number]);
    expectType<Observable<string | number>>()(result);
    expectType<Observable<string | number>>()(asCompleted({ text, number }));
    expectType<Observable<string>>()(asCompleted(new Set([text])));
    expect(emitted(result)).toEqual(['text', 1]);
  });

  it('gives completions with returnExceptions, whose key tells the type in a record', () => {
    const result = asCompleted({ text, number }, { returnExceptions: true });
    expectType<Observable<Completion<string, 'text'> | Completion<number, 'number'>>>()(result);
    expectType<Observable<Completion<string>>>()(asCompleted([text], { returnExceptions: true }));
    expect(emitted(result).map(({ key }) => key)).toEqual(['text', 'number']);
  });

  it('gives the results as an operator', () => {
    const result = of(text).pipe(asCompletedAll());
    expectType<Observable<string>>()(result);
    expectType<Observable<Completion<string>>>()(of(text).pipe(asCompletedAll({ returnExceptions: true })));
    expect(emitted(result)).toEqual(['text']);
  });

  it('rejects a timeout that is none', () => {
    // @ts-expect-error -- nor is a string
    expect(() => asCompleted([text], { timeout: '100' })).toThrow(TypeError);
    // @ts-expect-error -- an object is no timeout
    expect(() => asCompleted([text], { timeout: {} })).toThrow(TypeError);
  });
});

describe('wait', () => {
  it('gives Tasks of the results', () => {
    const result = wait([text, number]);
    expectType<Observable<WaitResult<string | number>>>()(result);
    for (const { done, pending } of emitted(result)) {
      expectType<Set<Task<string | number>>>()(done);
      expectType<Set<Task<string | number>>>()(pending);
      expect([...done].map((task) => task.result())).toEqual(['text', 1]);
    }
    expectType<Observable<WaitResult<string>>>()(of(text).pipe(waitAll()));
  });

  it('rejects records and an unknown returnWhen', () => {
    // @ts-expect-error -- a record is no list
    expect(() => wait({ text })).toThrow(TypeError);
    // @ts-expect-error -- none of the three
    expect(() => wait([text], { returnWhen: 'FIRST' })).toThrow(RangeError);
  });
});

describe('Task', () => {
  it('is covariant: a Task of something narrower is one of something wider', () => {
    const narrow = createTask(text);
    const wide: Task<string | number> = narrow;
    // @ts-expect-error -- but not the other way round
    const wrong: Task<'text'> = narrow;
    expect([wide, wrong]).toEqual([narrow, narrow]);
  });

  it('is an Observable, a PromiseLike and an awaitable of its result', async () => {
    const task = createTask(text);
    const observable: Observable<string> = task;
    const awaitable: Awaitable<string> = task;
    expect([observable, awaitable]).toEqual([task, task]);
    expectType<string>()(task.result());
    const awaited = await task;
    expectType<string>()(awaited);
    expect(awaited).toBe('text');
  });

  it('has a result of the type that the coroutine function gives', () => {
    const task = createTask(flag);
    expectType<Task<boolean>>()(task);
    expectType<boolean>()(task.result());
    expect(task.result()).toBe(true);
  });
});

describe('waitFor, shield and taskGroup', () => {
  it('give the result of what they are given', () => {
    const timeout = new Subject<void>();
    expectType<Observable<string>>()(waitFor(text, timeout));
    expectType<Observable<boolean>>()(shield(flag));
    const result = taskGroup((group) => {
      expectType<Task<number>>()(group.createTask(number));
      return text;
    });
    expectType<Observable<string>>()(result);
    expect(emitted(result)).toEqual(['text']);
  });
});

describe('the facades', () => {
  it('give Promises of the same types', async () => {
    const gathered = promises.gather([text, number]);
    expectType<Promise<[string, number]>>()(gathered);
    expectType<Promise<{ text: Outcome<string> }>>()(promises.gather({ text }, { returnExceptions: true }));
    expectType<AsyncIterable<string | number>>()(promises.asCompleted([text, number]));
    expectType<Promise<WaitResult<string>>>()(promises.wait([text]));
    expectType<Promise<string>>()(promises.waitFor(text, 1));
    expectType<Promise<string>>()(promises.shield(text));
    expect(await gathered).toEqual(['text', 1]);
  });
});
