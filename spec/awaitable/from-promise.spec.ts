import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { defer, firstValueFrom, NEVER, of, Subject, switchMap, tap, timeout } from 'rxjs';
import { asCompleted, FIRST_COMPLETED, gather, Semaphore, wait } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { deferred } from '../support/deferred';
import { unhandledRejections } from '../support/unhandled-rejections';

/** A Promise that is still pending, and how often it has been asked to call somebody. */
function asked() {
  const { promise, resolve, reject } = deferred<string>();
  const then = jest.spyOn(promise, 'then');
  return { promise, resolve, reject, then };
}

describe('a Promise that is waited for again and again', () => {
  it.each<[string, (promise: Promise<string>) => Promise<unknown>]>([
    ['wait', (promise) => promises.wait([promise, of(1)], { returnWhen: FIRST_COMPLETED })],
    ['waitFor', (promise) => promises.waitFor(promise, Promise.resolve()).catch(() => {})],
    ['a timeout', (promise) => promises.wait([of(1)], { timeout: promise })],
    ['leaving a loop', (promise) => firstValueFrom(asCompleted([promise, of(1)]))],
    ['a timeout of 0', (promise) => promises.waitFor(promise, 0).catch(() => {})],
    [
      'a signal that has aborted',
      (promise) => promises.gather([promise], { signal: AbortSignal.abort() }).catch(() => {}),
    ],
    [
      'a semaphore',
      (promise) => firstValueFrom(new Semaphore(0).use(promise).pipe(timeout({ first: 0, with: () => of(1) }))),
    ],
    [
      'unsubscribing',
      async (promise) => {
        gather([promise]).subscribe().unsubscribe();
      },
    ],
  ])('is not asked each time to call somebody: %s', async (_, round) => {
    const { promise, then } = asked();
    await round(promise);
    await round(promise);
    const before = then.mock.calls.length;
    for (let i = 0; i < 20; i++) await round(promise);
    expect(then.mock.calls.length).toBe(before);
  });

  it('tells each who waits at that time, and nobody who has left', async () => {
    const { promise, resolve } = asked();
    const told: string[] = [];
    const waiting = (name: string) =>
      gather([promise])
        .pipe(tap(([value]) => told.push(`${name} ${value}`)))
        .subscribe();
    const [a, b] = [waiting('a'), waiting('b')];
    waiting('c');
    a.unsubscribe();
    b.unsubscribe();
    waiting('d');

    resolve('is told');
    await nextTurn();
    expect(told.sort()).toEqual(['c is told', 'd is told']);

    waiting('e');
    await nextTurn();
    expect(told.at(-1)).toBe('e is told');
  });

  it('tells who comes and goes just as it is being told', async () => {
    const { promise, resolve } = asked();
    const told: string[] = [];
    const second = new Subject<void>();
    const third = defer(() => {
      second.next();
      return gather([promise]);
    });
    gather([promise])
      .pipe(
        switchMap(() => third),
        tap(([value]) => told.push(`third ${value}`)),
      )
      .subscribe();
    wait([promise], { timeout: second })
      .pipe(tap(({ pending }) => told.push(`second ${pending.size}`)))
      .subscribe();

    resolve('is told');
    await nextTurn();
    expect(told).toEqual(['second 1', 'third is told']);
  });

  it('calls in the context of whoever waits, not of whoever has left', async () => {
    const storage = new AsyncLocalStorage<string>();
    const { promise, resolve } = asked();
    storage.run('first', () => {
      gather([promise]).subscribe().unsubscribe();
    });
    const stores: unknown[] = [];
    storage.run('second', () => {
      gather([promise])
        .pipe(tap(() => stores.push(storage.getStore())))
        .subscribe();
    });

    resolve('is told');
    await nextTurn();
    expect(stores).toEqual(['second']);
  });

  it('fails those who wait, and nobody where all have left', async () => {
    const { promise, reject } = asked();
    const { promise: left, reject: rejectLeft } = asked();
    const reported = await unhandledRejections(async () => {
      gather([promise]).subscribe().unsubscribe();
      for (let i = 0; i < 3; i++) gather([left, NEVER]).subscribe().unsubscribe();
      const failing = promises.waitFor(promise, undefined);
      reject(new Error('failed'));
      rejectLeft(new Error('left'));
      await expect(failing).rejects.toThrow('failed');
      await nextTurn();
    });
    expect(reported).toEqual([]);
  });
});
