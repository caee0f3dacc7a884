// Random trees of combinators, cancelled at random, on real timers and over real connections. At the end nothing may be
// left of them. Run by `npm run test:soak -- [seconds] [seed]`.
import * as fc from 'fast-check';
import { getEventListeners, setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Awaitable, createTask } from 'rx-asyncio';
import { gather } from 'rx-asyncio/promises';
import { type Branch, grow, type Leaf, trees } from '../support/trees';
import { type HostileServer, startHostileServer } from './hostile-server';

const seconds = Number(process.argv[2] ?? 60);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const atOnce = 40;

const count = { trees: 0, started: 0, ended: 0, fulfilled: 0, rejected: 0, cancelled: 0, reported: 0 };

// A failure that comes when nobody listens any more is reported, by rule 4; here that is business as usual.
process.on('unhandledRejection', () => count.reported++);

/** Runs as long as it says, or waits for the server, and cleans up afterwards, cancelled or not. */
const leafOn =
  (server: HostileServer) =>
  ({ kind, duration, fails, cleanup }: Leaf): Awaitable<unknown> =>
  async (context) => {
    count.started++;
    try {
      if (kind === 'coroutine') await sleep(duration, undefined, context);
      else await (await fetch(server.url(duration), context)).text();
      if (fails) throw new Error('failed');
      return duration;
    } finally {
      if (context.signal.aborted) await sleep(cleanup);
      count.ended++;
    }
  };

async function keepRunning(server: HostileServer, worker: number, signal: AbortSignal, until: number): Promise<void> {
  for (let run = 0; Date.now() < until; run++) {
    const [[tree, cancelAt]] = fc.sample(scenarios, { seed: seed + worker * 1_000_003 + run, numRuns: 1 }) as [
      [Branch, number],
    ];
    const task = createTask(grow(tree, leafOn(server), () => {}));
    count.trees++;
    const cancelling = setTimeout(() => task.cancel(), cancelAt);
    // Through a facade, so that a signal that outlives everything is listened to.
    await gather([task], { signal }).catch(() => {});
    clearTimeout(cancelling);
    if (task.status === 'pending') throw new Error('a task was still pending when its gather had ended');
    count[task.status]++;
  }
}

const scenarios = fc.tuple(trees({ failures: true }), fc.integer({ min: 0, max: 150 }));

async function soak(server: HostileServer, milliseconds: number): Promise<number> {
  const { signal } = new AbortController();
  setMaxListeners(atOnce, signal);
  const until = Date.now() + milliseconds;
  await Promise.all(Array.from({ length: atOnce }, (_, worker) => keepRunning(server, worker, signal, until)));
  return getEventListeners(signal, 'abort').length;
}

/** Bytes in use once all garbage is gone. */
async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    global.gc?.();
    await sleep(50);
  }
  return process.memoryUsage().heapUsed;
}

/** How many there are of each kind, but for the standard streams. */
function activeResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) {
    if (!/^(TTY|Pipe)Wrap$/.test(name)) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Until fetch has closed the connections that it keeps, or was still opening for requests that were aborted. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 100 && Object.keys(activeResources()).some((name) => name !== 'TCPServerWrap'); i++)
    await sleep(100);
}

async function main(): Promise<void> {
  console.log(`soaking for ${seconds} s, seed ${seed}`);
  const server = await startHostileServer();
  await soak(server, 3000); // until caches and pools have their size
  await quiet();
  const before = await heap();
  const listeners = await soak(server, seconds * 1000);
  await server.close();
  await quiet();
  const after = await heap();
  const resources = activeResources();

  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  console.log(
    `${count.trees} trees: ${count.fulfilled} fulfilled, ${count.rejected} rejected, ${count.cancelled} cancelled`,
  );
  console.log(`${count.started} leaves started, ${count.ended} ended; ${count.reported} failures reported`);
  console.log(
    `${server.connections()} connections were left, ${listeners} listeners, resources: ${JSON.stringify(resources)}`,
  );
  console.log(`heap: ${megabytes(before)} before, ${megabytes(after)} after`);

  const faults = [
    count.trees !== count.fulfilled + count.rejected + count.cancelled && 'a task is unaccounted for',
    count.started !== count.ended && 'a leaf still runs',
    server.connections() > 0 && 'a connection is open',
    listeners > 0 && 'a listener is left',
    Object.keys(resources).length > 0 && 'a resource is left',
    after > before * 1.2 + 2 ** 20 && 'the heap has grown',
  ].filter((fault) => fault !== false);
  console.log(faults.length === 0 ? 'nothing is left' : `FAILED: ${faults.join(', ')}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

void main();
