import { asyncFinalize, createTask, gather, type Task } from 'rx-asyncio';
import { concat, EMPTY, map, NEVER, of, retry, switchMap, take, throwError, timer } from 'rxjs';
import { useFakeTimers } from '../support/fake-timers';
import { marbles } from '../support/marbles';
import { unhandledRejections } from '../support/unhandled-rejections';

const closing = (milliseconds: number, log: string[] = [], name = 'closed') =>
  jest.fn(
    () =>
      new Promise<void>((resolve) => {
        setTimeout(() => {
          log.push(name);
          resolve();
        }, milliseconds);
      }),
  );

describe('asyncFinalize', () => {
  it(
    'keeps every frame where its callback returns nothing',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const ending = cold(' --a--b--|');
      const failing = cold('--a--b--#');
      const sub = '         ^-------!';
      expectObservable(ending.pipe(asyncFinalize(() => undefined))).toBe('--a--b--|');
      expectObservable(failing.pipe(asyncFinalize(() => undefined))).toBe('--a--b--#');
      expectSubscriptions(ending.subscriptions).toBe(sub);
      expectSubscriptions(failing.subscriptions).toBe(sub);
    }),
  );

  it(
    'calls its callback once, after the source has been unsubscribed',
    marbles(({ cold, expectObservable, flush }) => {
      const source = cold('--a--b--|');
      const frames: string[] = [];
      const finalized = source.pipe(
        asyncFinalize(() => {
          frames.push(source.subscriptions.map(({ unsubscribedFrame }) => unsubscribedFrame).join());
        }),
      );
      expectObservable(finalized, '---!').toBe('--a-');
      flush();
      expect(frames).toEqual(['3']);
    }),
  );
});

describe('asyncFinalize, its callback returning a Promise,', () => {
  useFakeTimers();

  it.each([
    ['complete', of(1)],
    ['error', throwError(() => 'failed')],
  ])('holds %s back until that is fulfilled', async (notification, source) => {
    const log: string[] = [];
    source.pipe(asyncFinalize(closing(20, log))).subscribe({
      error: () => log.push('error'),
      complete: () => log.push('complete'),
    });
    await jest.advanceTimersByTimeAsync(19);
    expect(log).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(log).toEqual(['closed', notification]);
  });

  it('holds back the next source of a concat, and the next try of a retry', async () => {
    const log: string[] = [];
    const opened = (name: string) =>
      timer(0).pipe(
        map(() => log.push(`open ${name}`)),
        take(1),
        asyncFinalize(closing(20, log, `close ${name}`)),
      );
    concat(opened('a'), opened('b')).subscribe();
    await jest.advanceTimersByTimeAsync(100);
    expect(log.splice(0)).toEqual(['open a', 'close a', 'open b', 'close b']);

    opened('c')
      .pipe(
        switchMap(() => throwError(() => new Error())),
        asyncFinalize(closing(20, log, 'next')),
        retry(1),
      )
      .subscribe({ error: () => log.push('failed') });
    await jest.advanceTimersByTimeAsync(100);
    expect(log).toEqual(['open c', 'close c', 'next', 'open c', 'close c', 'next', 'failed']);
  });

  it('is waited for by whoever cancels', async () => {
    const callback = closing(20);
    const task = createTask(gather([NEVER.pipe(asyncFinalize(callback))]));
    task.cancel();
    task.cancel();
    await jest.advanceTimersByTimeAsync(19);
    expect([task.status, callback.mock.calls.length]).toEqual(['pending', 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect([task.status, callback.mock.calls.length]).toEqual(['cancelled', 1]);
  });

  it('is called from the inside out, all at the same time', async () => {
    const log: string[] = [];
    const task = createTask(
      NEVER.pipe(asyncFinalize(closing(20, log, 'inner')), asyncFinalize(closing(10, log, 'outer'))),
    );
    task.cancel();
    await jest.advanceTimersByTimeAsync(10);
    expect([log, task.status]).toEqual([['outer'], 'pending']);
    await jest.advanceTimersByTimeAsync(10);
    expect([log, task.status]).toEqual([['outer', 'inner'], 'cancelled']);
  });

  it('turns completion into the error that rejects it', async () => {
    const error = jest.fn();
    EMPTY.pipe(asyncFinalize(() => Promise.reject(new Error('not closed')))).subscribe({ error });
    await jest.advanceTimersByTimeAsync(0);
    expect(error.mock.calls).toEqual([[new Error('not closed')]]);
  });

  it('turns completion into the error that it throws, without a hop', () => {
    const error = jest.fn();
    EMPTY.pipe(
      asyncFinalize(() => {
        throw new Error('not closed');
      }),
    ).subscribe({ error });
    expect(error.mock.calls).toEqual([[new Error('not closed')]]);
  });

  it('rejects the Task that is being cancelled with what rejects it', async () => {
    const task = createTask(NEVER.pipe(asyncFinalize(() => Promise.reject(new Error('not closed')))));
    task.subscribe({ error: () => undefined });
    task.cancel();
    await jest.advanceTimersByTimeAsync(0);
    expect(task.exception()).toEqual(new Error('not closed'));
  });
});

describe('await using', () => {
  useFakeTimers();

  it('cancels the Task at the end of the block, and waits for its cleanup', async () => {
    const log: string[] = [];
    const block = async () => {
      await using task = createTask(NEVER.pipe(asyncFinalize(closing(20, log))));
      log.push(task.status);
    };
    const left = block().then(() => log.push('left'));
    await jest.advanceTimersByTimeAsync(19);
    expect(log).toEqual(['pending']);
    await jest.advanceTimersByTimeAsync(1);
    await left;
    expect(log).toEqual(['pending', 'closed', 'left']);
  });

  it('cancels also what the block has thrown out of', async () => {
    const task = createTask(NEVER.pipe(asyncFinalize(closing(20))), { name: 'thrown' });
    const block = async () => {
      await using cancelled = task;
      throw new Error(cancelled.name);
    };
    const left = block().catch((error: unknown) => [task.status, String(error)]);
    await jest.advanceTimersByTimeAsync(20);
    await expect(left).resolves.toEqual(['cancelled', 'Error: thrown']);
  });

  it('throws what fails in the cleanup', async () => {
    const block = async () => {
      await using task = createTask(NEVER.pipe(asyncFinalize(() => Promise.reject(new Error('not closed')))));
      return task.status;
    };
    await expect(block()).rejects.toThrow('not closed');
  });

  it.each<[string, () => Task<unknown>]>([
    ['fulfilled', () => createTask(of(1))],
    [
      'cancelled',
      () => {
        const task = createTask(NEVER);
        task.cancel();
        return task;
      },
    ],
  ])('leaves a Task as it is that is %s', async (status, create) => {
    const task = create();
    await task[Symbol.asyncDispose]();
    expect(task.status).toBe(status);
  });

  it('leaves a failure that came before to be heard elsewhere', async () => {
    const reported = await unhandledRejections(async () => {
      const failed = createTask(throwError(() => new Error('unheard')));
      await failed[Symbol.asyncDispose]();
    });
    expect(reported).toEqual([new Error('unheard')]);
  });

  it('lets a coroutine that has a value in spite of the cancellation be fulfilled', async () => {
    const task = createTask(
      ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            resolve('saved');
          });
        }),
    );
    await task[Symbol.asyncDispose]();
    expect(task.result()).toBe('saved');
  });
});
