import * as here from 'rx-asyncio';
import * as rxjsHere from 'rxjs';
import { cleaning, failingCleanup } from '../support/aborted';
import { deferred } from '../support/deferred';
import { log } from '../support/log';

// A bundle may hold two copies of rxjs, or of this package: neither knows the other by `instanceof`.

let there = here;
let rxjsThere = rxjsHere;
jest.isolateModules(() => {
  there = jest.requireActual<typeof here>('rx-asyncio');
  rxjsThere = jest.requireActual<typeof rxjsHere>('rxjs');
});

it('are two', () => {
  expect(there.gather).not.toBe(here.gather);
  expect(rxjsThere.Observable).not.toBe(rxjsHere.Observable);
  expect(there.createTask(rxjsThere.NEVER)).not.toBeInstanceOf(here.Task);
});

const both: [string, typeof here, typeof here, typeof rxjsHere][] = [
  ['the first of both', here, there, rxjsHere],
  ['the second of both', there, here, rxjsThere],
  ['the first of ours with the second of rxjs', here, there, rxjsThere],
];

describe.each(both)('%s', (_, ours, others, rxjs) => {
  it('runs the Observables and the Tasks of the other', async () => {
    const task = others.createTask(async () => Promise.resolve('task'));
    const results = ours.gather([others.gather([rxjsHere.of(1)]), task, rxjsThere.of(2)]);
    expect(await ours.createTask(results)).toEqual([[1], 'task', 2]);
  });

  it('cancels a Task of the other with what gathers it, and waits for its cleanup', async () => {
    const steps: string[] = [];
    const cleanup = deferred<undefined>();
    const inner = others.createTask(cleaning(steps, cleanup.promise));
    const outer = ours.createTask(ours.gather([inner]));
    outer.cancel();
    expect([inner.cancelling, outer.done]).toEqual([true, false]);
    cleanup.resolve(undefined);
    await expect(outer).rejects.toMatchObject({ name: 'CancelledError' });
    expect(steps).toEqual(['started', 'cleaned up']);
    expect(inner.status).toBe('cancelled');
  });

  it('waits for the cleanup of the other below the operators of either rxjs', async () => {
    const steps: string[] = [];
    const nested = (inner: rxjsHere.Observable<unknown>) =>
      rxjs.of(0).pipe(
        rxjs.switchMap(() => inner),
        rxjs.map((value) => value),
      );
    const task = ours.createTask(nested(others.gather([cleaning(steps)])));
    task.cancel();
    await expect(task).rejects.toMatchObject({ name: 'CancelledError' });
    expect(steps).toEqual(['started', 'cleaned up']);
  });

  it('waits for what an operator of either rxjs has dropped before', async () => {
    const steps: string[] = [];
    const cleanup = deferred<undefined>();
    const source = new rxjs.Subject<rxjsHere.Observable<unknown>>();
    const task = ours.createTask(source.pipe(rxjs.switchMap((inner) => inner)));
    source.next(others.gather([cleaning(steps, cleanup.promise)]));
    source.next(rxjs.NEVER);
    task.cancel();
    expect(task.done).toBe(false);
    cleanup.resolve(undefined);
    await expect(task).rejects.toMatchObject({ name: 'CancelledError' });
    expect(steps).toEqual(['started', 'cleaned up']);
  });

  it('lists failures of a cleanup in the other, for both to read', async () => {
    const failure = new Error('failed');
    const late = new Error('not cleaned up');
    const results = ours.gather([others.gather([failingCleanup(late)]), rxjs.throwError(() => failure)]);
    await expect(ours.createTask(results)).rejects.toBe(failure);
    expect(ours.suppressed(failure)).toEqual([late]);
    expect(others.suppressed(failure)).toEqual([late]);
  });

  it('takes a cancellation of the other for what it is', () => {
    expect(ours.isCancellation(new others.CancelledError())).toBe(true);
    const task = ours.createTask(rxjs.throwError(() => new others.CancelledError('enough')));
    log(task);
    expect(task.status).toBe('cancelled');
  });

  it('says by its name what error it is', () => {
    const [empty] = log(ours.gather([rxjs.EMPTY]));
    expect(empty).toMatchObject({ name: 'EmptyError' });
    const [expired] = log(ours.waitFor(rxjs.NEVER, 0));
    expect(expired).toMatchObject({ name: 'TimeoutError' });
  });
});
