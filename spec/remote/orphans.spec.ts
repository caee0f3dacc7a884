import { setTimeout as sleep } from 'node:timers/promises';
import { type CoroutineContext, createTask } from 'rx-asyncio/promises';
import { type RedisServer, startRedis } from '../../scripts/redis';
import { killAll, startCaller, startWorker } from './support/processes';
import { closeAll, connection, leftIn, newName, remote, serve } from './support/queues';
import { until } from './support/until';

afterEach(async () => {
  await closeAll();
  await killAll();
});

/** A worker in this process, which says what that of another does. */
function serveHere(name: string, options = {}) {
  const said: string[] = [];
  const wait = async ({ id, ms }: { id: number; ms: number }, { signal }: CoroutineContext) => {
    said.push(`started ${id}`);
    try {
      await sleep(ms, undefined, { signal });
      return id;
    } finally {
      await sleep(20);
      said.push(`ended ${id}`);
    }
  };
  serve(name, { wait: wait as never }, { concurrency: 5, ...options });
  return { said };
}

const count = ({ said }: { readonly said: readonly string[] }, event: string) =>
  said.filter((line) => line.startsWith(event)).length;

describe('a caller that is killed', () => {
  it('leaves its jobs to the queue', async () => {
    const name = newName();
    const caller = await startCaller(connection.port, name, {});
    await caller.end('SIGKILL');
    const worker = await startWorker(connection.port, name);
    await until(() => count(worker, 'ended') === 8);
    await until(async () => (await leftIn(name)) === 1);
    // But for the one that is delayed.
    expect(worker.said).not.toContain('started 7');
  });

  it("has them cancelled with { orphans: 'cancel' }: those that run clean up, those that wait or are delayed never start", async () => {
    const name = newName();
    const worker = serveHere(name);
    const caller = await startCaller(connection.port, name, { orphans: 'cancel', orphansAfter: 800 });
    await until(() => count(worker, 'started') === 5);
    await caller.end('SIGKILL');
    await until(async () => (await leftIn(name)) === 0);
    await until(() => count(worker, 'ended') === 5);
    expect(count(worker, 'started')).toBe(5);
    expect(await remote(name).queue.getJobCounts('failed', 'completed')).toEqual({ failed: 5, completed: 0 });
  });

  it('has them cancelled by a worker that has come only then', async () => {
    const name = newName();
    const caller = await startCaller(connection.port, name, { orphans: 'cancel', orphansAfter: 800 });
    await caller.end('SIGKILL');
    const worker = serveHere(name);
    await until(async () => (await leftIn(name)) === 0);
    await until(() => count(worker, 'ended') === 5);
    expect(count(worker, 'started')).toBe(5);
    // What comes later is refused.
    const owner = (await remote(name).queue.getFailed())[0]?.opts as object;
    await expect(
      createTask(remote(name).job('wait', { id: 9, ms: 0 } as never, { ...owner, jobId: 'late' })),
    ).rejects.toThrow('its caller has not been heard of any more');
    expect(worker.said).not.toContain('started 9');
  });
});

describe('a caller that lives', () => {
  it('keeps what takes longer than it may be silent, and is forgotten when it has no more', async () => {
    const name = newName();
    const worker = serveHere(name);
    const queue = remote(name, { orphans: 'cancel', orphansAfter: 400 });
    expect(await createTask(queue.job('wait', { id: 1, ms: 1500 } as never))).toBe(1);
    await sleep(600);
    expect(await createTask(queue.job('wait', { id: 2, ms: 700 } as never))).toBe(2);
    expect(worker.said).toEqual(['started 1', 'ended 1', 'started 2', 'ended 2']);
  });

  describe('where Redis is away for longer', () => {
    let redis: RedisServer;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.stop());

    it('keeps what waits and runs', async () => {
      const name = newName();
      const there = { ...connection, port: redis.port, retryStrategy: () => 200 };
      const worker = serveHere(name, { connection: there });
      const queue = remote(name, {
        connection: there,
        orphans: 'cancel',
        orphansAfter: 1000,
      });
      const tasks = Array.from({ length: 8 }, (_, id) => createTask(queue.job('wait', { id, ms: 3000 } as never)));
      await until(() => count(worker, 'started') === 5);
      await redis.kill();
      await sleep(1500);
      await redis.restart();
      expect(await Promise.all(tasks)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    });
  });
});
