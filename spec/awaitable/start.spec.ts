import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises';
import { EMPTY, NEVER, observable, type ObservableInput, of, Subject } from 'rxjs';
import {
  asCompleted,
  type Awaitable,
  CancelledError,
  type Coroutine,
  type CoroutineContext,
  createTask,
  gather,
  type Outcome,
} from 'rx-asyncio';
import { deferred } from '../support/deferred';
import { emptyError } from '../support/rxjs-errors';

const failure = new Error('failed');

async function outcome<T>(awaitable: Awaitable<T>): Promise<Outcome<T>> {
  const [settled] = await Promise.allSettled([createTask(awaitable, { name: 'task' })]);
  return settled;
}

/** The same stream where a platform knows nothing of `for await`. */
function withoutIterator<T>(stream: ReadableStream<T>): Awaitable<T> {
  return { getReader: () => stream.getReader() } as ReadableStream<T>;
}

function fulfilled<T>(value: T): Outcome<T> {
  return { status: 'fulfilled', value };
}

function rejected(reason: unknown): Outcome<never> {
  return { status: 'rejected', reason };
}

describe('the result of an awaitable', () => {
  it.each<[string, Awaitable<string>]>([
    ['an Observable', of('first', 'last')],
    ['a Promise', Promise.resolve('last')],
    ['an array', ['first', 'last']],
    ['a Set', new Set(['first', 'last'])],
    ['an array-like object', { length: 2, 0: 'first', 1: 'last' }],
    ['a ReadableStream', new Blob(['last']).stream().pipeThrough(new TextDecoderStream())],
    [
      'a ReadableStream that cannot be iterated over',
      withoutIterator(new Blob(['last']).stream().pipeThrough(new TextDecoderStream())),
    ],
    ['an Observable of another library', { [observable]: () => of('first', 'last') } as unknown as Awaitable<string>],
    ['a coroutine function that returns an Observable', () => of('first', 'last')],
    ['a coroutine function that returns a Promise', () => Promise.resolve('last')],
    ['a coroutine function that returns an array', () => ['first', 'last']],
    ['an async function', async () => (await nextTurn(), 'last')],
  ])('is the last value of %s', async (_title, awaitable) => {
    expect(await outcome(awaitable)).toStrictEqual(fulfilled('last'));
  });

  it('is the last value of an async generator, also of one that a coroutine function returns', async () => {
    async function* values() {
      yield 'first';
      await nextTurn();
      yield 'last';
    }
    expect(await outcome(values())).toStrictEqual(fulfilled('last'));
    expect(await outcome(values)).toStrictEqual(fulfilled('last'));
  });

  it('is the last value of a generator function', async () => {
    function* values() {
      yield 'first';
      yield 'last';
    }
    expect(await outcome(values)).toStrictEqual(fulfilled('last'));
  });

  it('is what a thenable resolves with, also one that a coroutine function returns', async () => {
    const then = (resolve: (value: string) => void) => {
      queueMicrotask(() => {
        resolve('value');
      });
    };
    const thenable = { then } as PromiseLike<string>;
    const callable = Object.assign(() => undefined, { then }) as unknown as PromiseLike<string>;
    expect(await outcome(thenable)).toStrictEqual(fulfilled('value'));
    expect(await outcome(() => thenable)).toStrictEqual(fulfilled('value'));
    expect(await outcome(() => callable)).toStrictEqual(fulfilled('value'));
  });

  it.each<[string, Awaitable<never>, verb?: string]>([
    ['an Observable', EMPTY],
    ['an array', []],
    ['a coroutine function that returns an empty Observable', () => EMPTY],
    ['a coroutine function that returns an empty array', () => []],
    [
      'an async generator',
      // eslint-disable-next-line @typescript-eslint/require-await
      async function* () {
        yield* [];
      },
      'ended',
    ],
  ])('is EmptyError where %s gives no value', async (_title, awaitable, verb = 'completed') => {
    expect(await outcome(awaitable)).toStrictEqual(rejected(emptyError(`task ${verb} without a value`)));
  });

  it('is the failure of what a coroutine function returns, or throws', async () => {
    const throwing = (): ObservableInput<never> => {
      throw failure;
    };
    async function* failing() {
      yield 'value';
      await nextTurn();
      throw failure;
    }
    expect(await outcome(throwing)).toStrictEqual(rejected(failure));
    expect(await outcome(() => Promise.reject(failure))).toStrictEqual(rejected(failure));
    expect(await outcome(failing)).toStrictEqual(rejected(failure));
    expect(await outcome(failing())).toStrictEqual(rejected(failure));
  });

  it('is a TypeError that names the coroutine function and what it returned, if that is no ObservableInput', async () => {
    const answer = (() => 42) as unknown as Coroutine<never>;
    expect(await outcome(answer)).toStrictEqual(
      rejected(new TypeError('task: the coroutine function answer must return an ObservableInput, got 42')),
    );
  });
});

