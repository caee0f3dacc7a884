import { asCompleted } from 'rx-asyncio/promises';
import { NEVER, of, timer } from 'rxjs';
import { useFakeTimers } from '../support/fake-timers';
import { Resource } from '../support/holding';

useFakeTimers();

describe('what asCompleted returns', () => {
  it('is an iterator itself, which next() starts', async () => {
    const results = asCompleted([of('a'), of('b')]);
    expect([await results.next(), await results.next()]).toEqual([
      { done: false, value: 'a' },
      { done: false, value: 'b' },
    ]);
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it('is left by return(), which waits for the cleanup', async () => {
    const resource = new Resource();
    const results = asCompleted([of('a'), resource.hold(20)]);
    await results.next();
    const returned = results.return?.();
    await jest.advanceTimersByTimeAsync(19);
    expect(resource.held).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect([await returned, resource.held]).toEqual([{ done: true, value: undefined }, 0]);
  });

  it('has had nothing to start when return() comes first', async () => {
    const coroutine = jest.fn(() => NEVER);
    const results = asCompleted([coroutine]);
    await results.return?.();
    expect([await results.next(), coroutine.mock.calls]).toEqual([{ done: true, value: undefined }, []]);
  });

  it('starts anew with each loop', async () => {
    const results = asCompleted([of('a')]);
    const read: string[] = [];
    for await (const result of results) read.push(result);
    for await (const result of results) read.push(result);
    expect(read).toEqual(['a', 'a']);
  });

  it('ends all its loops, and waits for their cleanup, when it is disposed of', async () => {
    const resource = new Resource();
    const results = asCompleted([of('a'), resource.hold(20)]);
    const loops = [results[Symbol.asyncIterator](), results[Symbol.asyncIterator]()];
    await Promise.all(loops.map((loop) => loop.next()));
    expect(resource.held).toBe(2);
    const disposed = results[Symbol.asyncDispose]();
    await jest.advanceTimersByTimeAsync(20);
    await disposed;
    expect(resource.held).toBe(0);
    expect(await loops[0]?.next()).toEqual({ done: true, value: undefined });
  });

  it('forgets a loop that has ended, when another begins', async () => {
    const results = asCompleted([of('a'), of('b')]);
    const [ended, unread] = [results[Symbol.asyncIterator](), results[Symbol.asyncIterator]()];
    const returns = [ended, unread].map((loop) => jest.spyOn(loop, 'return'));
    for (let i = 0; i < 3; i++) await ended.next();
    await unread.next();
    await results.next();
    await results[Symbol.asyncDispose]();
    expect(returns.map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
  });

  it('gives iterators that can be looped over and disposed of as well', async () => {
    const resource = new Resource();
    const iterator = asCompleted([of('a'), resource.hold(20)])[Symbol.asyncIterator]();
    for await (const result of iterator as unknown as AsyncIterable<string>) {
      expect([result, resource.held]).toEqual(['a', 1]);
      void jest.advanceTimersByTimeAsync(20);
      break;
    }
    expect(resource.held).toBe(0);
    const other = asCompleted([timer(1000)])[Symbol.asyncIterator]() as unknown as AsyncDisposable;
    await other[Symbol.asyncDispose]();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('rejects where the cleanup of what a loop has left fails, from whatever end', async () => {
    const failure = new Error('cannot close');
    const results = asCompleted([of('a'), new Resource().hold(20, failure)]);
    await results.next();
    const disposed = expect(results[Symbol.asyncDispose]()).rejects.toBe(failure);
    await jest.advanceTimersByTimeAsync(20);
    await disposed;
  });
});
