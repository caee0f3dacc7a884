import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A server on loopback that delays, resets, truncates or hangs, as the number it is asked for says. */
export interface HostileServer {
  url(n: number): string;
  /** How many connections are open. */
  connections(): number;
  close(): Promise<void>;
}

export async function startHostileServer(): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => {
    const n = Number(request.url?.slice(1));
    const later = (action: () => void) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        action();
      }, n);
      timers.add(timer);
    };
    if (n % 11 === 0) later(() => request.socket.destroy());
    else if (n % 13 === 0) {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('truncated');
      later(() => request.socket.destroy());
    } else if (n % 17 !== 0) later(() => response.end('x'.repeat(n)));
    // else it hangs
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: (n) => `http://127.0.0.1:${port}/${n}`,
    connections: () => sockets.size,
    close: () =>
      new Promise((closed) => {
        timers.forEach(clearTimeout);
        server.close(() => {
          closed();
        });
        server.closeIdleConnections();
      }),
  };
}
