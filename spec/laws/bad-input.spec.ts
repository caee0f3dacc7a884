import { from, lastValueFrom, mergeMap, NEVER, type Observable, of } from 'rxjs';
import {
  type Awaitable,
  asCompleted,
  asCompletedAll,
  asyncFinalize,
  createTask,
  gather,
  gatherAll,
  Semaphore,
  shield,
  taskGroup,
  wait,
  waitAll,
  waitFor,
} from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { lists, placeOf, structures, withOutcomes } from '../support/structures';
import { unhandledRejections } from '../support/unhandled-rejections';

// What the type checker would reject: every argument here goes in as `never`.

const source = of(1);
const promise = Promise.resolve([]);
class Box {
  readonly content = 1;
}

type Call = (argument: never) => unknown;

/** Each function that takes a list, and what it takes. */
const listOrRecord = 'an iterable, an async iterable, a plain record or a Map of awaitables';
const list = 'an iterable or async iterable of awaitables';
const ofList: [name: string, call: Call, expected: string][] = [
  ['gather', (awaitables) => gather(awaitables), listOrRecord],
  ['asCompleted', (awaitables) => asCompleted(awaitables), listOrRecord],
  ['wait', (awaitables) => wait(awaitables), list],
];
const facadesOfList: [name: string, call: Call, expected: string][] = [
  ['gather', (awaitables) => promises.gather(awaitables), listOrRecord],
  ['asCompleted', (awaitables) => promises.asCompleted(awaitables), listOrRecord],
  ['wait', (awaitables) => promises.wait(awaitables), list],
];

/** Each function that takes an awaitable. */
const ofAwaitable: [name: string, call: Call][] = [
  ['createTask', (awaitable) => createTask(awaitable)],
  ['shield', (awaitable) => shield(awaitable)],
  ['waitFor', (awaitable) => waitFor(awaitable, 10)],
];

/** Each function that takes options, and those of them that take a limit or a timeout. */
const withConcurrency: [name: string, call: Call][] = [
  ['gather', (options) => gather([], options)],
  ['gatherAll', (options) => gatherAll(options)],
  ['asCompleted', (options) => asCompleted([], options)],
  ['asCompletedAll', (options) => asCompletedAll(options)],
  ['taskGroup', (options) => taskGroup(() => source, options)],
];
const facadesWithConcurrency: [name: string, call: Call][] = [
  ['gather', (options) => promises.gather([], options)],
  ['asCompleted', (options) => promises.asCompleted([], options)],
  ['taskGroup', (options) => promises.taskGroup(() => source, options)],
];
const withReturnWhen: [name: string, call: Call][] = [
  ['wait', (options) => wait([], options)],
  ['waitAll', (options) => waitAll(options)],
];
const withOptions: [name: string, call: Call][] = [
  ...withConcurrency,
  ...withReturnWhen,
  ['createTask', (options) => createTask(source, options)],
];
const withTimeout: [name: string, call: Call][] = [
  ...[...withConcurrency.filter(([name]) => name.startsWith('asCompleted')), ...withReturnWhen].map(
    ([name, call]): [string, Call] => [name, (timeout) => call({ timeout } as never)],
  ),
  ['waitFor', (timeout) => waitFor(source, timeout)],
];
const withSignal: [name: string, call: Call][] = [
  ['gather', (options) => promises.gather([NEVER], options)],
  ['asCompleted', (options) => promises.asCompleted([NEVER], options)],
  ['wait', (options) => promises.wait([NEVER], options)],
  ['waitFor', (options) => promises.waitFor(NEVER, 10, options)],
  ['shield', (options) => promises.shield(NEVER, options)],
  ['taskGroup', (options) => promises.taskGroup(() => NEVER, options)],
  ['semaphore.acquire', (options) => new Semaphore(1).acquire(options)],
];

/** What the call throws, synchronously. */
function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** The error notification that subscribing brings, synchronously. */
function failureOf(result: Observable<unknown>): unknown {
  const errors: unknown[] = [];
  result.subscribe({ error: (error: unknown) => errors.push(error) });
  return errors[0];
}

describe.each([...ofList, ...facadesOfList])('%s of what is no list throws', (name, call, expected) => {
  it.each<[string, unknown, string]>([
    ['a Promise', promise, 'a Promise'],
    ['a string', 'abc', "the string 'abc'"],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 42, '42'],
    ['a function', () => [], 'a function'],
    ['a function that has a name', thrownBy, 'the function thrownBy'],
    ['an object of a class', new Box(), 'an object of class Box'],
    ['a Date', new Date(0), '1970-01-01T00:00:00.000Z'],
    [
      'an Observable, with a hint to the pipeable form',
      source,
      `an Observable (${name}All takes what an Observable emits, [observable] is a list of one)`,
    ],
    [
      'a Task, with the same hint',
      createTask(source),
      `an Observable (${name}All takes what an Observable emits, [observable] is a list of one)`,
    ],
  ])('a TypeError for %s', (_title, value, got) => {
    const error = new TypeError(`${name}: awaitables must be ${expected}, got ${got}`);
    expect(thrownBy(() => call(value as never))).toStrictEqual(error);
  });
});

