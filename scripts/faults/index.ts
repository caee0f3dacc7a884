import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { format, resolveConfig } from 'prettier';
import { createTask, gather, type Task } from 'rx-asyncio/promises';
import { remoteQueue, type RemoteQueue } from 'rx-asyncio/bullmq';
import { type SpecProcess, startWorker } from '../../spec/remote/support/processes';
import { type RedisServer, startRedis } from '../redis';

// 500 jobs over three worker processes, once for each fault, and what was seen: `npm run faults` writes the table of docs/bullmq.md.

const count = 500;
/** How long each job takes. */
const ms = 400;
const page = path.join(__dirname, '../../docs/bullmq.md');

interface Jobs {
  wait: (data: { id: number; ms: number }) => number;
}

interface Scene {
  readonly name: string;
  readonly redis: RedisServer;
  readonly workers: readonly SpecProcess[];
  readonly queue: RemoteQueue<Jobs>;
  readonly tasks: Task<number>[];
}

interface Fault {
  readonly title: string;
  /** Another process is the caller, given these options, and is killed. */
  readonly caller?: object;
  /** What happens when a hundred jobs have ended. */
  readonly happens?: (scene: Scene) => Promise<void>;
}

const cancelAll = ({ tasks }: Scene) => {
  for (const task of tasks) task.cancel();
};

/** With all jobs of a scene cancelled meanwhile, where one is given. */
async function awayFor(redis: RedisServer, milliseconds: number, scene?: Scene): Promise<void> {
  await redis.kill();
  if (scene !== undefined) cancelAll(scene);
  await sleep(milliseconds);
  await redis.restart();
}

const faults: readonly Fault[] = [
  { title: 'none' },
  {
    title: 'half of the jobs are cancelled',
    happens: async ({ tasks }) => {
      for (const [id, task] of tasks.entries()) if (id % 2 === 1) task.cancel();
      return Promise.resolve();
    },
  },
  { title: 'a worker is killed', happens: async ({ workers }) => workers[0]?.end('SIGKILL') },
  {
    title: 'a worker is killed, then all jobs are cancelled',
    happens: async (scene) => {
      await scene.workers[0]?.end('SIGKILL');
      cancelAll(scene);
    },
  },
  {
    title: 'a worker gets SIGTERM, with a `grace` shorter than its jobs',
    happens: async ({ workers }) => workers[0]?.end('SIGTERM'),
  },
  { title: 'Redis is killed, and back after a second', happens: ({ redis }) => awayFor(redis, 1000) },
  {
    title: 'Redis is killed, all jobs are cancelled, and it is back after a second',
    happens: (scene) => awayFor(scene.redis, 1000, scene),
  },
  {
    title: 'the events of the queue are thrown away, again and again',
    happens: async ({ queue, tasks }) => {
      while (tasks.some(({ done }) => !done)) await queue.queue.trimEvents(0);
    },
  },
  { title: 'the caller is killed', caller: {} },
  { title: "the caller is killed, with `orphans: 'cancel'`", caller: { orphans: 'cancel', orphansAfter: 1000 } },
];

async function main(): Promise<void> {
  const rows: string[][] = [['fault', 'results', 'cancelled', 'ran twice', 'cleaned up', 'left over', 'seconds']];
  for (const fault of faults) {
    const row = await seen(fault);
    console.log(row.join(' | '));
    rows.push(row);
  }
  const [head = [], ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
  const table = [head, `|${'-|'.repeat(7)}`, ...body].join('\n');
  const text = readFileSync(page, 'utf8').replace(/(?<=<!-- faults -->\n)[^]*(?=<!-- \/faults -->)/, `\n${table}\n\n`);
  writeFileSync(page, await format(text, { ...(await resolveConfig(page)), filepath: page }));
}

async function seen({ title, caller, happens }: Fault): Promise<string[]> {
  const redis = await startRedis();
  const name = 'faults';
  const workers = await gather([1, 2, 3].map(() => () => startWorker(redis.port, name)));
  const queue = remoteQueue<Jobs>(name, {
    connection: { host: '127.0.0.1', port: redis.port, retryStrategy: () => 200 },
    recheck: 200,
  });
  const tasks: Task<number>[] = [];
  const started = Date.now();
  try {
    let counts: readonly [results: number, cancelled: number];
    if (caller === undefined) {
      for (let id = 0; id < count; id++) tasks.push(createTask(queue.job('wait', { id, ms })));
      await until(() => tasks.filter(({ done }) => done).length >= 100);
      const happening = happens?.({ name, redis, workers, queue, tasks });
      const outcomes = await Promise.allSettled(tasks);
      await happening;
      const results = outcomes.filter((outcome, id) => outcome.status === 'fulfilled' && outcome.value === id).length;
      counts = [results, tasks.filter(({ status }) => status === 'cancelled').length];
    } else {
      await withCaller(redis.port, name, caller);
      await until(async () => (await leftIn(queue)) === 0);
      const { completed = 0 } = await queue.queue.getJobCounts('completed');
      counts = [completed, count - completed];
    }
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    await until(() => openOf(workers.filter(({ isAlive }) => isAlive)).length === 0);
    const left = await leftIn(queue);
    return [title, ...counts.map(String), String(twice(workers)), cleanedUp(workers, counts[0]), String(left), seconds];
  } finally {
    await queue.close();
    await gather(workers, (worker) => worker.end('SIGKILL'));
    await redis.stop();
  }
}

async function withCaller(port: number, name: string, options: object): Promise<void> {
  const args = [String(port), name, String(count), JSON.stringify(options)];
  const process = fork(path.join(__dirname, 'caller.ts'), args, { execArgv: ['--import', 'tsx'] });
  await once(process, 'message');
  const closed = once(process, 'close');
  process.kill('SIGKILL');
  await closed;
}

const eventsOf = (workers: readonly SpecProcess[], event: string) =>
  workers.flatMap(({ said }) =>
    said.filter((line) => line.startsWith(`${event} `)).map((line) => line.slice(event.length + 1)),
  );

/** What has been started and has not ended. */
function openOf(workers: readonly SpecProcess[]): readonly string[] {
  return workers.flatMap((worker) => {
    const ended = eventsOf([worker], 'ended');
    return eventsOf([worker], 'started').filter((id) => !ended.includes(id));
  });
}

const twice = (workers: readonly SpecProcess[]) => {
  const ids = eventsOf(workers, 'started');
  return ids.length - new Set(ids).size;
};

/** Of the runs that gave no result, those that came to the end of their `finally`; the others died with their worker. */
function cleanedUp(workers: readonly SpecProcess[], results: number): string {
  const runs = eventsOf(workers, 'started').length - results;
  return `${eventsOf(workers, 'ended').length - results} of ${runs}`;
}

async function leftIn({ queue }: RemoteQueue<Jobs>): Promise<number> {
  return queue.getJobCountByTypes('active', 'waiting', 'delayed', 'prioritized');
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}

void main();
