import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { asCompleted, gather, Progress, until, wait, waitFor } from 'rx-asyncio';
import { type Observable, Subject, switchMap, throwError } from 'rxjs';
import { log } from '../support/log';
import { unhandledRejections } from '../support/unhandled-rejections';

// A stream of Node is an async generator to whoever iterates over it, which hears of `return()` only after what it owes.
// It is not waited for: what reads from a generator is closed only after what that owes.
describe('a stream of Node that owes a chunk', () => {
  let stop: Subject<void>;
  beforeEach(() => {
    stop = new Subject();
  });

  const never = () => new Promise<never>(() => {});
  const streams: [string, () => Readable][] = [
    ['a stream that is closed at once', () => new Readable({ read: () => {} })],
    [
      'a stream that cannot be closed',
      () =>
        new Readable({
          read: () => {},
          destroy: (_error, closed) => {
            closed(new Error('cannot be closed'));
          },
        }),
    ],
    ['a stream that is never closed', () => Readable.from({ [Symbol.asyncIterator]: () => ({ next: never, return: never }) })],
  ]; // prettier-ignore
  const ways: [string, (stream: Readable) => Observable<unknown>][] = [
    ['a waitFor that times out', (stream) => waitFor(stream, stop)],
    ['an asCompleted that times out', (stream) => asCompleted([stream], { timeout: stop })],
    ['a wait that times out', (stream) => wait([stream], { timeout: stop })],
    ['a gather that fails', (stream) => gather([stream, stop.pipe(switchMap(() => throwError(() => new Error('failed'))))])],
    ['a waitFor of the function that gives it', (stream) => waitFor(() => stream, stop)],
    ['a waitFor of a watched function that gives it', (stream) => waitFor(new Progress().watch([() => stream])[0], stop)],
    ['an asCompleted of what it gives that times out', (stream) => asCompleted(stream, { timeout: stop })],
    ['a gather of what it gives that is given up', (stream) => waitFor(gather(stream, { concurrency: 1 }), stop)],
    ['an until() that ends', (stream) => asCompleted(until(stream, stop))],
    ['a Progress that is left', (stream) => waitFor(gather(new Progress().watch(stream)), stop)],
  ]; // prettier-ignore

  describe.each(streams)('%s', (_, open) => {
    it.each(ways)('is destroyed by %s, which ends', async (_way, run) => {
      const [stream, ended] = [open(), jest.fn()];
      run(stream).subscribe({ error: ended, complete: ended });
      await turn();
      expect(stream.destroyed).toBe(false);
      const reported = await unhandledRejections(async () => {
        stop.next();
        await turn();
      });
      expect([stream.destroyed, ended.mock.calls.length, reported]).toEqual([true, 1, []]);
    });
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

it('a stream of Node is what can be piped as well: another async iterable that has a destroy is left by its return()', () => {
  const destroy = jest.fn();
  const left = jest.fn(() => Promise.resolve({ done: true as const, value: undefined }));
  const items = {
    destroy,
    [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}), return: left }),
  };
  gather(items).subscribe().unsubscribe();
  expect([destroy.mock.calls.length, left.mock.calls.length]).toEqual([0, 1]);
});
