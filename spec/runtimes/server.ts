import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the battery asks, and where a page with it is. */
export interface Server {
  readonly url: string;
  /** Shows this page from now on, and waits for the lines that it sends. */
  linesOf(script: string): Promise<string>;
  close(): void;
}

/** Of a request that is not answered: whether it has come, and whether whoever has asked is gone. */
interface Visit {
  readonly begun: Promise<void>;
  readonly gone: Promise<void>;
  readonly begin: () => void;
  readonly leave: () => void;
}

function visit(): Visit {
  const { promise: begun, resolve: begin } = deferred();
  const { promise: gone, resolve: leave } = deferred();
  return { begun, gone, begin, leave };
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

export async function startServer(): Promise<Server> {
  const visits = new Map<string, Visit>();
  let script = '';
  let send: (lines: string) => void = () => {};

  const of = (id: string): Visit => {
    const known = visits.get(id) ?? visit();
    visits.set(id, known);
    return known;
  };
  const hold = (id: string, response: ServerResponse) => {
    const { begin, leave } = of(id);
    response.once('close', leave);
    begin();
  };

  const server = createServer((request, response) => {
    const [, what = '', id = ''] = request.url?.split('/') ?? [];
    const answers: Record<string, () => unknown> = {
      '': () =>
        response.setHeader('content-type', 'text/html').end('<!doctype html><script type=module src=/script></script>'),
      script: () => response.setHeader('content-type', 'text/javascript').end(script),
      lines: () =>
        void text(request)
          .then(send)
          .then(() => response.end()),
      answer: () => response.end('an answer'),
      silent: () => {
        hold(id, response);
      },
      half: () => {
        hold(id, response.writeHead(200, { 'content-length': 100_000 }));
        response.write('half of '.repeat(1000));
      },
      begun: () => void of(id).begun.then(() => response.end('begun')),
      gone: () => void of(id).gone.then(() => response.end('gone')),
    };
    (answers[what] ?? (() => response.writeHead(404).end()))();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    linesOf: (page) => {
      script = page;
      return new Promise((resolve) => (send = resolve));
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
