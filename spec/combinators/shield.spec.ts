import { createTask, gather, shield } from 'rx-asyncio';
import { shield as shieldPromise } from 'rx-asyncio/promises';
import { NEVER, of, switchMap, tap, timer } from 'rxjs';
import { useFakeTimers } from '../support/fake-timers';
import { Resource } from '../support/holding';
import { marbles } from '../support/marbles';

describe('shield', () => {
  it(
    'leaves running what it started when it is unsubscribed from',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('--a--b|');
      const unsub = '      ---!   ';
      const sub = '        ^-----!';
      const expected = '   ----   ';
      expectObservable(shield(source), unsub).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sub);
    }),
  );

  it(
    'protects from a cancellation far above, which does not wait for it',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source = cold('  --a--b|');
      const open = cold('    ------#');
      const replace = hot('  x--y   ');
      const sourceSubs = '   ^-----!';
      const openSubs = '     ^--!   ';
      const expected = '     ---z   ';
      const replaced = replace.pipe(switchMap((x) => (x === 'y' ? of('z') : gather([shield(source), open]))));
      expectObservable(replaced).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(open.subscriptions).toBe(openSubs);
    }),
  );

  it('does not let a coroutine see its signal abort', async () => {
    const resource = new Resource();
    const outer = createTask(gather([shield(resource.hold(0))]));
    outer.cancel();
    await Promise.resolve();
    expect([outer.status, resource.taken, resource.released]).toEqual(['cancelled', 1, 0]);
  });

  it('only listens to a Task, which its owner can still cancel', () => {
    const task = createTask(NEVER);
    const error = jest.fn();
    shield(task).subscribe().unsubscribe();
    shield(task).subscribe({ error });
    expect(task.status).toBe('pending');
    task.cancel('by its owner');
    expect(error.mock.calls).toEqual([[expect.objectContaining({ name: 'CancelledError', message: 'by its owner' })]]);
  });
});

describe('shield as a Promise, with a signal,', () => {
  useFakeTimers();

  it('rejects at once with its reason, and what it started runs on', async () => {
    const saved = jest.fn();
    const controller = new AbortController();
    const result = shieldPromise(timer(10).pipe(tap(saved)), { signal: controller.signal });
    controller.abort('stop');
    await expect(result).rejects.toBe('stop');
    expect(saved).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(10);
    expect(saved).toHaveBeenCalledTimes(1);
  });
});
