import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { SingleBar } from 'cli-progress';
import { type CoroutineContext, gather, Progress, type Timeout, TimeoutError, waitFor } from 'rx-asyncio/promises';
import { startPageServer } from './support/page-server';

/** Saves what a URL gives. A file that does not come to its end is removed. */
const save = (url: string, file: string) => async (context: CoroutineContext) => {
  const { ok, status, body } = await fetch(url, context);
  if (!ok || body === null) {
    await body?.cancel();
    throw new Error(`${url}: ${status}`);
  }
  try {
    await pipeline(Readable.fromWeb(body as ReadableStream), createWriteStream(file), context);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
};

/** Downloads 16 at a time until the timeout, and gives how many have failed. */
export async function download(urls: readonly string[], folder: string, timeout: Timeout): Promise<number> {
  const progress = new Progress();
  const files = progress.watch(urls.map((url, i) => save(url, path.join(folder, `${i}.txt`))));
  const bar = new SingleBar({ format: '{bar} {value} of {total} pages, {failed} failed' });
  let failed = 0;
  bar.start(urls.length, 0, { failed });
  // It never fails.
  // eslint-disable-next-line rxjs-x/no-ignored-error
  const shown = progress.subscribe(({ fulfilled, rejected }) => {
    failed = rejected;
    bar.update(fulfilled + rejected, { failed });
  });
  try {
    await waitFor((context) => gather(files, { ...context, concurrency: 16, returnExceptions: true }), timeout);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  } finally {
    shown.unsubscribe();
    bar.stop();
  }
  return failed;
}

export async function awaited(): Promise<void> {
  const server = await startPageServer();
  const folder = await mkdtemp(path.join(tmpdir(), 'pages-'));
  const urls = Array.from({ length: 40 }, (_, i) => `${server.url}/page/${i}`);
  const failed = await download(urls, folder, 3000);
  await server.close();
  console.log(`${(await readdir(folder)).length} pages are in the folder, ${failed} failed`);
  await rm(folder, { recursive: true });
}
