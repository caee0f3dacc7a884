import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { awaited, download } from '../../examples/progress-download';

// Real sockets and files, so real time: what it waits for is short.
describe('the download with a progress bar', () => {
  it('saves what comes in time', async () => {
    const log = jest.spyOn(console, 'log').mockImplementation();
    await awaited();
    expect(log.mock.calls).toEqual([['37 pages are in the folder, 2 failed']]);
    log.mockRestore();
  }, 20_000);

  it('leaves no part of a file behind when the time is up', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'pages-'));
    const parts: string[] = [];
    const server = createServer((request, response) => {
      if (request.url === '/whole') response.end('whole');
      else {
        response.write('the first half');
        setTimeout(() => void readdir(folder).then((files) => parts.push(...files)), 500);
      }
    }).listen(0, '127.0.0.1');
    await new Promise((listening) => server.on('listening', listening));
    const { port } = server.address() as AddressInfo;

    const failed = await download([`http://127.0.0.1:${port}/whole`, `http://127.0.0.1:${port}/half`], folder, 1500);
    const left = await Promise.all(
      (await readdir(folder)).map(async (file) => [file, await readFile(path.join(folder, file), 'utf8')]),
    );
    await rm(folder, { recursive: true });
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));

    expect(failed).toBe(0);
    expect(parts.sort()).toEqual(['0.txt', '1.txt']);
    expect(left).toEqual([['0.txt', 'whole']]);
  }, 20_000);
});
