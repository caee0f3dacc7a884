import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createTask, gather } from 'rx-asyncio/promises';
import { until } from './support/until';
import { closeAll, leftIn, newName, remote } from './support/queues';
import { killAll, startWorker } from './support/processes';
import { type RedisServer, startRedis } from '../../scripts/redis';

let redis: RedisServer;
let connection: { host: string; port: number; retryStrategy: () => number };

beforeAll(async () => {
  redis = await startRedis();
  connection = { host: '127.0.0.1', port: redis.port, retryStrategy: () => 200 };
});

afterEach(async () => {
  await closeAll();
  await killAll();
});

afterAll(() => redis.stop());

const start = (queue: string) => startWorker(redis.port, queue);

describe('a worker that is killed', () => {
  it('leaves its jobs to another: results are complete', async () => {
    const name = newName();
    const queue = remote(name, { connection });
    const killed = await start(name);
    const other = await start(name);
    const jobs = Array.from({ length: 20 }, (_, id) => queue.job('wait', { id, ms: 200 } as never));
    const results = gather(jobs);
    await killed.says('started');
    await killed.end('SIGKILL');
    expect(await results).toEqual(Array.from({ length: 20 }, (_, id) => id));
    expect(other.said.length).toBeGreaterThan(0);
    expect(await leftIn(name, connection)).toBe(0);
  });

  it('and whose job is cancelled then: it settles, and nothing is left', async () => {
    const name = newName();
    const queue = remote(name, { connection });
    const worker = await start(name);
    const task = createTask(queue.job('wait', { id: 1, ms: 60_000 } as never));
    await worker.says('started 1');
    await worker.end('SIGKILL');
    task.cancel();
    await task.catch(() => {});
    expect(task.status).toBe('cancelled');
    expect(await leftIn(name, connection)).toBe(0);
  });

  it('by SIGTERM gives back after its grace what it has: another runs it', async () => {
    const name = newName();
    const queue = remote(name, { connection });
    const worker = await start(name);
    const task = createTask(queue.job('wait', { id: 1, ms: 2000 } as never));
    await worker.says('started 1');
    await worker.end('SIGTERM');
    expect(worker.said).toEqual(['ready', 'started 1', 'ended 1', 'closed']);
    await start(name);
    expect(await task).toBe(1);
  });
});

describe('Redis', () => {
  it('is away for longer than its connection tries: what is called then is added after, or has been cancelled', async () => {
    const name = newName();
    const queue = remote(name, { connection: { ...connection, retryStrategy: () => 5 } });
    await start(name);
    expect(await createTask(queue.job('wait', { id: 1, ms: 0 } as never))).toBe(1);
    await redis.kill();
    const adding = jest.spyOn(queue.queue, 'add');
    const [task, cancelled] = [2, 3].map((id) => createTask(queue.job('wait', { id, ms: 0 } as never)));
    await until(() => adding.mock.results.length === 2);
    const refused = await Promise.allSettled(adding.mock.results.map(({ value }) => value as unknown));
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    cancelled?.cancel();
    await redis.restart();
    expect(await task).toBe(2);
    await cancelled?.catch(() => {});
    expect(cancelled?.status).toBe('cancelled');
    expect(await leftIn(name, connection)).toBe(0);
  });

  it('is restarted: everything completes', async () => {
    const name = newName();
    const queue = remote(name, { connection });
    const worker = await start(name);
    const results = gather(Array.from({ length: 20 }, (_, id) => queue.job('wait', { id, ms: 200 } as never)));
    await worker.says('started');
    await redis.kill();
    await sleep(300);
    await redis.restart();
    expect(await results).toEqual(Array.from({ length: 20 }, (_, id) => id));
  });

  it('refuses to be written to in the beginning, as a replica does: the first job says so in time, or waits for it', async () => {
    const name = newName();
    const admin = new Redis(connection);
    await admin.replicaof('127.0.0.1', 1);
    const queue = remote(name, { connection, connectTimeout: 1000 });
    const patient = remote(name, { connection, connectTimeout: Infinity });
    const waits = createTask(patient.job('wait', { id: 1, ms: 0 } as never));
    await expect(createTask(queue.job('wait', { id: 2, ms: 0 } as never))).rejects.toThrow(
      /no connection to 127\.0\.0\.1:\d+ for queue \S+ within 1000 ms: READONLY/,
    );
    await admin.replicaof('no', 'one');
    await admin.quit();
    await start(name);
    expect(await waits).toBe(1);
    expect(await createTask(queue.job('wait', { id: 3, ms: 0 } as never))).toBe(3);
  });

  it('is down while a job is cancelled: it settles after it is back', async () => {
    const name = newName();
    const queue = remote(name, { connection });
    const worker = await start(name);
    const runs = createTask(queue.job('wait', { id: 1, ms: 60_000 } as never));
    await worker.says('started 1');
    await redis.kill();
    runs.cancel();
    await sleep(300);
    expect(runs.done).toBe(false);
    await redis.restart();
    await runs.catch(() => {});
    expect(runs.status).toBe('cancelled');
    // Its output has a way of its own.
    await worker.says('ended 1');
    expect(await leftIn(name, connection)).toBe(0);
  });
});
