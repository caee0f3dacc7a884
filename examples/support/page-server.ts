import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server of pages on loopback: each of another size, after another delay; some fail, and some never answer. */
export interface PageServer {
  readonly url: string;
  /** Closes it, and gives how many connections their clients had aborted. */
  close(): Promise<number>;
}

export async function startPageServer(): Promise<PageServer> {
  let aborted = 0;
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    const page = Number(request.url?.split('/').pop());
    open.add(response);
    response.on('close', () => {
      open.delete(response);
      if (!response.writableFinished) aborted++;
    });
    if (page % 25 === 24) return; // hangs
    response.statusCode = page % 20 === 19 ? 503 : 200;
    void sleep((page * 7) % 50).then(() => response.end('x'.repeat(1000 + page * 10)));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.close();
      await Promise.all(Array.from(open, (response) => once(response, 'close')));
      return aborted;
    },
  };
}
