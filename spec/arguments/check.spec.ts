import { from, NEVER, type Observable, of } from 'rxjs';
import {
  type Awaitable,
  asCompleted,
  asCompletedAll,
  asyncFinalize,
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

// What the type checker would reject: every argument here goes in as `never`.

const source = of(1);
const promise = Promise.resolve([]);
class Box {
  readonly content = 1;
}

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

function itThrows(error: Error, title: string, call: () => unknown): void {
  it(`${error.name} for ${title}`, () => {
    expect(thrownBy(call)).toStrictEqual(error);
  });
}

describe('awaitables that are no list throw', () => {
  const listOrRecord = 'awaitables must be an iterable, an async iterable or a plain record of awaitables';
  const list = 'awaitables must be an iterable or async iterable of awaitables';

  const given: [string, unknown, string][] = [
    ['a Promise', promise, 'a Promise'],
    ['a string', 'abc', "the string 'abc'"],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 42, '42'],
    ['a function', () => [], 'a function'],
    ['a function that has a name', thrownBy, 'the function thrownBy'],
    ['an object of a class', new Box(), 'an object of class Box'],
    ['a Date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ];
  for (const [title, value, got] of given) {
    itThrows(new TypeError(`gather: ${listOrRecord}, got ${got}`), `${title} in gather`, () => gather(value as never));
    itThrows(new TypeError(`asCompleted: ${listOrRecord}, got ${got}`), `${title} in asCompleted`, () =>
      asCompleted(value as never),
    );
    itThrows(new TypeError(`wait: ${list}, got ${got}`), `${title} in wait`, () => wait(value as never));
  }

  itThrows(new TypeError(`wait: ${list}, got an object`), 'a record in wait', () => wait({ source } as never));

  itThrows(
    new TypeError(
      `gather: ${listOrRecord}, got an Observable (gatherAll takes what an Observable emits, [observable] is a list of one)`,
    ),
    'an Observable in gather, with a hint to gatherAll',
    () => gather(source as never),
  );
  itThrows(
    new TypeError(
      `asCompleted: ${listOrRecord}, got an Observable (asCompletedAll takes what an Observable emits, [observable] is a list of one)`,
    ),
    'an Observable in asCompleted, with a hint to asCompletedAll',
    () => asCompleted(source as never),
  );
  itThrows(
    new TypeError(
      `wait: ${list}, got an Observable (waitAll takes what an Observable emits, [observable] is a list of one)`,
    ),
    'an Observable in wait, with a hint to waitAll',
    () => wait(source as never),
  );
  itThrows(
    new TypeError(
      `wait: ${list}, got an Observable (waitAll takes what an Observable emits, [observable] is a list of one)`,
    ),
    'a Task in wait',
    () => wait(createTask(source) as never),
  );
});

describe('concurrency that is no positive integer or Infinity throws', () => {
  type Call = (concurrency: never) => unknown;
  const calls: [string, Call][] = [
    ['gather', (concurrency) => gather([], { concurrency })],
    ['gatherAll', (concurrency) => gatherAll({ concurrency })],
    ['asCompleted', (concurrency) => asCompleted([], { concurrency })],
    ['asCompletedAll', (concurrency) => asCompletedAll({ concurrency })],
    ['taskGroup', (concurrency) => taskGroup(() => source, { concurrency })],
  ];
  const given: [unknown, string][] = [
    [0, '0'],
    [-1, '-1'],
    [1.5, '1.5'],
    [NaN, 'NaN'],
    ['2', "the string '2'"],
    [null, 'null'],
  ];
  for (const [name, call] of calls) {
    for (const [value, got] of given) {
      itThrows(
        new RangeError(`${name}: concurrency must be a positive integer or Infinity, got ${got}`),
        `${got} in ${name}`,
        () => call(value as never),
      );
    }
    it(`nothing for 1, Infinity and undefined in ${name}`, () => {
      expect(() => [1, Infinity, undefined].map((value) => call(value as never))).not.toThrow();
    });
  }
});

describe('a timeout that is none throws', () => {
  type Call = (timeout: never) => unknown;
  const calls: [string, Call][] = [
    ['asCompleted', (timeout) => asCompleted([], { timeout })],
    ['asCompletedAll', (timeout) => asCompletedAll({ timeout })],
    ['wait', (timeout) => wait([], { timeout })],
    ['waitAll', (timeout) => waitAll({ timeout })],
    ['waitFor', (timeout) => waitFor(source, timeout)],
  ];
  const expected = 'timeout must be milliseconds, a Date or an ObservableInput';
  for (const [name, call] of calls) {
    itThrows(new RangeError(`${name}: ${expected}, got NaN`), `NaN in ${name}`, () => call(NaN as never));
    itThrows(new RangeError(`${name}: ${expected}, got an invalid Date`), `an invalid Date in ${name}`, () =>
      call(new Date(NaN) as never),
    );
    itThrows(new TypeError(`${name}: ${expected}, got the string '100'`), `a string in ${name}`, () =>
      call('100' as never),
    );
    itThrows(new TypeError(`${name}: ${expected}, got null`), `null in ${name}`, () => call(null as never));
    itThrows(new TypeError(`${name}: ${expected}, got an object`), `an object in ${name}`, () => call({} as never));
    itThrows(new TypeError(`${name}: ${expected}, got an object`), `an object without a prototype in ${name}`, () =>
      call(Object.create(null) as never),
    );
    it(`nothing for a negative number, Infinity, a Date, a Promise, an Observable and undefined in ${name}`, () => {
      const timeouts = [-1, Infinity, new Date(0), promise, NEVER, undefined];
      expect(() => timeouts.map((timeout) => call(timeout as never))).not.toThrow();
    });
  }
});

describe('an unknown returnWhen throws', () => {
  const expected = 'returnWhen must be one of ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION';
  itThrows(new RangeError(`wait: ${expected}, got the string 'FIRST'`), 'a string in wait', () =>
    wait([], { returnWhen: 'FIRST' as never }),
  );
  itThrows(new RangeError(`waitAll: ${expected}, got null`), 'null in waitAll', () =>
    waitAll({ returnWhen: null as never }),
  );
});

describe('options that are no object throw', () => {
  const calls: [string, (options: never) => unknown][] = [
    ['gather', (options) => gather([], options)],
    ['gatherAll', (options) => gatherAll(options)],
    ['asCompleted', (options) => asCompleted([], options)],
    ['asCompletedAll', (options) => asCompletedAll(options)],
    ['wait', (options) => wait([], options)],
    ['waitAll', (options) => waitAll(options)],
    ['taskGroup', (options) => taskGroup(() => source, options)],
    ['createTask', (options) => createTask(source, options)],
  ];
  for (const [name, call] of calls) {
    itThrows(new TypeError(`${name}: options must be an object, got 5`), `a number in ${name}`, () => call(5 as never));
    itThrows(new TypeError(`${name}: options must be an object, got null`), `null in ${name}`, () =>
      call(null as never),
    );
  }
});

describe('a signal that is no AbortSignal throws', () => {
  const expected = 'signal must be an AbortSignal';
  const calls: [string, (options: never) => unknown][] = [
    ['gather', (options) => promises.gather([], options)],
    ['wait', (options) => promises.wait([], options)],
    ['asCompleted', (options) => promises.asCompleted([], options)],
    ['waitFor', (options) => promises.waitFor(source, 1, options)],
    ['shield', (options) => promises.shield(source, options)],
    ['taskGroup', (options) => promises.taskGroup(() => source, options)],
  ];
  for (const [name, call] of calls) {
    const signal = new AbortController();
    itThrows(
      new TypeError(`${name}: ${expected}, got an object of class AbortController`),
      `an AbortController in ${name}`,
      () => call({ signal } as never),
    );
    itThrows(
      new TypeError(`${name}: ${expected}, got an object of class EventTarget`),
      `an EventTarget in ${name}`,
      () => call({ signal: new EventTarget() } as never),
    );
  }
});

describe('what is no awaitable, or no function, throws', () => {
  const awaitable = 'awaitable must be an ObservableInput or a coroutine function';
  itThrows(new TypeError(`createTask: ${awaitable}, got 42`), 'a number in createTask', () => createTask(42 as never));
  itThrows(new TypeError(`createTask: ${awaitable}, got the string 'abc'`), 'a string in createTask', () =>
    createTask('abc' as never),
  );
  itThrows(new TypeError(`shield: ${awaitable}, got an object`), 'what has a length that is no number in shield', () =>
    shield({ length: '1' } as never),
  );
  itThrows(new TypeError(`shield: ${awaitable}, got undefined`), 'undefined in shield', () =>
    shield(undefined as never),
  );
  itThrows(new TypeError(`waitFor: ${awaitable}, got an object`), 'an object in waitFor', () =>
    waitFor({} as never, 1),
  );
  itThrows(new TypeError('taskGroup: body must be a function, got an Observable'), 'an Observable in taskGroup', () =>
    taskGroup(source as never),
  );
  itThrows(new TypeError('taskGroup: body must be a function, got an array'), 'an array in taskGroup', () =>
    taskGroup([] as never),
  );
  itThrows(
    new TypeError('asyncFinalize: callback must be a function, got a Promise'),
    'a Promise in asyncFinalize',
    () => asyncFinalize(promise as never),
  );
});

describe('an element that is no awaitable is an error notification', () => {
  const expected = 'must be an ObservableInput or a coroutine function';
  const list = [source, 42 as never];
  const record = { good: source, bad: 'abc' as never };

  it.each<[string, Observable<unknown>, string]>([
    ['its index in gather', gather(list), `gather: awaitables[1] ${expected}, got 42`],
    [
      'its index in gather with concurrency',
      gather(list, { concurrency: 1 }),
      `gather: awaitables[1] ${expected}, got 42`,
    ],
    [
      'its index in gather with returnExceptions',
      gather(list, { returnExceptions: true }),
      `gather: awaitables[1] ${expected}, got 42`,
    ],
    ['its name in gather', gather(record), `gather: awaitables.bad ${expected}, got the string 'abc'`],
    ['its index in asCompleted', asCompleted(list), `asCompleted: awaitables[1] ${expected}, got 42`],
    ['its name in asCompleted', asCompleted(record), `asCompleted: awaitables.bad ${expected}, got the string 'abc'`],
    ['its index in wait', wait(list), `wait: awaitables[1] ${expected}, got 42`],
    [
      'the number of its arrival in gatherAll',
      of(...list).pipe(gatherAll()),
      `gatherAll: awaitables[1] ${expected}, got 42`,
    ],
    [
      'the number of its arrival in asCompletedAll',
      of(...list).pipe(asCompletedAll()),
      `asCompletedAll: awaitables[1] ${expected}, got 42`,
    ],
    ['the number of its arrival in waitAll', of(...list).pipe(waitAll()), `waitAll: awaitables[1] ${expected}, got 42`],
  ])('with %s', (_title, result, message) => {
    expect(failureOf(result)).toStrictEqual(new TypeError(message));
  });

  it.each<[string, (awaitables: readonly Awaitable<unknown>[]) => Observable<unknown>]>([
    ['gather', (awaitables) => gather(awaitables)],
    ['gather with returnExceptions', (awaitables) => gather(awaitables, { returnExceptions: true })],
    ['asCompleted', (awaitables) => asCompleted(awaitables)],
    ['wait', (awaitables) => wait(awaitables)],
  ])('before anything of a list is started by %s', (_title, combine) => {
    const started = jest.fn(() => source);
    expect(failureOf(combine([started, 42 as never]))).toBeInstanceOf(TypeError);
    expect(started).not.toHaveBeenCalled();
  });

  it('of a sparse list, too', () => {
    const sparse: Awaitable<number>[] = new Array<Awaitable<number>>(1);
    expect(failureOf(gather(sparse))).toStrictEqual(
      new TypeError('gather: awaitables[0] must be an ObservableInput or a coroutine function, got undefined'),
    );
  });
});

describe('wait of nothing is an error notification', () => {
  it.each([
    ['wait', wait([])],
    ['waitAll', from<Observable<number>[]>([]).pipe(waitAll())],
  ])('of %s', (name, result) => {
    expect(failureOf(result)).toStrictEqual(new RangeError(`${name}: there must be at least one awaitable`));
  });
});

describe('the facades throw as the Observables do, at the call', () => {
  itThrows(
    new TypeError(
      'gather: awaitables must be an iterable, an async iterable or a plain record of awaitables, got a Promise',
    ),
    'a Promise in gather',
    () => promises.gather(promise as never),
  );
  itThrows(
    new TypeError('wait: awaitables must be an iterable or async iterable of awaitables, got a Promise'),
    'a Promise in wait',
    () => promises.wait(promise as never),
  );
  itThrows(
    new TypeError(
      'asCompleted: awaitables must be an iterable, an async iterable or a plain record of awaitables, got a Promise',
    ),
    'a Promise in asCompleted',
    () => promises.asCompleted(promise as never),
  );
  itThrows(
    new RangeError('asCompleted: concurrency must be a positive integer or Infinity, got 0'),
    'a concurrency of 0 in asCompleted',
    () => promises.asCompleted([], { concurrency: 0 }),
  );
});
