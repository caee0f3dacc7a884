// What the libraries talk to, and who knows whether anybody is still there.
import { makeClientConstructor, Server, ServerCredentials, credentials, status } from '@grpc/grpc-js';
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** `/answer` is answered, `/missing` is not there, and of the rest nobody hears anything. */
export async function startHttp() {
  const waiting = new Map();
  const server = createServer((request, response) => {
    const { url } = request;
    if (url === '/answer') response.end('an answer');
    else if (url === '/missing') response.writeHead(404).end();
    else if (url === '/broken') response.destroy();
    else {
      waiting.set(url, response);
      response.once('close', () => waiting.delete(url));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  let visits = 0;

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** The path of a request that nobody answers. */
    silent: () => {
      const path = `/silent/${visits++}`;
      return { path, isThere: () => waiting.has(path) };
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const json = {
  requestStream: false,
  responseStream: false,
  requestSerialize: (value) => Buffer.from(JSON.stringify(value)),
  requestDeserialize: (buffer) => JSON.parse(buffer),
  responseSerialize: (value) => Buffer.from(JSON.stringify(value)),
  responseDeserialize: (buffer) => JSON.parse(buffer),
};

const methods = {
  answer: { ...json, path: '/pages/answer' },
  fail: { ...json, path: '/pages/fail' },
  hold: { ...json, path: '/pages/hold' },
};

export async function startGrpc() {
  let held = 0;
  const server = new Server();
  server.addService(methods, {
    answer: ({ request }, callback) => callback(null, `${request} answered`),
    fail: (_, callback) => callback({ code: status.NOT_FOUND, details: 'no such page' }),
    hold: (call) => {
      held++;
      call.once('cancelled', () => held--);
    },
  });
  const insecure = ServerCredentials.createInsecure();
  const port = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', insecure, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const Pages = makeClientConstructor(methods, 'pages');
  const client = new Pages(`127.0.0.1:${port}`, credentials.createInsecure());
  return {
    client,
    isThere: () => held > 0,
    stop: () => {
      client.close();
      server.forceShutdown();
    },
  };
}

/** Until it is so: whoever knows is another process, or another turn of the event loop. */
export async function until(isSo, what) {
  const end = Date.now() + 10_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not within 10 seconds: ${what}`);
    await sleep(10);
  }
}
