import { getEventListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { NEVER, Observable, of, Subject, throwError } from 'rxjs';
import {
  ALL_COMPLETED,
  asCompleted,
  asyncFinalize,
  CancelledError,
  type CoroutineContext,
  createTask,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  gather,
  InvalidStateError,
  Task,
  wait,
} from 'rx-asyncio/promises';
import * as observables from 'rx-asyncio';
import { type Deferred, deferred } from './support/deferred';
import { emptyError, timeoutError } from './support/rxjs-errors';
import { unhandledRejections } from './support/unhandled-rejections';

const failure = new Error('failed');
const reason = new Error('not wanted any more');

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

/** Runs until its signal aborts, then cleans up until `cleanup` resolves. */
function cleaning(log: string[], cleanup: Promise<void> = Promise.resolve()) {
  return async ({ signal }: CoroutineContext): Promise<never> => {
    log.push('started');
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
    await cleanup;
    log.push('cleaned up');
    throw signal.reason;
  };
}

/** Takes the first result of a loop, and leaves it. */
async function first<T>(completed: AsyncIterable<T>): Promise<T> {
  for await (const result of completed) return result;
  throw new Error('there are no results');
}

async function all<T>(completed: AsyncIterable<T>): Promise<T[]> {
  const results: T[] = [];
  for await (const result of completed) results.push(result);
  return results;
}

it('exports what is not a combinator as well', () => {
  expect(Task).toBe(observables.Task);
  expect(createTask).toBe(observables.createTask);
  expect(CancelledError).toBe(observables.CancelledError);
  expect(InvalidStateError).toBe(observables.InvalidStateError);
  expect(asyncFinalize).toBe(observables.asyncFinalize);
  expect([ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION]).toEqual([
    observables.ALL_COMPLETED,
    observables.FIRST_COMPLETED,
    observables.FIRST_EXCEPTION,
  ]);
});

describe('gather', () => {
  it('resolves with the results of a list or a record', async () => {
    expect(await gather([of(1), () => Promise.resolve('two')])).toEqual([1, 'two']);
    expect(await gather({ one: of(1), two: () => Promise.resolve('two') })).toEqual({ one: 1, two: 'two' });
    expect(await gather([])).toEqual([]);
  });

  it('starts at the call, not when it is awaited', () => {
    const log: string[] = [];
    void gather([
      () => {
        log.push('started');
        return of(1);
      },
    ]);
    expect(log).toEqual(['started']);
  });

  it('rejects with the first failure, after the cleanup of the rest', async () => {
    const log: string[] = [];
    const failing = new Subject<never>();
    const result = gather([cleaning(log), failing]);
    failing.error(failure);
    await expect(result).rejects.toBe(failure);
    expect(log).toEqual(['started', 'cleaned up']);
  });

  it('resolves with outcomes with returnExceptions', async () => {
    expect(await gather([of(1), throwError(() => failure)], { returnExceptions: true })).toEqual([
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: failure },
    ]);
  });
});

describe('wait', () => {
  it('resolves with what is done and pending', async () => {
    const log: string[] = [];
    const { done, pending } = await wait([of(1), cleaning(log)], { returnWhen: FIRST_COMPLETED });
    expect([...done].map((task) => task.result())).toEqual([1]);
    expect([...pending].map((task) => task.status)).toEqual(['cancelled']);
    expect(log).toEqual([]);
  });

  it('has waited for the cleanup of what a timeout has cancelled', async () => {
    const log: string[] = [];
    const timeout = new Subject<void>();
    const waiting = wait([cleaning(log)], { timeout });
    timeout.next();
    const { pending } = await waiting;
    expect([...pending].map((task) => task.status)).toEqual(['cancelled']);
    expect(log).toEqual(['started', 'cleaned up']);
  });

  it('rejects for nothing', async () => {
    await expect(wait([])).rejects.toStrictEqual(new RangeError('wait: there must be at least one awaitable'));
  });
});

