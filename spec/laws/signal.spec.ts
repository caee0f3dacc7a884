import { setImmediate as nextTurn } from 'node:timers/promises';
import { EmptyError, NEVER, of, throwError } from 'rxjs';
import { type Awaitable, type CoroutineContext, createTask } from 'rx-asyncio';
import { asCompleted, gather, wait } from 'rx-asyncio/promises';
import { aborted, cleaning, failingCleanup } from '../support/aborted';
import { deferred } from '../support/deferred';
import { facades, shielding } from '../support/facades';
import { listeners } from '../support/listeners';
import { unhandledRejections } from '../support/unhandled-rejections';

// What returns a Promise is cancelled by the signal that it is given.

const failure = new Error('failed');
const reason = new Error('not wanted any more');

describe.each(facades)('the signal of $name', ({ run }) => {
  it('cancels what it runs when it aborts, and rejects with its reason after all cleanup', async () => {
    const controller = new AbortController();
    const log: string[] = [];
    const cleanup = deferred();
    const ended = run(cleaning(log, cleanup.promise), controller.signal).catch((error: unknown) => {
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
      const controller = new AbortController();
      const ended = run(failingCleanup(failure), controller.signal);
      controller.abort(reason);
      await expect(ended).rejects.toBe(failure);
    });
    expect(unhandled).toEqual([]);
  });

  it('hands its reason on to the coroutine, one that became a Task too', async () => {
    const controller = new AbortController();
    const reasons: unknown[] = [];
    const coroutine = async (context: CoroutineContext) => {
      await aborted(context);
      reasons.push(context.signal.reason);
      throw context.signal.reason;
    };
    const ended = run(coroutine, controller.signal);
    controller.abort(reason);
    await expect(ended).rejects.toBe(reason);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toBe(reason);
  });
});

describe.each([...facades, shielding])('$name', ({ name, run }) => {
  it('starts at the call, not when it is awaited', () => {
    const coroutine = jest.fn(() => of('result'));
    void run(coroutine, new AbortController().signal);
    expect(coroutine).toHaveBeenCalledTimes(1);
  });

  it('starts nothing when its signal has aborted already, and rejects with the reason of that', async () => {
    const coroutine = jest.fn(() => of('result'));
    const signal = AbortSignal.abort(reason);
    await expect(run(coroutine, signal)).rejects.toBe(reason);
    expect(coroutine).not.toHaveBeenCalled();
    expect(listeners(signal)).toBe(0);
  });

  it.each<[string, (given: Promise<never>) => Awaitable<unknown>]>([
    ['a Promise', (given) => given],
    ['a Task', (given) => createTask(given)],
  ])('takes on %s that fails when its signal has aborted already', async (_, awaitable) => {
    const isGroup = name.startsWith('taskGroup');
    const reported = await unhandledRejections(async () => {
      const given = awaitable(Promise.reject(new Error('never looked at')));
      await expect(run(given, AbortSignal.abort(reason))).rejects.toBe(reason);
      // Its body, which was not called, would have taken it.
      if (isGroup) await Promise.resolve(given).catch(() => {});
    });
    expect(reported).toEqual([]);
  });

  it('listens to its signal once while it runs', async () => {
    const { signal } = new AbortController();
    const source = deferred<string>();
    const ended = run(() => source.promise, signal);
    expect(listeners(signal)).toBe(1);
    source.resolve('result');
    expect(await ended).toBe('result');
    expect(listeners(signal)).toBe(0);
  });

  it('has no listener left after its success, on which its signal has no effect', async () => {
    const controller = new AbortController();
    const ended = run(of('result'), controller.signal);
    controller.abort(reason);
    expect(await ended).toBe('result');
    expect(listeners(controller.signal)).toBe(0);
  });

  it('has no listener left after its failure', async () => {
    const { signal } = new AbortController();
    await expect(
      run(
        throwError(() => failure),
        signal,
      ),
    ).rejects.toBe(failure);
    await expect(run([], signal)).rejects.toBeInstanceOf(EmptyError);
    expect(listeners(signal)).toBe(0);
  });
});

it('the signal is listened to once, however many awaitables there are', () => {
  const { signal } = new AbortController();
  void gather(
    Array.from({ length: 100 }, () => NEVER),
    { signal },
  );
  expect(listeners(signal)).toBe(1);
});

it('the signal cancels Tasks in gather, and lets them run on in wait and asCompleted', async () => {
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
