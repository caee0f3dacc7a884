import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { asCompleted, gather, Progress, suppressed, until, wait, waitFor } from 'rx-asyncio';
import { type Observable, Subject, switchMap, throwError } from 'rxjs';
import { deferred } from '../support/deferred';
import { log } from '../support/log';

// A stream of Node is an async generator to whoever iterates over it, which hears of `return()` only after what it owes.
describe('a stream of Node that owes a chunk', () => {
  let [stop, closing] = [new Subject<void>(), deferred()];
  const failure = new Error('cannot be closed');
  let failsWith: Error | null;
  beforeEach(() => {
    [stop, closing] = [new Subject(), deferred()];
    failsWith = null;
  });

  const owing = () =>
    new Readable({
      read: () => {},
      destroy: (_error, closed) =>
        void closing.promise.then(() => {
          closed(failsWith);
        }),
    });

  const failed = () => stop.pipe(switchMap(() => throwError(() => new Error('failed'))));

  const ways: [string, (stream: Readable) => Observable<unknown>][] = [
    ['a waitFor that times out', (stream) => waitFor(stream, stop)],
    ['an asCompleted that times out', (stream) => asCompleted([stream], { timeout: stop })],
    ['a wait that times out', (stream) => wait([stream], { timeout: stop })],
    ['a gather that fails', (stream) => gather([stream, failed()])],
    ['a waitFor of the function that gives it', (stream) => waitFor(() => stream, stop)],
    ['a waitFor of a watched function that gives it', (stream) => waitFor(new Progress().watch([() => stream])[0], stop)],
    ['an asCompleted of what it gives that times out', (stream) => asCompleted(stream, { timeout: stop })],
    ['a gather of what it gives that is given up', (stream) => waitFor(gather(stream, { concurrency: 1 }), stop)],
  ]; // prettier-ignore

  it.each(ways)('is destroyed by %s, which waits until it is closed', async (_, run) => {
    const [stream, ended] = [owing(), jest.fn()];
    run(stream).subscribe({ error: ended, complete: ended });
    await turn();
    expect(stream.destroyed).toBe(false);
    stop.next();
    expect([stream.destroyed, ended.mock.calls.length]).toEqual([true, 0]);
    closing.resolve();
    await once(stream, 'close');
    await turn();
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it.each<[string, (stream: Readable) => Observable<unknown>]>([
    ['until() has ended', (stream) => asCompleted(until(stream, stop))],
    ['a Progress watches, when it is left', (stream) => waitFor(gather(new Progress().watch(stream)), stop)],
  ])('is destroyed where %s', async (_, run) => {
    const [stream, ended] = [owing(), jest.fn()];
    run(stream).subscribe({ error: ended, complete: ended });
    await turn();
    stop.next();
    closing.resolve();
    await turn();
    expect([stream.destroyed, ended.mock.calls.length]).toEqual([true, 1]);
  });

  it('tells what fails when it is closed', async () => {
    const events = log(gather([owing(), failed()]));
    await turn();
    stop.next();
    failsWith = failure;
    closing.resolve();
    await turn();
    expect(events).toHaveLength(1);
    expect(suppressed(events[0])).toEqual([failure]);
  });
});

it('a stream of Node that is read to its end is read as it was', async () => {
  const coroutines = Readable.from([async () => Promise.resolve('a'), async () => Promise.resolve('b')]);
  const [listed, last] = [log(asCompleted(coroutines)), log(gather([Readable.from(['c', 'd'])]))];
  await turn();
  expect([listed, last]).toEqual([
    ['a', 'b', 'complete'],
    [['d'], 'complete'],
  ]);
});
