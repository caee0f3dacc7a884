import { fakeAsync, flush, tick } from '@angular/core/testing';
import type { CoroutineContext } from 'rx-asyncio';
import { map, timer } from 'rxjs';
import { loadArticle } from '../testing/search';

const after = (milliseconds: number, value: string) => timer(milliseconds).pipe(map(() => value));

describe('an article, in fakeAsync', () => {
  it('is there when both parts are', fakeAsync(() => {
    const log: string[] = [];
    void loadArticle(after(200, 'title'), after(300, 'text')).then((article) => log.push(article));
    tick(299);
    expect(log).toEqual([]);
    tick(1);
    expect(log).toEqual(['title: text']);
  }));

  it('fails at the timeout, once what was cancelled has cleaned up', fakeAsync(() => {
    const log: string[] = [];
    const text = async ({ signal }: CoroutineContext): Promise<string> => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await new Promise((resolve) => setTimeout(resolve, 50));
      log.push('cleaned up');
      throw signal.reason;
    };
    loadArticle(after(200, 'title'), text).catch((error: Error) => log.push(error.name));
    tick(1000);
    expect(log).toEqual([]);
    tick(50);
    expect(log).toEqual(['cleaned up', 'TimeoutError']);
    // Throws where a timer is left.
    expect(flush()).toBe(0);
  }));
});
