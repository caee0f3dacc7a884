import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Awaitable } from 'rx-asyncio';
import { asCompleted, gather, shield, taskGroup, wait, waitFor } from 'rx-asyncio/promises';
import { EMPTY, finalize, NEVER, of, throwError } from 'rxjs';
import { cleaning } from '../support/aborted';
import { deferred } from '../support/deferred';
import { facades, shielding } from '../support/facades';
import { listeners } from '../support/listeners';

const reason = new Error('stop');

describe.each([...facades, shielding])('many calls of $name that share a signal', ({ run }) => {
  const start = (awaitable: Awaitable<unknown>, signal: AbortSignal, calls: number) =>
    Promise.allSettled(Array.from({ length: calls }, () => run(awaitable, signal)));

  it('have one listener on it, and none at the end', async () => {
    const { signal } = new AbortController();
    const { promise, resolve } = deferred<string>();
    const ended = start(() => promise, signal, 1000);
    expect(listeners(signal)).toBe(1);
    resolve('result');
    await ended;
    expect(listeners(signal)).toBe(0);
  });

  it('leave none where they end at once, fail or have no result', async () => {
    const { signal } = new AbortController();
    for (const source of [of(1), EMPTY, throwError(() => reason)]) await start(source, signal, 20);
    expect(listeners(signal)).toBe(0);
  });

  it('are all cancelled when it aborts, and leave none', async () => {
    const controller = new AbortController();
    const ended = start(NEVER, controller.signal, 100);
    controller.abort(reason);
    expect(await ended).toEqual(Array(100).fill({ status: 'rejected', reason }));
    expect(listeners(controller.signal)).toBe(0);
  });
});

describe('of many calls that share a signal', () => {
  it('those that have ended are not in the way of the others', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const steps: string[] = [];
    const quick = Array.from({ length: 10 }, () => gather([() => nextTurn()], { signal }));
    const slow = gather([cleaning(steps)], { signal }).catch((error: unknown) => error);
    await Promise.all(quick);
    expect(listeners(signal)).toBe(1);
    controller.abort(reason);
    expect(await slow).toBe(reason);
    expect(steps).toEqual(['started', 'cleaned up']);
  });

  it('one whose cleanup ends another at the abort does not make that hear of it twice', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const results = asCompleted([NEVER], { signal });
    const asked = results.next().catch((error: unknown) => error);
    const group = taskGroup(() => NEVER, { signal }).catch((error: unknown) => error);
    controller.abort(reason);
    expect([await asked, await group]).toEqual([reason, reason]);
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it('one that starts while the signal aborts starts nothing', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const started = jest.fn(() => NEVER);
    let late: Promise<unknown> | undefined;
    const first = gather(
      [
        (context) => {
          context.signal.addEventListener('abort', () => {
            late = gather([started], { signal }).catch((error: unknown) => error);
          });
          return NEVER;
        },
      ],
      { signal },
    ).catch((error: unknown) => error);
    controller.abort(reason);
    expect([await first, await late]).toEqual([reason, reason]);
    expect(started).not.toHaveBeenCalled();
    expect(listeners(signal)).toBe(0);
  });

  it('one that throws when it is torn down does not keep the others from being cancelled', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const broken = new Error('broken');
    const throwing = NEVER.pipe(
      finalize(() => {
        throw broken;
      }),
    );
    const ends = [waitFor(throwing, 1e6, { signal }), shield(NEVER, { signal }), wait([NEVER], { signal })];
    const settled = Promise.allSettled(ends);
    controller.abort(reason);
    expect((await settled).map((each) => each.status === 'rejected' && (each.reason as unknown))).toEqual([
      broken,
      reason,
      reason,
    ]);
  });

  it('joining and leaving takes the same time however many there are', async () => {
    const { signal } = new AbortController();
    const added = jest.spyOn(signal, 'addEventListener');
    const gate = deferred();
    const waiting = Array.from({ length: 300 }, () => gather([() => gate.promise], { signal }));
    for (let n = 0; n < 300; n++) await gather([of(n)], { signal });
    expect(added).toHaveBeenCalledTimes(1);
    gate.resolve();
    await Promise.all(waiting);
  });
});
