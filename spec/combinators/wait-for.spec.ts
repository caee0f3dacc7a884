import { type Coroutine, createTask, shield, waitFor } from 'rx-asyncio';
import { waitFor as waitForPromise } from 'rx-asyncio/promises';
import { map, NEVER, Observable, of, Subject, TimeoutError, throwError, timer } from 'rxjs';
import { aborted } from '../support/aborted';
import { useFakeTimers } from '../support/fake-timers';
import { Resource } from '../support/holding';
import { listeners } from '../support/listeners';
import { marbles } from '../support/marbles';

const asName = (error: unknown) => (error instanceof Error ? error.name : error);

describe('waitFor', () => {
  it.each([0, -1, -Infinity, new Date(-1), new Date(0)])(
    'starts nothing with a timeout that is over: %p',
    (timeout) => {
      marbles(({ expectObservable, flush }) => {
        const coroutine = jest.fn(() => NEVER);
        expectObservable(waitFor(coroutine, timeout)).toBe('#', {}, expect.any(TimeoutError));
        flush();
        expect(coroutine).not.toHaveBeenCalled();
      })();
    },
  );

  it('gives a Task that is done even with a timeout that is over, and cancels one that is not', () => {
    const next = jest.fn();
    const error = jest.fn();
    waitFor(createTask(of('done')), 0).subscribe({ next, error });
    const task = createTask(NEVER);
    waitFor(task, 0).subscribe({ error });
    expect(next.mock.calls).toEqual([['done']]);
    expect([task.status, error.mock.calls]).toEqual(['cancelled', [[expect.any(TimeoutError)]]]);
  });
});

describe('waitFor, of what is waited for when it is cancelled,', () => {
  useFakeTimers();

  const onAbort =
    (react: () => Promise<string>): Coroutine<string> =>
    async (context) => {
      await aborted(context);
      return react();
    };

  it('cancels a Task when it times out, and when it is unsubscribed from', async () => {
    const resource = new Resource();
    const late = createTask(resource.hold(20));
    const dropped = createTask(resource.hold(20));
    const error = jest.fn();
    waitFor(late, 10).subscribe({ error });
    waitFor(dropped, 10).subscribe().unsubscribe();
    expect([late.cancelling, dropped.cancelling]).toEqual([false, true]);
    await jest.advanceTimersByTimeAsync(29);
    expect(error).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect([late.status, dropped.status]).toEqual(['cancelled', 'cancelled']);
    expect(error.mock.calls).toEqual([[expect.any(TimeoutError)]]);
  });

  it('lets a value win that is returned in spite of the cancellation', async () => {
    const result = waitForPromise(
      onAbort(() => Promise.resolve('saved')),
      10,
    );
    await jest.advanceTimersByTimeAsync(10);
    await expect(result).resolves.toBe('saved');
  });

  it('passes on an error that is thrown in the cleanup', async () => {
    const result = waitForPromise(
      onAbort(() => Promise.reject(new Error('not closed'))),
      10,
    ).catch(asName);
    const error = jest.fn();
    waitFor(
      onAbort(() => Promise.reject(new Error('not closed'))),
      10,
    ).subscribe({ error });
    await jest.advanceTimersByTimeAsync(10);
    await expect(result).resolves.toBe('Error');
    expect(error.mock.calls).toEqual([[new Error('not closed')]]);
  });

  it('says that it was cancelled, not that it timed out, when somebody else cancelled the Task', async () => {
    const task = createTask(NEVER);
    const result = waitForPromise(task, 10).catch(asName);
    task.cancel();
    await expect(result).resolves.toBe('CancelledError');
  });

  it('lets go of a coroutine that ignores its signal', async () => {
    const result = waitForPromise(() => new Promise(() => undefined), 10).catch(asName);
    await jest.advanceTimersByTimeAsync(10);
    await expect(result).resolves.toBe('TimeoutError');
  });

  it('leaves running what is shielded', async () => {
    const task = createTask(timer(20).pipe(map(() => 'done')));
    const result = waitForPromise(shield(task), 10).catch(asName);
    await jest.advanceTimersByTimeAsync(10);
    await expect(result).resolves.toBe('TimeoutError');
    expect(task.cancelling).toBe(false);
    await jest.advanceTimersByTimeAsync(10);
    expect(task.result()).toBe('done');
  });

  it('takes a Promise as its timeout, and its rejection', async () => {
    const soon = new Promise((resolve) => setTimeout(resolve, 10));
    const failing = soon.then(() => Promise.reject(new RangeError('no timeout')));
    const results = Promise.all([
      waitForPromise(NEVER, soon).catch(asName),
      waitForPromise(NEVER, failing).catch(asName),
    ]);
    await jest.advanceTimersByTimeAsync(10);
    await expect(results).resolves.toEqual(['TimeoutError', 'RangeError']);
  });

  it('does not run out early where a timer of the platform would: after more than 24 days', () => {
    const days30 = 30 * 24 * 60 * 60 * 1000;
    const error = jest.fn();
    waitFor(NEVER, days30).subscribe({ error });
    waitFor(NEVER, new Date(Date.now() + days30)).subscribe({ error });
    jest.advanceTimersByTime(days30 - 1);
    expect(error).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(error).toHaveBeenCalledTimes(2);
  });

  it('leaves no timer behind, however it ends', async () => {
    waitFor(of(1), 1000).subscribe();
    waitFor(
      throwError(() => new Error()),
      1000,
    ).subscribe({ error: () => undefined });
    waitFor(NEVER, 1000).subscribe().unsubscribe();
    waitFor(NEVER, 3 * 2 ** 31)
      .subscribe()
      .unsubscribe();
    await waitForPromise(() => Promise.resolve(1), 1000);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('waitFor as a Promise, with a signal,', () => {
  useFakeTimers();

  it('starts nothing when that is aborted already', async () => {
    const coroutine = jest.fn(() => NEVER);
    const subscribed = jest.fn();
    const timeout = new Observable(subscribed);
    await expect(waitForPromise(coroutine, timeout, { signal: AbortSignal.abort('early') })).rejects.toBe('early');
    expect([coroutine.mock.calls, subscribed.mock.calls]).toEqual([[], []]);
  });

  it('leaves no listener on it, however it ends', async () => {
    const { signal } = new AbortController();
    const failing = new Subject();
    const ending = [
      waitForPromise(of(1), 1000, { signal }),
      waitForPromise(failing, 1000, { signal }).catch(asName),
      waitForPromise(NEVER, 10, { signal }).catch(asName),
      waitForPromise(NEVER, 0, { signal }).catch(asName),
    ];
    // Those that still wait share one.
    expect(listeners(signal)).toBe(1);
    failing.error(new Error());
    await jest.advanceTimersByTimeAsync(10);
    await expect(Promise.all(ending)).resolves.toEqual([1, 'Error', 'TimeoutError', 'TimeoutError']);
    expect([listeners(signal), jest.getTimerCount()]).toEqual([0, 0]);
  });
});
