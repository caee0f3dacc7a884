import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SingleBar } from 'cli-progress';
import { concatMap, filter, interval, type Observable } from 'rxjs';
import { awaited, download } from '../../examples/progress-download';
import { startPageServer } from '../../examples/support/page-server';

/** Is the timeout: it comes once so many pages are through, and what is asked for besides is so. A clock would ask for a quick machine. */
function once(pages: number, isSo = () => Promise.resolve(true)): Observable<unknown> {
  const { mock } = jest.spyOn(SingleBar.prototype, 'update');
  const areThrough = () => mock.calls.some(([value]: unknown[]) => value === pages);
  return interval(10).pipe(filter(areThrough), concatMap(isSo), filter(Boolean));
}

const sizesIn = async (folder: string) =>
  Promise.all((await readdir(folder)).map(async (file) => (await stat(path.join(folder, file))).size));

// Real sockets and files.
describe('the download with a progress bar', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pages-'));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(folder, { recursive: true });
  });

  it('saves what comes in time, and counts what fails', async () => {
    const server = await startPageServer();
    const pages = Array.from({ length: 40 }, (_, page) => page);
    const sizes = pages.filter((page) => ![19, 24, 39].includes(page)).map((page) => 1000 + page * 10);
    const urls = pages.map((page) => `${server.url}/page/${page}`);
    expect(await download(urls, folder, once(39))).toBe(2);
    expect((await sizesIn(folder)).sort((a, b) => a - b)).toEqual(sizes);
    expect(await server.close()).toBe(1);
  });

  it('prints how it went', async () => {
    const log = jest.spyOn(console, 'log').mockImplementation();
    const { mock } = jest.spyOn(SingleBar.prototype, 'update');
    await awaited();
    // On a machine that is very busy some are late.
    const [through, { failed }] = mock.lastCall as unknown as [number, { failed: number }];
    expect(log.mock.calls).toEqual([[`${through - failed} pages are in the folder, ${failed} failed`]]);
  });

  it('leaves no part of a file behind when the time is up', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/whole') response.end('whole');
      else response.write('the first half');
    }).listen(0, '127.0.0.1');
    await new Promise((listening) => server.on('listening', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const areBothThere = async () => (await sizesIn(folder)).filter((size) => size > 0).length === 2;

    const failed = await download([`${url}/whole`, `${url}/half`], folder, once(1, areBothThere));
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));

    expect(failed).toBe(0);
    expect(await readdir(folder)).toEqual(['0.txt']);
    expect(await readFile(path.join(folder, '0.txt'), 'utf8')).toBe('whole');
  });
});