it.each(['Observable', 'Promise'] as const)(
  'wait of a record throws a TypeError, for the one that gives an %s',
  (gives) => {
    const call = gives === 'Observable' ? wait : promises.wait;
    expect(thrownBy(() => call({ source } as never))).toStrictEqual(
      new TypeError(`wait: awaitables must be ${list}, got an object`),
    );
  },
);

describe.each([...withConcurrency, ...facadesWithConcurrency])('the concurrency of %s', (name, call) => {
  it.each([
    [0, '0'],
    [-1, '-1'],
    [1.5, '1.5'],
    [NaN, 'NaN'],
    ['2', "the string '2'"],
    [null, 'null'],
  ])('throws a RangeError where it is %p', (concurrency, got) => {
    expect(thrownBy(() => call({ concurrency } as never))).toStrictEqual(
      new RangeError(`${name}: concurrency must be a positive integer or Infinity, got ${got}`),
    );
  });

  it('may be 1, Infinity or undefined', () => {
    expect(() => [1, Infinity, undefined].map((concurrency) => call({ concurrency } as never))).not.toThrow();
  });
});

describe.each(withTimeout)('the timeout of %s', (name, call) => {
  it.each<[string, unknown, new (message: string) => Error, string]>([
    ['NaN', NaN, RangeError, 'NaN'],
    ['an invalid Date', new Date(NaN), RangeError, 'an invalid Date'],
    ['a string', '100', TypeError, "the string '100'"],
    ['null', null, TypeError, 'null'],
    ['an object', {}, TypeError, 'an object'],
    ['an object without a prototype', Object.create(null), TypeError, 'an object'],
  ])('throws where it is %s', (_title, timeout, type, got) => {
    expect(thrownBy(() => call(timeout as never))).toStrictEqual(
      new type(`${name}: timeout must be milliseconds, a Date or an ObservableInput, got ${got}`),
    );
  });

  it('may be negative, Infinity, a Date, a Promise, an Observable or undefined', () => {
    const timeouts = [-1, Infinity, new Date(0), promise, NEVER, undefined];
    expect(() => timeouts.map((timeout) => call(timeout as never))).not.toThrow();
  });
});

describe.each(withReturnWhen)('the returnWhen of %s', (name, call) => {
  it.each([
    ['FIRST', "the string 'FIRST'"],
    [null, 'null'],
  ])('throws a RangeError where it is %p', (returnWhen, got) => {
    expect(thrownBy(() => call({ returnWhen } as never))).toStrictEqual(
      new RangeError(`${name}: returnWhen must be one of ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, got ${got}`),
    );
  });
});

it.each(withOptions)('the options of %s throw a TypeError where they are no object', (name, call) => {
  const expected = `${name}: options must be an object`;
  expect(thrownBy(() => call('5' as never))).toStrictEqual(new TypeError(`${expected}, got the string '5'`));
  expect(thrownBy(() => call(null as never))).toStrictEqual(new TypeError(`${expected}, got null`));
  // Such as the next of awaitables that should be in a list, or the source where the parentheses of an operator are missing.
  expect(thrownBy(() => call(source as never))).toStrictEqual(new TypeError(`${expected}, got an Observable`));
  expect(thrownBy(() => call(promise as never))).toStrictEqual(new TypeError(`${expected}, got a Promise`));
  expect(thrownBy(() => call([source] as never))).toStrictEqual(new TypeError(`${expected}, got an array`));
});

it.each(withOptions)('the index that mergeMap() gives is none of the options of %s', (_name, call) => {
  expect(() => call(5 as never)).not.toThrow();
});

it('list.map(createTask) and mergeMap(gather) do what they say', async () => {
  const functions = [() => Promise.resolve(1), () => Promise.resolve(2)];
  await expect(Promise.all(functions.map(createTask as never))).resolves.toEqual([1, 2]);
  await expect(lastValueFrom(of(functions).pipe(mergeMap(gather as never)))).resolves.toEqual([1, 2]);
});

describe.each(withSignal)('the signal of %s', (name, call) => {
  it('throws a TypeError where it is given in place of the options', () => {
    expect(thrownBy(() => call(new AbortController().signal as never))).toStrictEqual(
      new TypeError(`${name}: options must be { signal }, got an object of class AbortSignal`),
    );
  });

  it.each([
    [null, 'null'],
    ['abort', "the string 'abort'"],
    [{ aborted: false }, 'an object'],
    [new AbortController(), 'an object of class AbortController'],
    [new EventTarget(), 'an object of class EventTarget'],
  ])('throws a TypeError where it is %p', (signal, got) => {
    expect(thrownBy(() => call({ signal } as never))).toStrictEqual(
      new TypeError(`${name}: signal must be an AbortSignal, got ${got}`),
    );
  });
});

