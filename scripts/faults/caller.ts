import { createTask } from 'rx-asyncio/promises';
import { remoteQueue, type RemoteQueueOptions } from 'rx-asyncio/bullmq';

// A caller that is to be killed: asks for so many jobs, says when they are in the queue, and waits.

const [, , port, name = '', count, options = '{}'] = process.argv;

const queue = remoteQueue<{ wait: (data: { id: number; ms: number }) => number }>(name, {
  connection: { host: '127.0.0.1', port: Number(port) },
  ...(JSON.parse(options) as Partial<RemoteQueueOptions>),
});

async function main(): Promise<void> {
  for (let id = 0; id < Number(count); id++) createTask(queue.job('wait', { id, ms: 400 }));
  while (Object.values(await queue.queue.getJobCounts()).reduce((sum, each) => sum + each, 0) < Number(count));
  process.send?.('ready');
}

void main();
