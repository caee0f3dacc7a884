import { createTask } from 'rx-asyncio/promises';
import { remoteQueue, type RemoteQueueOptions } from 'rx-asyncio/bullmq';

// A calling process of the specs: `node --import tsx caller.ts <port> <queue> <milliseconds> <options>`. It asks for nine jobs that
// take so long, and says so when they are in the queue.

const [, , port, name = '', duration, options = '{}'] = process.argv;

const queue = remoteQueue<{ wait: (data: { id: number; ms: number }) => number }>(name, {
  connection: { host: '127.0.0.1', port: Number(port), retryStrategy: () => 200 },
  ...(JSON.parse(options) as Partial<RemoteQueueOptions>),
});

async function main(): Promise<void> {
  const ms = Number(duration);
  // Five that run, and two that wait.
  for (let id = 0; id < 7; id++) createTask(queue.job('wait', { id, ms }));
  createTask(queue.job('wait', { id: 7, ms }, { delay: 60_000 }));
  createTask(queue.job('wait', { id: 8, ms }, { jobId: 'mine', priority: 9 }));
  while ((await queue.queue.getJobCountByTypes('active', 'waiting', 'delayed', 'prioritized')) < 9);
  process.stdout.write('ready\n');
}

void main();
