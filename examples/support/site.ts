import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** What a site has seen when it has closed. */
export interface SiteLog {
  readonly requests: number;
  /** Of these, how many their clients had aborted. */
  readonly aborted: number;
  /** How many connections are open. */
  readonly connections: number;
}

/** A site of linked pages on loopback; its hosts are ports. */
export interface Site {
  /** The page from which all others can be reached. */
  readonly url: string;
  /** Closes it, when the last connection has ended. */
  close(): Promise<SiteLog>;
}

/**
 * 500 pages on four hosts, each page linked to three more and to one that is known. Some are slow, some answer at the second
 * request only. Of those that lead nowhere some are gone, some are broken, and some have no end.
 */
export async function startSite(pages = 500, hosts = 4): Promise<Site> {
  const asked = new Set<number>();
  const log = { requests: 0, aborted: 0 };
  const servers = Array.from({ length: hosts }, () =>
    createServer((request, response) => {
      log.requests++;
      response.on('close', () => {
        if (!response.writableFinished) log.aborted++;
      });
      void answer(Number(request.url?.split('/').pop()), response);
    }),
  );
  const urls = await Promise.all(servers.map(listen));
  const urlOf = (page: number) => `${urls[page % hosts]}/page/${page}`;

  async function answer(page: number, response: ServerResponse): Promise<void> {
    const isFirst = !asked.has(page);
    asked.add(page);
    await sleep(page % 12 === 5 ? 300 : (page * 7) % 40);
    const isLeaf = page >= 200;
    if (isLeaf && page % 50 === 1) return endless(response);
    if (isLeaf && page % 50 === 7) response.statusCode = 404;
    else if (isLeaf && page % 20 === 19) response.statusCode = 500;
    else if (isFirst && page % 10 === 3) response.statusCode = 503;
    const links = [1, 2, 3].map((child) => page * 3 + child).filter((child) => child < pages);
    const anchors = [...links, Math.floor(page / 2)].map((link) => `<a href="${urlOf(link)}">page ${link}</a>`);
    response.end(`<h1>Page ${page}</h1>\n${anchors.join('\n')}\n`);
  }

  return {
    url: urlOf(0),
    close: async () => {
      await Promise.all(servers.map(close));
      return { ...log, connections: sum(await Promise.all(servers.map(connectionsOf))) };
    },
  };
}

async function endless(response: ServerResponse): Promise<void> {
  while (!response.closed) {
    response.write('and so on\n');
    await sleep(20);
  }
}

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A connection that is idle ends now, one that is in use when its client has had its answer, or ends it. */
async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
}

const connectionsOf = (server: Server) => promisify(server.getConnections.bind(server))();

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
