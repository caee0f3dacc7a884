import { SingleBar } from 'cli-progress';
import { createTask, gather, Progress } from 'rx-asyncio/promises';
import { remoteQueue } from 'rx-asyncio/bullmq';
import { hasRedis, startRedis } from '../../scripts/redis';
import { Fleet } from './fleet';
import { name, type Pages } from './pages';

// 500 jobs over three worker processes, of which one is killed; then half of the jobs are cancelled: `npm run example:fleet`.

const count = 500;
const isCancelled = (page: number) => page % 2 === 1;

async function main(): Promise<void> {
  if (!hasRedis()) {
    console.error('This example needs a redis-server, and there is none here. On Debian: apt-get install redis-server');
    process.exitCode = 1;
    return;
  }
  const server = await startRedis();
  try {
    await renderAll(server.port);
  } finally {
    await server.stop();
  }
}

async function renderAll(port: number): Promise<void> {
  const fleet = await Fleet.start(3, port);
  const pages = Array.from({ length: count }, (_, page) => page);
  try {
    const queue = remoteQueue<Pages>(name, { connection: { host: '127.0.0.1', port } });
    try {
      const progress = new Progress();
      const jobs = progress.watch(pages.map((page) => queue.job('render', { page })));
      const tasks = jobs.map((job) => createTask(job));
      const hide = show(progress, (done) => {
        if (done === 100) fleet.killOne();
        if (done === 150) tasks.forEach((task, page) => isCancelled(page) && task.cancel());
      });
      const outcomes = await gather(tasks, { returnExceptions: true });
      hide();
      // It has heard all that its workers say when they have ended.
      await fleet[Symbol.asyncDispose]();
      tell(outcomes.map(({ status }, page) => what(status, fleet.eventsOf(page))));
      const { active, waiting } = await queue.queue.getJobCounts('active', 'waiting');
      console.log(`left in the queue: ${active} that run, ${waiting} that wait`);
    } finally {
      await queue.close();
    }
  } finally {
    await fleet[Symbol.asyncDispose]();
  }
}

/** Calls back with each number of those that are done, once. */
function show(progress: Progress, reached: (done: number) => void): () => void {
  const bar = new SingleBar({ format: '{bar} {value} of {total} jobs, {running} sent, {cancelled} cancelled' });
  bar.start(count, 0, { running: 0, cancelled: 0 });
  let highest = 0;
  // It never fails.
  // eslint-disable-next-line rxjs-x/no-ignored-error
  const shown = progress.subscribe(({ done, running, cancelled }) => {
    bar.update(done, { running, cancelled });
    for (; highest < done; highest++) reached(highest + 1);
  });
  return () => {
    shown.unsubscribe();
    bar.stop();
  };
}

function what(status: string, events: readonly string[]): string {
  const starts = events.filter((event) => event === 'started').length;
  if (status === 'fulfilled') {
    return starts > 1 ? 'done, by another worker than the one that was killed with it' : 'done';
  }
  if (starts === 0) return 'cancelled before it started';
  return events.at(-1) === 'rolled back' ?
      'cancelled while it ran, and rolled back'
    : 'cancelled, of the killed worker';
}

function tell(kinds: readonly string[]): void {
  const all = new Map<string, number>();
  for (const kind of kinds) all.set(kind, (all.get(kind) ?? 0) + 1);
  for (const [kind, number] of all) console.log(`${String(number).padStart(4)} ${kind}`);
}

void main();