describe('asCompleted', () => {
  it('gives each result as it is there', async () => {
    const slow = deferred<string>();
    const results: string[] = [];
    for await (const result of asCompleted([() => slow.promise, of('fast')])) {
      results.push(result);
      slow.resolve('slow');
    }
    expect(results).toEqual(['fast', 'slow']);
  });

  it('starts nothing before it is iterated, and everything anew for each loop', async () => {
    const log: string[] = [];
    const completed = asCompleted([
      () => {
        log.push('started');
        return of('result');
      },
    ]);
    expect(log).toEqual([]);
    for await (const result of completed) log.push(result);
    for await (const result of completed) log.push(result);
    expect(log).toEqual(['started', 'result', 'started', 'result']);
  });

  it('ends at once for nothing', async () => {
    expect(await all(asCompleted([]))).toEqual([]);
  });

  it('throws the first failure into the loop, after the results before it and the cleanup of the rest', async () => {
    const log: string[] = [];
    const loop = async () => {
      for await (const result of asCompleted([cleaning(log), of('first'), throwError(() => failure)])) {
        log.push(result);
      }
    };
    await expect(loop()).rejects.toBe(failure);
    expect(log).toEqual(['started', 'first', 'cleaned up']);
  });

  it('throws EmptyError and TimeoutError as they are', async () => {
    const empty = asCompleted([[]])[Symbol.asyncIterator]();
    await expect(empty.next()).rejects.toStrictEqual(emptyError);
    const late = asCompleted([NEVER], { timeout: of('at once') })[Symbol.asyncIterator]();
    await expect(late.next()).rejects.toStrictEqual(timeoutError);
  });

  it('throws no TimeoutError when all was there in time, though the loop took longer', async () => {
    const timeout = new Subject<void>();
    const results: number[] = [];
    for await (const result of asCompleted([of(1), of(2)], { timeout })) {
      results.push(result);
      timeout.next();
    }
    expect(results).toEqual([1, 2]);
  });

  it('throws the reason of a signal that has aborted already once, and is at its end then', async () => {
    const iterator = asCompleted([of(1)], { signal: AbortSignal.abort(failure) })[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toBe(failure);
    await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it('throws a failure once, and is at its end then', async () => {
    const iterator = asCompleted([throwError(() => failure)])[Symbol.asyncIterator]();
    await expect(iterator.next()).rejects.toBe(failure);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('answers calls of next() in order, also when they do not wait for each other', async () => {
    const iterator = asCompleted([of(1), of(2)])[Symbol.asyncIterator]();
    expect(await Promise.all([iterator.next(), iterator.next(), iterator.next()])).toEqual([
      { done: false, value: 1 },
      { done: false, value: 2 },
      { done: true, value: undefined },
    ]);
  });

  it('cancels what is left when the loop is left, and waits for its cleanup', async () => {
    const log: string[] = [];
    const cleanup = deferred();
    const loop = (async () => {
      for await (const result of asCompleted([cleaning(log, cleanup.promise), of('first')])) {
        log.push(result);
        break;
      }
      log.push('left');
    })();
    await nextTurn();
    expect(log).toEqual(['started', 'first']);
    cleanup.resolve();
    await loop;
    expect(log).toEqual(['started', 'first', 'cleaned up', 'left']);
  });

  it('cancels what is left when the body of the loop throws, which comes through', async () => {
    const log: string[] = [];
    const loop = async () => {
      for await (const result of asCompleted([cleaning(log), of('first')])) throw new Error(`body: ${result}`);
    };
    await expect(loop()).rejects.toThrow('body: first');
    expect(log).toEqual(['started', 'cleaned up']);
  });

  it('lets Tasks run on when the loop is left', async () => {
    const task = createTask(NEVER);
    expect(await first(asCompleted([task, of(1)]))).toBe(1);
    expect(task.status).toBe('pending');
  });

  it('throws what fails in the cleanup when the loop is left', async () => {
    const failing = async ({ signal }: CoroutineContext) => {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
      throw failure;
    };
    await expect(first(asCompleted([failing, of('first')]))).rejects.toBe(failure);
  });

  it('gives a pending next() its end when return() is called', async () => {
    const iterator = asCompleted([NEVER])[Symbol.asyncIterator]();
    const next = iterator.next();
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it.each<[string, (iterator: AsyncIterator<never>, controller: AbortController) => unknown]>([
    ['return() was called', (iterator) => iterator.return?.()],
    [
      'the signal has aborted',
      (_iterator, controller) => {
        controller.abort(reason);
      },
    ],
  ])('waits in return() for a cleanup that is under way since %s', async (_title, cancel) => {
    const log: string[] = [];
    const cleanup = deferred();
    const controller = new AbortController();
    const iterator = asCompleted([cleaning(log, cleanup.promise)], controller)[Symbol.asyncIterator]();
    iterator.next().catch(() => undefined);
    void cancel(iterator, controller);
    const returned = iterator.return?.().then(() => log.push('returned'));
    await nextTurn();
    expect(log).toEqual(['started']);
    cleanup.resolve();
    await returned;
    expect(log).toEqual(['started', 'cleaned up', 'returned']);
  });

  it('starts nothing after return()', async () => {
    const log: string[] = [];
    const iterator = asCompleted([cleaning(log)])[Symbol.asyncIterator]();
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(log).toEqual([]);
  });

  it('starts nothing after return(), also when that has not been answered yet', async () => {
    const log: string[] = [];
    const iterator = asCompleted([cleaning(log)])[Symbol.asyncIterator]();
    const end = { done: true, value: undefined };
    expect(await Promise.all([iterator.return?.(), iterator.next()])).toEqual([end, end]);
    expect(log).toEqual([]);
  });

  describe('with concurrency', () => {
    function* counted(total: number, started: number[]) {
      for (let n = 1; n <= total; n++) {
        yield () => {
          started.push(n);
          return of(n);
        };
      }
    }

    it.each([1, 3, 8])('lets at most %i results wait for a slow consumer', async (concurrency) => {
      const started: number[] = [];
      const ahead: number[] = [];
      const taken: number[] = [];
      for await (const result of asCompleted(counted(20, started), { concurrency })) {
        taken.push(result);
        await nextTurn();
        ahead.push(started.length - taken.length);
      }
      expect(taken).toHaveLength(20);
      expect(Math.max(...ahead)).toBe(concurrency);
    });

    it('starts no more than that before the first result is taken', async () => {
      const started: number[] = [];
      const iterator = asCompleted(counted(20, started), { concurrency: 4 })[Symbol.asyncIterator]();
      const first = iterator.next();
      expect(started).toEqual([1, 2, 3, 4, 5]);
      expect(await first).toEqual({ done: false, value: 1 });
      await nextTurn();
      expect(started).toEqual([1, 2, 3, 4, 5]);
      await iterator.return?.();
    });

    it('takes an endless generator', async () => {
      const results: number[] = [];
      for await (const result of asCompleted(counted(Infinity, []), { concurrency: 2 })) {
        results.push(result);
        if (result === 100) break;
      }
      expect(results).toHaveLength(100);
    });
  });
});

describe('the signal', () => {
  type Start = (coroutine: (context: CoroutineContext) => Promise<never>, signal: AbortSignal) => Promise<unknown>;

  /** Each facade, run over a coroutine until its end. */
  const facades: [string, Start][] = [
    ['gather', (coroutine, signal) => gather([coroutine], { signal })],
    ['gather of a record', (coroutine, signal) => gather({ coroutine }, { signal })],
    ['gather with concurrency', (coroutine, signal) => gather([coroutine], { signal, concurrency: 1 })],
    ['gather with returnExceptions', (coroutine, signal) => gather([coroutine], { signal, returnExceptions: true })],
    ['wait', (coroutine, signal) => wait([coroutine], { signal })],
    ['asCompleted', (coroutine, signal) => asCompleted([coroutine], { signal })[Symbol.asyncIterator]().next()],
  ];

  describe.each(facades)('of %s', (_title, start) => {
    let controller: AbortController;
    let log: string[];
    let cleanup: Deferred<void>;

    beforeEach(() => {
      controller = new AbortController();
      log = [];
      cleanup = deferred();
    });

    it('keeps everything from starting when it is aborted before', async () => {
      controller.abort(reason);
      await expect(start(cleaning(log), controller.signal)).rejects.toBe(reason);
      expect(log).toEqual([]);
      expect(listeners(controller.signal)).toBe(0);
    });

    it('cancels when it aborts, and rejects with its reason after all cleanup', async () => {
      const ended = start(cleaning(log, cleanup.promise), controller.signal).catch((error: unknown) => {
        log.push('ended');
        return error;
      });
      expect(listeners(controller.signal)).toBe(1);
      controller.abort(reason);
      await nextTurn();
      expect(log).toEqual(['started']);
      cleanup.resolve();
      expect(await ended).toBe(reason);
      expect(log).toEqual(['started', 'cleaned up', 'ended']);
      expect(listeners(controller.signal)).toBe(0);
    });

    it('rejects with what fails in the cleanup in place of the reason, and reports nothing', async () => {
      const unhandled = await unhandledRejections(async () => {
        const ended = start(async ({ signal }) => {
          await new Promise<void>((resolve) => {
            signal.addEventListener('abort', () => {
              resolve();
            });
          });
          throw failure;
        }, controller.signal);
        controller.abort(reason);
        await expect(ended).rejects.toBe(failure);
      });
      expect(unhandled).toEqual([]);
    });
  });

  it('hands its reason on to the coroutines, those that became Tasks too', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const reasons: unknown[] = [];
    const coroutine = async (context: CoroutineContext) => {
      await new Promise<void>((resolve) => {
        context.signal.addEventListener('abort', () => {
          resolve();
        });
      });
      reasons.push(context.signal.reason);
      throw context.signal.reason;
    };
    const ends = [gather([coroutine], { signal }), first(asCompleted([coroutine], { signal }))];
    const waiting = wait([coroutine], { signal });
    controller.abort(reason);
    for (const end of [...ends, waiting]) await expect(end).rejects.toBe(reason);
    expect(reasons).toStrictEqual([reason, reason, reason]);
  });

  type Run = (source: Observable<string>, signal: AbortSignal) => Promise<unknown>;

  const runs: [string, Run][] = [
    ['gather', (source, signal) => gather([source], { signal })],
    ['wait', (source, signal) => wait([source], { signal }).then(({ done }) => Promise.all(done))],
    ['asCompleted', (source, signal) => all(asCompleted([source], { signal }))],
  ];

  it.each(runs)('has no listener left after the success of %s, and no effect', async (_title, run) => {
    const { signal } = new AbortController();
    expect(await run(of('result'), signal)).toEqual(['result']);
    expect(listeners(signal)).toBe(0);
  });

  it.each(runs)('has no listener left after the failure of %s', async (_title, run) => {
    const { signal } = new AbortController();
    const failing = throwError(() => failure);
    await expect(run(failing, signal)).rejects.toBe(failure);
    expect(listeners(signal)).toBe(0);
  });

  it('has no effect after the end', async () => {
    const controller = new AbortController();
    const result = gather([of('result')], { signal: controller.signal });
    controller.abort(reason);
    expect(await result).toEqual(['result']);
  });

  it('has no listener left after a loop over asCompleted was left', async () => {
    const { signal } = new AbortController();
    const iterator = asCompleted([of(1), NEVER], { signal })[Symbol.asyncIterator]();
    await iterator.next();
    expect(listeners(signal)).toBe(1);
    await iterator.return?.();
    expect(listeners(signal)).toBe(0);
  });

  it('drops the results that a loop over asCompleted has not taken', async () => {
    const controller = new AbortController();
    const results: number[] = [];
    const loop = async () => {
      for await (const result of asCompleted([of(1), of(2), NEVER], { signal: controller.signal })) {
        results.push(result);
        controller.abort(reason);
      }
    };
    await expect(loop()).rejects.toBe(reason);
    expect(results).toEqual([1]);
  });

  it('is listened to once, however many awaitables there are', () => {
    const { signal } = new AbortController();
    void gather(
      Array.from({ length: 100 }, () => NEVER),
      { signal },
    );
    expect(listeners(signal)).toBe(1);
  });

  it('cancels Tasks in gather, and lets them run on in wait and asCompleted', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const gathered = createTask(NEVER);
    const waitedFor = createTask(NEVER);
    const iterated = createTask(NEVER);
    const ends = [
      gather([gathered], { signal }),
      wait([waitedFor], { signal }),
      asCompleted([iterated], { signal })[Symbol.asyncIterator]().next(),
    ];
    controller.abort(reason);
    for (const end of ends) await expect(end).rejects.toBe(reason);
    expect([gathered, waitedFor, iterated].map((task) => task.status)).toEqual(['cancelled', 'pending', 'pending']);
  });
});
