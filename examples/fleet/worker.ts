import { setTimeout as sleep } from 'node:timers/promises';
import { type CoroutineContext } from 'rx-asyncio/promises';
import { serveQueue } from 'rx-asyncio/bullmq';
import { name, type Pages } from './pages';

// A process that renders pages, sixteen at a time: `fleet.ts` starts three of them, and hears from each what it does.

async function render({ page }: { page: number }, { signal }: CoroutineContext): Promise<string> {
  process.send?.({ page, event: 'started' });
  try {
    await sleep(200 + (page % 7) * 200, undefined, { signal });
    return `page ${page}`;
  } catch (error) {
    await sleep(20);
    process.send?.({ page, event: 'rolled back' });
    throw error;
  }
}

const connection = { host: '127.0.0.1', port: Number(process.argv[2]) };

// Redis hears of a worker every half of `lockDuration`; who has not been heard of for all of it has died.
const timing = { lockDuration: 1500, stalledInterval: 700 };

const worker = serveQueue<Pages>(name, { render }, { connection, concurrency: 16, ...timing });

// Such as a job that it has lost, since the machine was too busy to say in time that it lives. A service would log it.
worker.worker.on('error', () => {});

const stop = () => {
  void worker.close().then(() => {
    if (process.connected) process.disconnect();
  });
};
process.once('SIGTERM', stop);
// The program that has started it is gone.
process.once('disconnect', stop);

void worker.worker.waitUntilReady().then(() => process.send?.({ event: 'ready' }));
