import { setImmediate as nextTurn } from 'node:timers/promises';
import { NEVER, of, Subject, throwError } from 'rxjs';
import { asCompleted, createTask } from 'rx-asyncio/promises';
import { cleaning, failingCleanup } from '../support/aborted';
import { deferred } from '../support/deferred';
import { listeners } from '../support/listeners';
import { emptyError, timeoutError } from '../support/rxjs-errors';
import { unhandledRejections } from '../support/unhandled-rejections';

const failure = new Error('failed');
const reason = new Error('not wanted any more');

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

  it('leaves what fails to who hears of it otherwise, where it is not iterated', async () => {
    const reported = await unhandledRejections(() => {
      asCompleted([Promise.reject(failure)]);
      asCompleted([Promise.reject(reason)], { signal: AbortSignal.abort() });
    });
    expect(reported).toEqual([failure]);
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
    await expect(empty.next()).rejects.toStrictEqual(
      emptyError('asCompleted: awaitables[0] completed without a value'),
    );
    const late = asCompleted([NEVER], { timeout: of('at once') })[Symbol.asyncIterator]();
    await expect(late.next()).rejects.toStrictEqual(timeoutError('asCompleted timed out'));
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

  it('answers as many as there are, of what has ended at once, within the same stack', async () => {
    function* later() {
      yield nextTurn(0);
      for (let i = 1; i < 5000; i++) yield of(i);
    }
    const iterator = asCompleted(later(), { concurrency: 1 });
    const results = await Promise.all(Array.from({ length: 5000 }, () => iterator.next()));
    expect(results.map(({ value }) => value as unknown)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
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
    await expect(first(asCompleted([failingCleanup(failure), of('first')]))).rejects.toBe(failure);
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

  describe('with a signal', () => {
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
  });
});
