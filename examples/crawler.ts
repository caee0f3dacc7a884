import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SingleBar } from 'cli-progress';
import { catchError, defer, type Observable, of, retry, tap, throwError, timer } from 'rxjs';
import { type CoroutineContext, Progress, Semaphore, waitFor } from 'rx-asyncio';
import { run } from 'rx-asyncio/node';
import { taskGroup, TimeoutError } from 'rx-asyncio/promises';
import { recordTimeline, renderTimeline, type Timeline, type TimelineEvent } from 'rx-asyncio/timeline';
import { type SiteLog, startSite } from './support/site';

/** How far a crawl came. */
export interface Crawled {
  readonly found: number;
  readonly came: number;
  /** How many pages failed, by why. */
  readonly failed: ReadonlyMap<string, number>;
}

class StatusError extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

/** The links of a page. */
const linksOf = (url: string) => async (context: CoroutineContext) => {
  const response = await fetch(url, context);
  const text = await response.text();
  if (!response.ok) throw new StatusError(response.status);
  return Array.from(text.matchAll(/href="([^"]+)"/g), ([, link = '']) => link);
};

/** Follows every link once, and never fails because of a page. What it gives is kept up to date meanwhile. */
class Crawler implements Crawled {
  came = 0;
  readonly failed = new Map<string, number>();
  readonly progress = new Progress();
  // At most 40 requests begin in 100 ms, and at most 6 run at a time on one host.
  readonly #rate = new Semaphore(40, { per: 100 });
  readonly #hosts = new Map<string, Semaphore>();
  readonly #seen = new Set<string>();

  constructor(
    readonly timeline: Timeline,
    readonly timeout: number,
  ) {}

  get found(): number {
    return this.#seen.size;
  }

  crawl(start: string, context: CoroutineContext): Promise<void> {
    return taskGroup((group) => {
      const visit = (url: string): void => {
        if (this.#seen.has(url)) return;
        this.#seen.add(url);
        const [page] = this.progress.watch([this.#page(url)]);
        const visiting = page.pipe(
          tap((links) => {
            this.came++;
            links.forEach(visit);
          }),
          catchError((error: unknown) => {
            this.#count(error);
            return of(undefined);
          }),
        );
        group.createTask(visiting, { name: url });
      };
      visit(start);
      return Promise.resolve();
    }, context);
  }

  /** A host's permit is taken first, so that none of the rate is lost on who has to wait for a host; a pause holds neither. */
  #page(url: string): Observable<string[]> {
    const { host, pathname } = new URL(url);
    const name = pathname.slice(1);
    const limit = this.#hosts.get(host) ?? new Semaphore(6);
    this.#hosts.set(host, limit);
    return defer(() => {
      const request = this.timeline.track(name, waitFor(linksOf(url), this.timeout));
      return limit.use(this.#rate.use(request));
    }).pipe(
      retry({
        count: 2,
        delay: (error: unknown, attempt) =>
          isWorthAnother(error) ? timer(50 * 2 ** attempt) : throwError(() => error),
      }),
    );
  }

  #count(error: unknown): void {
    const why = error instanceof TimeoutError ? `no end within ${this.timeout} ms` : (error as Error).message;
    this.failed.set(why, (this.failed.get(why) ?? 0) + 1);
  }
}

/** Only what may go well another time: not a page that is gone, nor one that has no end. */
const isWorthAnother = (error: unknown) =>
  error instanceof StatusError ? error.status >= 500 : !(error instanceof TimeoutError);

export interface CrawlOptions {
  /** Where the timeline is written to. */
  readonly file: string;
  /** Milliseconds that a page may take. */
  readonly timeout: number;
}

/** Crawls a site of its own. Whatever happens, it closes the site, says how far it came, and draws what it waited for. */
export async function crawl(context: CoroutineContext, { file, timeout }: CrawlOptions): Promise<Crawled & SiteLog> {
  const site = await startSite();
  const timeline = recordTimeline();
  const crawler = new Crawler(timeline, timeout);
  let stopBar = () => {};
  let log: SiteLog;
  try {
    stopBar = showBar(crawler.progress);
    await crawler.crawl(site.url, context);
  } finally {
    stopBar();
    log = await site.close();
    console.log(inWords(crawler));
    console.log(`${log.requests} requests, ${log.aborted} of them aborted; ${log.connections} connections are open`);
    await writeFile(file, draw(timeline.events, crawler));
    console.log(`timeline: ${file}`);
  }
  return { found: crawler.found, came: crawler.came, failed: crawler.failed, ...log };
}

/** Where nobody watches, a line now and then. */
function showBar(progress: Progress): () => void {
  // A terminal need not say how wide it is.
  const columns = (process.stderr.isTTY && process.stderr.columns) || 80;
  const bar = new SingleBar({
    format: '{bar} {value} of {total} pages, {rejected} failed',
    barsize: Math.max(0, Math.min(40, columns - 36)),
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 500,
  });
  bar.start(1, 0, { rejected: 0 });
  // It never fails.
  // eslint-disable-next-line rxjs-x/no-ignored-error
  const shown = progress.subscribe(({ total = 0, fulfilled, rejected }) => {
    bar.setTotal(total);
    bar.update(fulfilled + rejected, { rejected });
  });
  return () => {
    shown.unsubscribe();
    bar.stop();
  };
}

function inWords({ found, came, failed }: Crawled): string {
  const reasons = Array.from(failed, ([why, pages]) => `${pages} ${why}`);
  const failures = Array.from(failed.values()).reduce((sum, pages) => sum + pages, 0);
  const left = found - came - failures;
  const parts = [
    `${came} of ${found} pages came`,
    `${failures} failed${failures > 0 ? ` (${reasons.join(', ')})` : ''}`,
  ];
  if (left > 0) parts.push(`${left} were left`);
  return parts.join('; ');
}

function draw(events: readonly TimelineEvent[], crawled: Crawled): string {
  return renderTimeline(worthSeeing(events), {
    title: 'A crawl',
    description: `${inWords(crawled)}. Here are the first three pages of each fate, a row for each request.`,
  });
}

/** Of all pages that fared alike the first three, since 600 rows would say less. */
function worthSeeing(events: readonly TimelineEvent[]): TimelineEvent[] {
  const pages = new Map<string, TimelineEvent[]>();
  for (const event of events) pages.set(event.name, [...(pages.get(event.name) ?? []), event]);
  const alike = new Map<string, TimelineEvent[][]>();
  for (const page of pages.values()) {
    const fate = fateOf(page);
    alike.set(fate, [...(alike.get(fate) ?? []), page]);
  }
  const chosen = new Set(Array.from(alike.values(), (fated) => fated.slice(0, 3)).flat(2));
  return events
    .filter((event) => chosen.has(event))
    .map(({ value, ...event }) => ({ ...event, value: Array.isArray(value) ? { links: value.length } : value }));
}

function fateOf(page: readonly TimelineEvent[]): string {
  const started = page.find(({ type }) => type === 'started')?.time ?? 0;
  const isSlow = (page.at(-1)?.time ?? 0) - started > 250;
  const steps = page.map(({ type, value }) => (type === 'failed' ? String(value) : type));
  return [...steps, isSlow && 'slowly'].join();
}

/** `npm start -- crawler [file [milliseconds that a page may take]]`. Ctrl-C ends it. */
export function main([file = path.join(tmpdir(), 'crawl.svg'), timeout = '1000']: readonly string[]): Promise<unknown> {
  return run((context) => crawl(context, { file, timeout: Number(timeout) }));
}
