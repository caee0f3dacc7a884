// What a job costs by `rx-asyncio/bullmq`, beside BullMQ's own `queue.add` and `waitUntilFinished`: `npm run bench:redis`. It starts
// a redis-server and workers of its own, and takes a few minutes.
import { Queue, QueueEvents, Worker } from 'bullmq';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { asCompleted } from 'rx-asyncio/promises';
import { remoteQueue, serveQueue } from 'rx-asyncio/bullmq';

/** @type {typeof import('../scripts/redis.js')} */
const { hasRedis, startRedis } = createRequire(import.meta.url)('../scripts/redis.js');

/** @typedef {{ noop: (data: object) => number }} Jobs */

const concurrency = 50;
const rounds = 5;

const [, , role, ...given] = process.argv;
if (role === 'worker') work(given[0] ?? '', Number(given[1]));
else if (hasRedis()) await compare();
else {
  console.error('There is no redis-server here. On Debian: apt-get install redis-server');
  process.exitCode = 1;
}

/** A process that serves one of the two queues. @param {string} queue @param {number} port */
function work(queue, port) {
  const options = { connection: { host: '127.0.0.1', port }, concurrency };
  const worker =
    queue === 'ours' ?
      serveQueue(queue, { noop: async () => 0 }, options).worker
    : new Worker(queue, async () => 0, options);
  void worker.waitUntilReady().then(() => process.send?.('ready'));
}

async function compare() {
  const redis = await startRedis();
  const { port } = redis;
  const connection = { host: '127.0.0.1', port };
  const workers = [await startWorker('ours', port), await startWorker('theirs', port)];
  /** @type {import('rx-asyncio/bullmq').RemoteQueue<Jobs>} */
  const ours = remoteQueue('ours', { connection });
  const theirs = new Queue('theirs', { connection });
  // Three listeners a job.
  theirs.setMaxListeners(0);
  const events = new QueueEvents('theirs', { connection });
  events.setMaxListeners(0);
  await events.waitUntilReady();
  /** @param {number} n @param {(done: number) => void} [look] */
  const byUs = async (n, look) => {
    let done = 0;
    for await (const result of asCompleted(jobs(ours, n), { concurrency })) {
      if (result !== 0) throw new Error(`${String(result)} in place of 0`);
      look?.(++done);
    }
  };
  /** With the most that the heap has held meanwhile. @param {number} n */
  const peak = async (n) => {
    let heap = 0;
    await byUs(n, (done) => {
      if (done % (n / 10) === 0) heap = Math.max(heap, heapInUse());
    });
    return heap;
  };
  /** @param {number} n */
  const byHand = async (n) => {
    let left = n;
    await Promise.all(
      Array.from({ length: concurrency }, async () => {
        while (left-- > 0) await (await theirs.add('noop', {})).waitUntilFinished(events);
      }),
    );
  };
  try {
    const n = 2_000;
    /** @type {{ time: number, cpu: number, each: number }[]} */
    const ratios = [];
    for (let round = -1; round < rounds; round++) {
      const [a, b] =
        round % 2 === 0 ? [await measured(byUs, n), await measured(byHand, n)] : await inReverse(byUs, byHand, n);
      // The first warms up.
      if (round >= 0) ratios.push({ time: a.time / b.time, cpu: a.cpu / b.cpu, each: a.time / n });
    }
    const of = (/** @type {'time' | 'cpu' | 'each'} */ key) => median(ratios.map((ratio) => ratio[key]));
    console.log(
      `${n} jobs, ${concurrency} at a time, against queue.add and waitUntilFinished, median of ${rounds} rounds:`,
    );
    console.log(
      `time ${of('time').toFixed(2)}, the caller's CPU ${of('cpu').toFixed(2)}; ${of('each').toFixed(2)} ms a job`,
    );
    workers.push(await startWorker('ours', port), await startWorker('ours', port));
    const few = await measured(peak, 1_000);
    const many = await measured(peak, 10_000);
    console.log(`10,000 against 1,000 jobs, over 3 workers: ${(many.time / few.time).toFixed(1)} times as long,`);
    console.log(`${(many.result / few.result).toFixed(2)} times the heap at its peak, pulled from a generator`);
  } finally {
    for (const worker of workers) worker.kill('SIGKILL');
    await Promise.allSettled([ours.close(), theirs.close(), events.close()]);
    await redis.stop();
  }
}

/**
 * @template A, B
 * @param {(n: number) => Promise<A>} first
 * @param {(n: number) => Promise<B>} second
 * @param {number} n
 */
async function inReverse(first, second, n) {
  const b = await measured(second, n);
  return /** @type {const} */ ([await measured(first, n), b]);
}

/** @param {import('rx-asyncio/bullmq').RemoteQueue<Jobs>} queue @param {number} n */
function* jobs(queue, n) {
  for (let index = 0; index < n; index++) yield queue.job('noop', {});
}

/**
 * @template R
 * @param {(n: number) => Promise<R>} run
 * @param {number} n
 */
async function measured(run, n) {
  heapInUse();
  const before = process.cpuUsage();
  const start = performance.now();
  const result = await run(n);
  const time = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { time, cpu: user + system, result };
}

/** @param {string} queue @param {number} port */
async function startWorker(queue, port) {
  const worker = fork(fileURLToPath(import.meta.url), ['worker', queue, String(port)]);
  await once(worker, 'message');
  return worker;
}

/** Without garbage. */
function heapInUse() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** @param {number[]} figures */
function median(figures) {
  return figures.sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;
}
