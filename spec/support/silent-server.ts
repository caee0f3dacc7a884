import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Deferred, deferred } from './deferred';

/** One request that is yet to come, and that nobody will answer. */
export interface Visit {
  readonly url: string;
  /** The server has the request. */
  readonly begun: Promise<void>;
  /** Its connection is closed. */
  readonly gone: Promise<void>;
}

/** A server that never answers, or begins to and never ends, and knows who waits for it. */
export class SilentServer {
  readonly #server = createServer(({ url = '' }, response) => {
    this.#receive(url, response);
  });
  readonly #visits = new Map<string, { begun: Deferred<void>; gone: Deferred<void> }>();
  #url = '';

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** A URL for one request: to be left without any answer, or in the middle of it. */
  visit(answer: 'none' | 'half' = 'none'): Visit {
    const path = `/${answer}/${this.#visits.size}`;
    const [begun, gone] = [deferred(), deferred()];
    this.#visits.set(path, { begun, gone });
    return { url: this.#url + path, begun: begun.promise, gone: gone.promise };
  }

  #receive(path: string, response: ServerResponse): void {
    const visit = this.#visits.get(path);
    response.once('close', () => visit?.gone.resolve());
    if (path.startsWith('/half')) response.writeHead(200, { 'content-length': 1000 }).write('half of ');
    visit?.begun.resolve();
  }
}