describe.each(ofAwaitable)('%s of what is no awaitable', (name, call) => {
  it.each<[string, unknown, string]>([
    ['a number', 42, '42'],
    ['a string', 'abc', "the string 'abc'"],
    ['an object', {}, 'an object'],
    ['what has a length that is no number', { length: '1' }, 'an object'],
    ['undefined', undefined, 'undefined'],
  ])('throws a TypeError for %s', (_title, value, got) => {
    expect(thrownBy(() => call(value as never))).toStrictEqual(
      new TypeError(`${name}: awaitable must be an ObservableInput or a coroutine function, got ${got}`),
    );
  });
});

describe('what is no function throws a TypeError', () => {
  it.each<[string, unknown, string]>([
    ['an Observable', source, 'an Observable'],
    ['an array', [], 'an array'],
    ['undefined', undefined, 'undefined'],
  ])('in taskGroup: %s', (_title, body, got) => {
    expect(thrownBy(() => taskGroup(body as never))).toStrictEqual(
      new TypeError(`taskGroup: body must be a function, got ${got}`),
    );
  });

  it('in asyncFinalize', () => {
    expect(thrownBy(() => asyncFinalize(promise as never))).toStrictEqual(
      new TypeError('asyncFinalize: callback must be a function, got a Promise'),
    );
  });
});

describe.each([...structures.filter(({ name }) => name !== 'taskGroup'), ...withOutcomes])('$name', ({ name, run }) => {
  it.each([
    [42, '42'],
    ['abc', "the string 'abc'"],
  ])('fails with a TypeError that names the place of an element that is no awaitable: %p', (element, got) => {
    expect(failureOf(run([source, element as never]))).toStrictEqual(
      new TypeError(`${placeOf(name, 1)} must be an ObservableInput or a coroutine function, got ${got}`),
    );
  });
});

const knownInAdvance = [...structures, ...withOutcomes].filter(({ name }) => !/concurrency|All|taskGroup/.test(name));
it.each(knownInAdvance)('$name fails because of an element that is no awaitable before it starts any', ({ run }) => {
  const started = jest.fn(() => source);
  expect(failureOf(run([started, 42 as never]))).toBeInstanceOf(TypeError);
  expect(started).not.toHaveBeenCalled();
});

it.each(lists)('$name of a sparse list fails with a TypeError, too', ({ name, run }) => {
  const sparse: Awaitable<number>[] = new Array<Awaitable<number>>(1);
  expect(failureOf(run(sparse))).toStrictEqual(
    new TypeError(`${placeOf(name, 0)} must be an ObservableInput or a coroutine function, got undefined`),
  );
});

describe('wait of nothing is an error notification', () => {
  it.each([
    ['wait', wait([])],
    ['waitAll', from<Observable<number>[]>([]).pipe(waitAll())],
  ])('of %s', (name, result) => {
    expect(failureOf(result)).toStrictEqual(new RangeError(`${name}: there must be at least one awaitable`));
  });
});

describe('bad input known only at run time', () => {
  it('a coroutine function that throws synchronously fails its Task, with nothing thrown by the call', () => {
    const task = createTask(() => {
      throw new Error('at once');
    });
    expect(task.exception()).toEqual(new Error('at once'));
  });

  it.each([[undefined], [null], [5], ['text'], [{}]])(
    'a coroutine function that returns %p fails its Task',
    (returned) => {
      const task = createTask((() => returned) as never);
      expect(task.exception()).toBeInstanceOf(TypeError);
      expect(String(task.exception())).toMatch(
        /^TypeError: Task-\d+: the coroutine function must return an ObservableInput, got /,
      );
    },
  );

  it('a thenable that calls back twice, or after throwing, counts once', async () => {
    const twice = {
      then(resolve: (value: number) => void, reject: (error: unknown) => void) {
        resolve(1);
        resolve(2);
        reject(new Error('after all'));
        throw new Error('and again');
      },
    } as unknown as PromiseLike<number>;
    const reported = await unhandledRejections(async () => {
      expect(await promises.gather([twice, () => twice, createTask(twice)])).toEqual([1, 1, 1]);
    });
    expect(reported).toEqual([]);
  });

  it('the result of a pending Task throws InvalidStateError, and so does its exception', () => {
    const task = createTask(NEVER, { name: 'forever' });
    for (const read of [() => task.result(), () => task.exception()]) {
      expect(read).toThrow(new promises.InvalidStateError('forever is still pending'));
    }
  });
});
