import { asCompleted, type Awaitable, gather } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { map, type Observable, take } from 'rxjs';

/** The first two hits, of whichever index is quick. A second is enough for both. */
export function firstHits(indexes: readonly Awaitable<string>[]): Observable<string> {
  return asCompleted(indexes, { timeout: 1000 }).pipe(take(2));
}

/** Title and text, together. */
export function article(title: Awaitable<string>, text: Awaitable<string>): Observable<string> {
  return gather([title, text]).pipe(map((parts) => parts.join(': ')));
}

/** The same, awaited, in a second at most. */
export function loadArticle(title: Awaitable<string>, text: Awaitable<string>): Promise<string> {
  return promises.waitFor(article(title, text), 1000);
}