describe('a coroutine function', () => {
  it('has its slot in gather when it returns an Observable, too', () => {
    const slow = new Subject<string>();
    const task = createTask(gather([() => of('quick'), () => slow]));
    slow.next('slow');
    expect(task.done).toBe(false);
    slow.complete();
    expect(task.result()).toEqual(['quick', 'slow']);
  });

  it('is called once per subscription', () => {
    const calls: number[] = [];
    const result = gather([() => of(calls.push(calls.length))]);
    expect(calls).toEqual([]);
    const results: number[][] = [];
    const collect = {
      next: (list: number[]) => results.push(list),
      error: (error: unknown) => {
        throw error;
      },
    };
    result.subscribe(collect);
    result.subscribe(collect);
    expect(results).toEqual([[1], [2]]);
  });

  describe('given its context', () => {
    const { AbortController } = globalThis;
    let controllers: number;

    beforeEach(() => {
      controllers = 0;
      globalThis.AbortController = class extends AbortController {
        constructor() {
          super();
          controllers++;
        }
      };
    });

    afterEach(() => {
      globalThis.AbortController = AbortController;
    });

    it('costs no AbortController while nobody reads the signal, not even when it is cancelled', () => {
      const contexts: CoroutineContext[] = [];
      const coroutine = (context: CoroutineContext) => {
        contexts.push(context);
        return NEVER;
      };
      for (let n = 0; n < 100; n++) createTask(coroutine).cancel();
      expect(contexts).toHaveLength(100);
      expect(controllers).toBe(0);
    });

    it('costs one when the signal is read, however often', () => {
      const signals: AbortSignal[] = [];
      const task = createTask((context) => {
        signals.push(context.signal, context.signal, { ...context }.signal);
        return NEVER;
      });
      expect(controllers).toBe(1);
      expect(new Set(signals).size).toBe(1);
      task.cancel();
      expect(signals[0]?.aborted).toBe(true);
    });

    it('costs none for a function without a parameter', () => {
      for (let n = 0; n < 100; n++) void createTask(() => of(n));
      expect(controllers).toBe(0);
    });

    it('gives each call a signal of its own', () => {
      const signals: AbortSignal[] = [];
      const coroutine = ({ signal }: CoroutineContext) => {
        signals.push(signal);
        return NEVER;
      };
      const tasks = [createTask(coroutine), createTask(coroutine)];
      tasks[0]?.cancel();
      expect(controllers).toBe(2);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    });
  });

  it('sees its signal aborted when it reads it only after the cancellation', async () => {
    const started = deferred();
    const seen: boolean[] = [];
    const task = createTask(async (context) => {
      await started.promise;
      seen.push(context.signal.aborted);
    });
    task.cancel();
    started.resolve();
    await nextTurn();
    expect(task.status).toBe('cancelled');
    expect(seen).toEqual([true]);
  });

  it('has a signal that does not abort when it ends by itself', async () => {
    const signals: AbortSignal[] = [];
    await outcome(({ signal }) => {
      signals.push(signal);
      return Promise.resolve('value');
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });

  it('has a signal that does not abort when it fails by itself', async () => {
    let aborted: (() => boolean) | undefined;
    const task = createTask(({ signal }) => {
      aborted = () => signal.aborted;
      return Promise.reject(failure);
    });
    await expect(task).rejects.toBe(failure);
    expect(aborted?.()).toBe(false);
  });

  it('can hand its context on as options: setTimeout of node:timers/promises is cancelled', async () => {
    const task = createTask((context) => setTimeout(60_000, 'value', context));
    expect(task.cancel('enough')).toBe(true);
    await expect(task).rejects.toStrictEqual(new CancelledError('enough'));
    expect(task.status).toBe('cancelled');
  });

  it('can spread its context into options: what takes an options bag is cancelled', async () => {
    const given: unknown[] = [];
    const request = (method: string, { signal, ...rest }: { signal: AbortSignal; headers: string[] }) => {
      given.push(method, rest);
      return new Promise<string>((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
      });
    };
    const task = createTask((context) => request('POST', { ...context, headers: ['accept'] }));
    task.cancel('enough');
    await expect(task).rejects.toStrictEqual(new CancelledError('enough'));
    expect(given).toEqual(['POST', { headers: ['accept'] }]);
  });

  it('can hand its context on where an abort throws an AbortError', async () => {
    const task = createTask((context) => readFile(__filename, context));
    task.cancel('enough');
    await expect(task).rejects.toStrictEqual(new CancelledError('enough'));
  });

  describe('that declares no parameter', () => {
    it('gets its signal through rest parameters', async () => {
      const coroutine = (...[{ signal }]: [CoroutineContext]) => setTimeout(60_000, 'value', { signal });
      expect(coroutine).toHaveLength(0);
      const task = createTask(coroutine);
      task.cancel('enough');
      await expect(task).rejects.toStrictEqual(new CancelledError('enough'));
    });

    it('gets its signal through a parameter with a default value', async () => {
      const coroutine = ({ signal }: Partial<CoroutineContext> = {}) =>
        setTimeout(60_000, 'value', signal ? { signal } : {});
      expect(coroutine).toHaveLength(0);
      const task = createTask(coroutine);
      task.cancel('enough');
      await expect(task).rejects.toStrictEqual(new CancelledError('enough'));
    });

    it('gets its own signal, even while a nested one is called', () => {
      const signals: AbortSignal[] = [];
      const read = (...[context]: [CoroutineContext]) => {
        signals.push(context.signal);
        return NEVER;
      };
      const outer = (...[context]: [CoroutineContext]) => {
        signals.push(context.signal);
        void createTask(read);
        signals.push(context.signal);
        return NEVER;
      };
      const task = createTask(outer);
      const [before, nested, after] = signals;
      expect(after).toBe(before);
      expect(nested).not.toBe(before);
      task.cancel();
      expect([before?.aborted, nested?.aborted]).toEqual([true, false]);
    });

    it('reads its signal also later on, and sees why it was cancelled', () => {
      const contexts: CoroutineContext[] = [];
      const task = createTask((...[context]: [CoroutineContext]) => {
        contexts.push(context);
        return NEVER;
      });
      task.cancel('enough');
      expect(contexts[0]?.signal.reason).toEqual(new CancelledError('enough'));
    });
  });
});

describe('an async iterable', () => {
  /** Never yields, and logs when it is left. */
  function endless(log: string[]): AsyncIterable<never> {
    return {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<never>(() => undefined),
        return: () => {
          log.push('left');
          return Promise.resolve({ done: true as const, value: undefined });
        },
      }),
    };
  }

  it('is told at once when it is left, though it has not answered yet', () => {
    const log: string[] = [];
    const task = createTask(endless(log));
    expect(log).toEqual([]);
    task.cancel();
    expect(log).toEqual(['left']);
    expect(task.status).toBe('cancelled');
  });

  it.each<[string, () => Promise<IteratorResult<never>>]>([
    ['come to its end', () => Promise.resolve({ done: true, value: undefined })],
    ['failed', () => Promise.reject(failure)],
  ])('is not told anything when it has %s', async (_title, next) => {
    const close = jest.fn();
    await outcome({ [Symbol.asyncIterator]: () => ({ next, return: close }) });
    expect(close).not.toHaveBeenCalled();
  });

  it('is left at its next value when it is the coroutine function, of which it has read no signal', async () => {
    const log: string[] = [];
    const gate = deferred();
    async function* values() {
      try {
        yield 'first';
        await gate.promise;
        yield 'second';
        log.push('went on');
      } finally {
        log.push('left');
      }
    }
    const task = createTask(values);
    await nextTurn();
    task.cancel();
    expect(task.status).toBe('cancelled');
    gate.resolve();
    await nextTurn();
    expect(log).toEqual(['left']);
  });

  it('is waited for when it is the coroutine function, and has read its signal', async () => {
    const log: string[] = [];
    const cleanup = deferred();
    const task = createTask(async function* ({ signal }: CoroutineContext) {
      try {
        yield 'first';
        await setTimeout(60_000, undefined, { signal });
      } finally {
        await cleanup.promise;
        log.push('cleaned up');
      }
    });
    await nextTurn();
    task.cancel();
    await nextTurn();
    expect(task.status).toBe('pending');
    cleanup.resolve();
    await nextTurn();
    expect(log).toEqual(['cleaned up']);
    expect(task.status).toBe('cancelled');
  });

  it('is cancelled, not empty, when it is the coroutine function, and heeds its signal before it has a value', async () => {
    const task = createTask(async function* ({ signal }: CoroutineContext) {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      if (!signal.aborted) yield 'value';
    });
    task.cancel();
    await Promise.allSettled([task]);
    expect(task.status).toBe('cancelled');
  });
});

describe('an async iterable that is left between two of its values', () => {
  it('is waited for while it cleans up: one that is a timeout, say', async () => {
    const cleanup = deferred();
    const settled = jest.fn();
    async function* ticks() {
      try {
        yield 'first';
        yield 'second';
      } finally {
        await cleanup.promise;
      }
    }
    asCompleted([NEVER], { timeout: ticks() }).subscribe({ error: settled });
    await nextTurn();
    expect(settled).not.toHaveBeenCalled();
    cleanup.resolve();
    await nextTurn();
    expect(settled).toHaveBeenCalledTimes(1);
  });
});
