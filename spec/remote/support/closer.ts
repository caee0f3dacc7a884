import { createTask } from 'rx-asyncio/promises';
import { remoteQueue } from 'rx-asyncio/bullmq';

// A process of the specs that closes its queue, which has never been reached, and has nothing else to do: `node --import tsx
// closer.ts`.

async function main(): Promise<void> {
  const connection = { host: '127.0.0.1', port: 1 };
  const queue = remoteQueue<{ work: () => void }>('unreachable', { connection, connectTimeout: 600_000 });
  const task = createTask(queue.job('work', undefined as never));
  process.stdout.write('ready\n');
  // The call waits for Redis by then.
  await new Promise((resolve) => setImmediate(resolve));
  await queue.close();
  await task.catch(() => {});
}

void main();
