import { of, Subject, throwError } from 'rxjs';
import { FIRST_COMPLETED, gather, wait } from 'rx-asyncio/promises';
import { cleaning } from '../support/aborted';

const failure = new Error('failed');

describe('gather', () => {
  it('resolves with the results of a list or a record', async () => {
    expect(await gather([of(1), () => Promise.resolve('two')])).toEqual([1, 'two']);
    expect(await gather({ one: of(1), two: () => Promise.resolve('two') })).toEqual({ one: 1, two: 'two' });
    expect(await gather([])).toEqual([]);
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
