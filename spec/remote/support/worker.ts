import { setTimeout as sleep } from 'node:timers/promises';
import { serveQueue } from 'rx-asyncio/bullmq';

// A worker process of the specs: `node --import tsx worker.ts <port> <queue>`. Says on its output what it does.

const [, , port, name = ''] = process.argv;

const say = (text: string) => process.stdout.write(`${text}\n`);

const server = serveQueue<{ wait: (data: { id: number; ms: number }) => number }>(
  name,
  {
    wait: async ({ id, ms }, { signal }) => {
      say(`started ${id}`);
      try {
        await sleep(ms, undefined, { signal });
        return id;
      } finally {
        await sleep(20);
        say(`ended ${id}`);
      }
    },
  },
  {
    connection: { host: '127.0.0.1', port: Number(port), retryStrategy: () => 200 },
    concurrency: 5,
    lockDuration: 1500,
    stalledInterval: 700,
    maxStalledCount: 10,
    grace: 300,
  },
);
// Where Redis is away, that is what a spec is about.
server.worker.on('error', () => {});
process.once('SIGTERM', () => {
  void server.close().then(() => {
    say('closed');
  });
});
void server.worker.waitUntilReady().then(() => {
  say('ready');
});
