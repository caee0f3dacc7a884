import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { SingleBar } from 'cli-progress';
import { TimeoutError } from 'rxjs';
import { asCompleted, type CoroutineContext } from 'rx-asyncio/promises';
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

/** Downloads 16 at a time, for at most so many milliseconds, and gives how many have failed. */
export async function download(urls: readonly string[], folder: string, timeout: number): Promise<number> {
  const bar = new SingleBar({ format: '{bar} {value} of {total} pages, {failed} failed' });
  let failed = 0;
  bar.start(urls.length, 0, { failed });
  try {
    const files = urls.map((url, i) => save(url, path.join(folder, `${i}.txt`)));
    for await (const file of asCompleted(files, { concurrency: 16, timeout, returnExceptions: true })) {
      if (file.status === 'rejected') failed++;
      bar.increment({ failed });
    }
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  } finally {
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
