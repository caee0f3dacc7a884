import type { CoroutineContext } from 'rx-asyncio';
import { vi } from 'vitest';
import { loadArticle } from './search';

/** Takes a while, and when it is aborted another while to clean up. */
const request =
  (name: string, milliseconds: number, log: string[]) =>
  async ({ signal }: CoroutineContext): Promise<string> => {
    try {
      return await answer(name, milliseconds, signal);
    } finally {
      if (signal.aborted) {
        await answer('', 50);
        log.push(`${name} has cleaned up`);
      }
    }
  };

function answer(value: string, milliseconds: number, signal?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(value), milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

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
    const log: string[] = [];
    const loaded = loadArticle(request('title', 200, log), request('text', 3000, log));
    loaded.catch((error: Error) => log.push(error.name));

    await vi.advanceTimersByTimeAsync(1000);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(50);
    expect(log).toEqual(['text has cleaned up', 'TimeoutError']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
