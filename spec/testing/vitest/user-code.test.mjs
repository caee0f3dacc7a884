// The page on testing, with Vitest: what spec/testing/user-code.spec.ts is with Jest.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TestScheduler } from 'rxjs/testing';
import { article, firstHits, loadArticle } from '../../../examples/angular/src/testing/search';

describe('a search, in marbles', () => {
  const run = (body) => {
    new TestScheduler((actual, expected) => {
      expect(actual).toEqual(expected);
    }).run(body);
  };

  it('takes two hits, and cancels the third index', () => {
    run(({ cold, expectObservable, expectSubscriptions }) => {
      const slow = cold('  ------s|');
      const quick = cold(' -q|     ');
      const other = cold(' ---(o|) ');
      const expected = '   --q(o|) ';
      const cancelled = '  ^--!    ';

      expectObservable(firstHits([slow, quick, other])).toBe(expected);
      expectSubscriptions(slow.subscriptions).toBe(cancelled);
    });
  });

  it('gives up at the timeout', () => {
    run(({ cold, expectObservable, expectSubscriptions }) => {
      const never = cold(' -                ');
      const expected = '   1s #             ';
      const cancelled = '  ^ 999ms !        ';

      expectObservable(firstHits([never])).toBe(expected, undefined, expect.objectContaining({ name: 'TimeoutError' }));
      expectSubscriptions(never.subscriptions).toBe(cancelled);
    });
  });

  it('has the result of a coroutine function that returns an Observable', () => {
    run(({ cold, expectObservable }) => {
      expectObservable(article(cold('(t|)'), () => cold('--(x|)'))).toBe('--(a|)', { a: 't: x' });
    });
  });
});

describe('an article, with fake timers', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('is there when both parts are', async () => {
    const loaded = loadArticle(request('title', 200, []), request('text', 300, []));
    await vi.advanceTimersByTimeAsync(300);
    expect(await loaded).toBe('title: text');
  });

  it('fails at the timeout, once what was cancelled has cleaned up', async () => {
    const log = [];
    const loaded = loadArticle(request('title', 200, log), request('text', 3000, log));
    loaded.catch((error) => log.push(error.name));

    await vi.advanceTimersByTimeAsync(1000);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(50);
    expect(log).toEqual(['text has cleaned up', 'TimeoutError']);
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** Takes a while, and when it is aborted another while to clean up. */
function request(name, milliseconds, log) {
  return async ({ signal }) => {
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

function answer(value, milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      resolve(value);
    }, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
