import { CancelledError, createTask, type Task } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import * as rxjs from 'rxjs';
import { NEVER, of, throwError } from 'rxjs';
import { cleaning } from '../support/aborted';
import { unhandledRejections } from '../support/unhandled-rejections';

const failure = new Error('failed');

describe('a Task is a Promise:', () => {
  it('it is taken for one', async () => {
    const take = async (promise: Promise<number>): Promise<number> => (await promise) + 1;
    const task: Task<number> = createTask(of(1));
    expect(await take(task)).toBe(2);
    expect(task[Symbol.toStringTag]).toBe('Task');
  });

  it('catch() is called with its failure, and only then', async () => {
    const recovered = jest.fn(() => 'recovered');
    expect(await createTask(throwError(() => failure)).catch(recovered)).toBe('recovered');
    expect(await createTask(of('value')).catch(recovered)).toBe('value');
    expect(recovered.mock.calls).toEqual([[failure]]);
    await expect(createTask(throwError(() => failure)).catch()).rejects.toBe(failure);
  });

  it('finally() is called at its end, and passes that on', async () => {
    const ended = jest.fn();
    expect(await createTask(of('value')).finally(ended)).toBe('value');
    await expect(createTask(throwError(() => failure)).finally(ended)).rejects.toBe(failure);
    const cancelled = createTask(NEVER);
    cancelled.cancel();
    await expect(cancelled.finally(ended)).rejects.toBeInstanceOf(CancelledError);
    expect(ended.mock.calls).toEqual([[], [], []]);
    expect(await createTask(of('value')).finally()).toBe('value');
  });

  it('finally() fails with what it throws, in place of the end', async () => {
    const ended = createTask(of('value')).finally(() => {
      throw failure;
    });
    await expect(ended).rejects.toBe(failure);
  });

  it('catch() and finally() count as somebody who listens, and what they give is reported as that of a Promise', async () => {
    const reported = await unhandledRejections(() => {
      createTask(throwError(() => failure)).catch(() => {});
      void createTask(throwError(() => new Error('passed on'))).finally(() => {});
    });
    expect(reported).toEqual([new Error('passed on')]);
  });

  it('it works with the functions of Promise', async () => {
    const tasks = () => [createTask(of(1)), createTask(of(2))] as const;
    expect(await Promise.all(tasks())).toEqual([1, 2]);
    expect(await Promise.race(tasks())).toBe(1);
    expect(await Promise.any([createTask(throwError(() => failure)), createTask(of(2))])).toBe(2);
    expect(await Promise.allSettled([createTask(throwError(() => failure))])).toEqual([
      { status: 'rejected', reason: failure },
    ]);
    expect(await Promise.resolve(createTask(of(1)))).toBe(1);
  });
});

describe('cancel()', () => {
  const end = (task: Task<unknown>): Promise<CancelledError> =>
    task.then(
      () => Promise.reject(new Error('it was not cancelled')),
      (error: unknown) => error as CancelledError,
    );
  const reasonSeen = async (reason: unknown) => {
    const seen: unknown[] = [];
    const task = createTask(async ({ signal }) => {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      seen.push(signal.reason);
      throw signal.reason;
    });
    expect(task.cancel(reason)).toBe(true);
    const error = await end(task);
    expect(seen).toEqual([error]);
    expect(task.status).toBe('cancelled');
    return error;
  };

  it('takes a string as the message of the CancelledError', async () => {
    const error = await reasonSeen('no longer needed');
    expect([String(error), error.cause]).toEqual(['CancelledError: no longer needed', undefined]);
    expect('cause' in error).toBe(false);
  });

  it.each([[failure], [null], [0], [false], [{ code: 1 }]])('takes %p as its cause', async (reason) => {
    const error = await reasonSeen(reason);
    expect(error).toBeInstanceOf(CancelledError);
    expect([error.message, error.cause]).toEqual(['cancelled', reason]);
  });

  it('takes nothing as no cause', async () => {
    const error = await reasonSeen(undefined);
    expect([error.message, 'cause' in error]).toEqual(['cancelled', false]);
  });

  it('keeps the reason of the first call', async () => {
    const steps: string[] = [];
    const task = createTask(cleaning(steps));
    task.cancel('first');
    task.cancel('second');
    expect(String(await end(task))).toBe('CancelledError: first');
  });
});

describe('rx-asyncio/promises, for who uses no rxjs,', () => {
  it('has the errors of it that are to be caught', async () => {
    expect(promises.TimeoutError).toBe(rxjs.TimeoutError);
    expect(promises.EmptyError).toBe(rxjs.EmptyError);
    await expect(promises.waitFor(NEVER, 0)).rejects.toBeInstanceOf(promises.TimeoutError);
    await expect(promises.gather([[]])).rejects.toBeInstanceOf(promises.EmptyError);
  });
});

describe('what asCompleted returns', () => {
  it('is an iterator that is iterable', async () => {
    const results = promises.asCompleted([of(1), of(2), of(3)]);
    expect(await results.next()).toEqual({ done: false, value: 1 });
    expect(await results.next()).toEqual({ done: false, value: 2 });
    const iterator = promises.asCompleted([of(1), of(2)])[Symbol.asyncIterator]();
    const seen: number[] = [];
    await iterator.next();
    for await (const value of iterator) seen.push(value);
    expect(seen).toEqual([2]);
  });

  it('and its iterators are disposed of by await using, which cancels what runs and waits for its cleanup', async () => {
    const steps: string[] = [];
    {
      await using results = promises.asCompleted([of(1), cleaning(steps)]);
      expect(await results.next()).toEqual({ done: false, value: 1 });
    }
    expect(steps).toEqual(['started', 'cleaned up']);
    {
      const loop: unknown = promises.asCompleted([of(1), cleaning(steps)])[Symbol.asyncIterator]();
      await using iterator = loop as AsyncIterator<unknown> & AsyncDisposable;
      expect(await iterator.next()).toEqual({ done: false, value: 1 });
    }
    expect(steps).toEqual(['started', 'cleaned up', 'started', 'cleaned up']);
  });

  it('ends every loop over it when it is disposed of, and is at its end then', async () => {
    const steps: string[] = [];
    const results = promises.asCompleted([cleaning(steps)]);
    const asked = [results.next(), results[Symbol.asyncIterator]().next()];
    await results[Symbol.asyncDispose]();
    expect(await Promise.all(asked)).toEqual(Array(2).fill({ done: true, value: undefined }));
    expect(steps).toEqual(['started', 'started', 'cleaned up', 'cleaned up']);
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it('starts nothing when it is left by its return() before it was iterated', async () => {
    const started = jest.fn(() => of(1));
    const results = promises.asCompleted([started]);
    expect(await results.return?.()).toEqual({ done: true, value: undefined });
    expect(await results.next()).toEqual({ done: true, value: undefined });
    expect(started).not.toHaveBeenCalled();
  });

  it('starts nothing when it is disposed of before it was iterated', async () => {
    const started = jest.fn(() => of(1));
    const results = promises.asCompleted([started]);
    await results[Symbol.asyncDispose]();
    expect(await results.next()).toEqual({ done: true, value: undefined });
    expect(started).not.toHaveBeenCalled();
  });
});
