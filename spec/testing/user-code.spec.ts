import { setTimeout as realSleep } from 'node:timers/promises';
import { TestScheduler } from 'rxjs/testing';
import type { CoroutineContext } from 'rx-asyncio';
import { article, firstHits, loadArticle } from '../../examples/angular/src/testing/search';

describe('a search, in marbles', () => {
  it('takes two hits, and cancels the third index', () => {
    const scheduler = new TestScheduler((actual, expected) => {
      expect(actual).toEqual(expected);
    });
    scheduler.run(({ cold, expectObservable, expectSubscriptions }) => {
      const slow = cold('  ------s|');
      const quick = cold(' -q|     ');
      const other = cold(' ---(o|) ');
      const expected = '   --q(o|) ';
      const cancelled = '  ^--!    ';

      expectObservable(firstHits([slow, quick, other])).toBe(expected);
      expectSubscriptions(slow.subscriptions).toBe(cancelled);
    });
  });

  it('has no result of a Promise: that comes after all virtual time', () => {
    const results: unknown[] = [];
    const scheduler = new TestScheduler((actual) => {
      results.push(actual);
    });
    scheduler.run(({ cold, expectObservable }) => {
      expectObservable(article(cold('(t|)'), () => Promise.resolve('text'))).toBe('-');
    });
    expect(results).toEqual([[]]);
  });
});

describe('an article, with fake timers', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('is there when both parts are', async () => {
    const loaded = loadArticle(request('title', 200, []), request('text', 300, []));
    await jest.advanceTimersByTimeAsync(300);
    expect(await loaded).toBe('title: text');
  });

  it('fails at the timeout, once what was cancelled has cleaned up', async () => {
    const log: string[] = [];
    const loaded = loadArticle(request('title', 200, log), request('text', 3000, log));
    loaded.catch((error: unknown) => log.push((error as Error).name));

    await jest.advanceTimersByTimeAsync(1000);
    expect(log).toEqual([]);
    await jest.advanceTimersByTimeAsync(50);
    expect(log).toEqual(['text has cleaned up', 'TimeoutError']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('sleeps for real where that is done with node:timers/promises', async () => {
    const before = Date.now();
    await realSleep(20);
    expect([Date.now() - before, jest.getTimerCount()]).toEqual([0, 0]);
  });
});

/** Takes a while, and when it is aborted another while to clean up. */
function request(name: string, milliseconds: number, log: string[]) {
  return async ({ signal }: CoroutineContext): Promise<string> => {
    try {
      return await answer(name, milliseconds, signal);
    } finally {
      if (signal.aborted) {
        await answer('', 50);
        log.push(`${name} has cleaned up`);
      }
    }
  };
}

function answer(value: string, milliseconds: number, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve(value);
    }, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
