import { catchError, concat, defer, EMPTY, ignoreElements, switchMap, tap, throwError, TimeoutError } from 'rxjs';
import { asCompleted, type CoroutineContext } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { type PageServer, startPageServer } from './support/page-server';

const pages = Array.from({ length: 200 }, (_, i) => `/page/${i}`);
const options = { concurrency: 16, timeout: 2000, returnExceptions: true } as const;

/** Downloads pages, and counts how that went. */
class Download {
  came = 0;
  failed = 0;
  cancelled = 0;

  constructor(private readonly server: PageServer) {}

  readonly fetch = (page: string) => async (context: CoroutineContext) => {
    try {
      const response = await fetch(this.server.url + page, context);
      if (!response.ok) throw new Error(`${page}: ${response.status}`);
      return await response.text();
    } catch (error) {
      if (context.signal.aborted) this.cancelled++;
      throw error;
    }
  };

  readonly handle = (page: PromiseSettledResult<string>) => {
    if (page.status === 'fulfilled') this.came++;
    else this.failed++;
  };

  readonly report = async () => {
    console.log(`${this.came} pages came, ${this.failed} failed, ${this.cancelled} were cancelled`);
    console.log(`the server saw ${await this.server.close()} connections aborted`);
  };
}

export const piped = defer(startPageServer).pipe(
  switchMap((server) => {
    const download = new Download(server);
    const handled = asCompleted(pages.map(download.fetch), options).pipe(
      tap(download.handle),
      catchError((error: unknown) => (error instanceof TimeoutError ? EMPTY : throwError(() => error))),
      ignoreElements(),
    );
    return concat(handled, defer(download.report));
  }),
);

export async function awaited(): Promise<void> {
  const download = new Download(await startPageServer());
  try {
    for await (const page of promises.asCompleted(pages.map(download.fetch), options)) download.handle(page);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  }
  await download.report();
}
