import { setTimeout as sleep } from 'node:timers/promises';
import { createRedisBackend } from 'bullmq';
import { Cluster, Redis } from 'ioredis';
import { createTask, gather } from 'rx-asyncio/promises';
import { deferred } from '../support/deferred';
import { killAll, startWorker } from './support/processes';
import { backendOf, closeAll, connection, newName, remote, serve } from './support/queues';
import { until } from './support/until';

afterEach(async () => {
  await closeAll();
  await killAll();
});

const nowhere = { host: '127.0.0.1', port: 1 };

describe('where Redis is', () => {
  it('may be told with a prefix, and by a backend of its own', async () => {
    const name = newName();
    const backend: typeof createRedisBackend = (queue, options, extra) =>
      createRedisBackend(queue, { ...options, connection }, extra);
    const options = { connection: 'redis' as never, backend: backend as never, prefix: 'app' };
    serve(name, { ok: async () => Promise.resolve('ok') }, options);
    expect(await createTask(remote(name, options).job('ok', null as never))).toBe('ok');
    const redis = new Redis(connection);
    expect((await redis.keys(`app:${name}:*`)).length).toBeGreaterThan(0);
    expect(await redis.keys(`bull:${name}:*`)).toEqual([]);
    await redis.quit();
  });

  it.each([
    ['a port', { port: 1 }, '127.0.0.1:1'],
    ['a URL', { url: 'redis://127.0.0.1:1' }, 'redis://127.0.0.1:1'],
    ['a URL with a password', { url: 'redis://app:secret@127.0.0.1:1/0?password=secret' }, 'redis://127.0.0.1:1'],
    ['what ioredis would take for a URL', { url: 'app:secret@127.0.0.1:1' }, 'what is no URL'],
    ['sentinels', { sentinels: [{ host: '127.0.0.1', port: 1 }, { port: 2 }, {}], name: 'main' }, 'the sentinels 127.0.0.1:1, 127.0.0.1:2, 127.0.0.1:26379'], // prettier-ignore
    ['a path in place of a URL', { url: '/nowhere/redis.sock?password=secret' }, '/nowhere/redis.sock'],
    ['a socket', { path: '/nowhere/redis.sock' }, '/nowhere/redis.sock'],
  ])('is said where it does not answer: %s', async (_, to, place) => {
    const queue = remote(newName(), { connection: to, connectTimeout: 100 });
    await expect(createTask(queue.job('a', null as never))).rejects.toThrow(`no connection to ${place} for queue`);
  });

  it('is said of a cluster, without its passwords', async () => {
    const nodes = [{ host: '127.0.0.1', port: 1 }, 'redis://app:secret@127.0.0.1:2', 3];
    const cluster = new Cluster(nodes, { lazyConnect: true, clusterRetryStrategy: () => null });
    cluster.on('error', () => {});
    const queue = remote(newName(), { connection: cluster, connectTimeout: 100 });
    await expect(createTask(queue.job('a', null as never))).rejects.toThrow(
      'no connection to the cluster of 127.0.0.1:1, redis://127.0.0.1:2, 127.0.0.1:3 for queue',
    );
  });

  it('is said of a client, and of what BullMQ names otherwise', async () => {
    const client = new Redis({ ...nowhere, maxRetriesPerRequest: null, lazyConnect: true });
    client.on('error', () => {});
    const queue = remote(newName(), { connection: client, connectTimeout: 100 });
    await expect(createTask(queue.job('a', null as never))).rejects.toThrow('no connection to 127.0.0.1:1 for queue');
    client.disconnect();
    const backend: typeof createRedisBackend = (name, options, extra) =>
      createRedisBackend(name, { ...options, connection: nowhere }, extra);
    const other = remote(newName(), {
      connection: 'db://there' as never,
      backend: backend,
      connectTimeout: 100,
    });
    await expect(createTask(other.job('a', null as never))).rejects.toThrow('no connection to db://there for queue');
  });

  it('may be nowhere when a queue is closed that would tell of its life', async () => {
    const queue = remote(newName(), {
      connection: nowhere,
      orphans: 'cancel',
      orphansAfter: 40,
      connectTimeout: Infinity,
    });
    const task = createTask(queue.job('a', null as never));
    await sleep(100);
    await queue.close();
    await expect(task).rejects.toThrow('was closed by its caller');
  });
});

describe('what cannot be told any more', () => {
  it('is no error where a caller closes', async () => {
    const queue = remote(newName(), { orphans: 'cancel', orphansAfter: 60_000 });
    const task = createTask(queue.job('a', null as never));
    await until(async () => (await queue.queue.count()) === 1);
    const heard = jest.fn();
    queue.queue.on('error', heard);
    const publishing = jest.spyOn(backendOf(queue.queue), 'publishEvent').mockRejectedValue(new Error('refused'));
    try {
      await queue.queue.close();
      await queue.close();
      await task.catch(() => {});
      expect([publishing.mock.calls.length > 0, heard.mock.calls]).toEqual([true, []]);
    } finally {
      publishing.mockRestore();
    }
  });
});

describe('an event that nobody hears', () => {
  it('of a job that Redis has lost: that is a failure, and no cancellation, which a taskGroup would not mind', async () => {
    const name = newName();
    const queue = remote(name);
    const task = createTask(queue.job('wait', null as never));
    await until(async () => (await queue.queue.count()) === 1);
    // No event says so, as where Redis has crashed.
    await queue.queue.obliterate({ force: true });
    await expect(task).rejects.toThrow(/job wait \S+ of queue \S+ was lost, or has ended unheard and was not kept/);
  });

  it('of a job that somebody has removed comes first: it is cancelled, and says so', async () => {
    const name = newName();
    const queue = remote(name);
    const task = createTask(queue.job('wait', null as never, { jobId: 'theirs' }));
    await until(async () => (await queue.queue.count()) === 1);
    await queue.queue.remove('theirs');
    await expect(task).rejects.toThrow(`job wait theirs of queue ${name} was removed`);
    expect(task.status).toBe('cancelled');
  });

  it('but that of a job whose dead worker is noticed: it is cancelled then, and need not be looked for', async () => {
    const name = newName();
    const queue = remote(name, { recheck: 600_000 });
    const worker = await startWorker(connection.port, name);
    const task = createTask(queue.job('wait', { id: 1, ms: 60_000 } as never));
    await worker.says('started 1');
    await worker.end('SIGKILL');
    task.cancel();
    // Another notices, and has no room for it, since it begins with what waits there before that counts as stalled.
    const blocking = createTask(queue.job('block', null as never));
    await until(async () => (await queue.queue.getWaitingCount()) === 1);
    const end = deferred<string>();
    serve(name, { block: () => end.promise }, { lockDuration: 1500, stalledInterval: 300, concurrency: 1 });
    await task.catch(() => {});
    expect(task.status).toBe('cancelled');
    end.resolve('done');
    expect(await blocking).toBe('done');
  });
});

describe('an answer of Redis that is lost', () => {
  it('when jobs were added together: each is added alone, and is one job', async () => {
    const name = newName();
    let runs = 0;
    serve(name, { count: async () => Promise.resolve(++runs) });
    const queue = remote(name);
    const addBulk = queue.queue.addBulk.bind(queue.queue);
    jest.spyOn(queue.queue, 'addBulk').mockImplementationOnce(async (jobs) => {
      await addBulk(jobs);
      throw new Error('the connection broke');
    });
    const both = [queue.job('count', null as never), queue.job('count', null as never)];
    expect((await gather(both)).sort()).toEqual([1, 2]);
    await sleep(100);
    expect(runs).toBe(2);
  });

  it('when one was added: it is looked for, until Redis says whether it is there', async () => {
    const name = newName();
    serve(name, { ok: async () => Promise.resolve('ok') });
    const queue = remote(name);
    const broken = new Error('the connection broke');
    const add = queue.queue.add.bind(queue.queue);
    const adding = jest.spyOn(queue.queue, 'add').mockImplementation(async (...args) => {
      await add(...args);
      throw broken;
    });
    const asking = jest.spyOn(queue.queue.getBackend(), 'isFinished').mockRejectedValueOnce(broken);
    expect(await createTask(queue.job('ok', null as never))).toBe('ok');
    asking.mockRestore();

    adding.mockRejectedValue(broken);
    await expect(createTask(queue.job('ok', null as never))).rejects.toThrow(
      `remoteQueue: job ok is not in queue ${name}: the connection broke`,
    );
  });

  it('when the queue is closed meanwhile: it is not waited for', async () => {
    const name = newName();
    const queue = remote(name);
    const broken = new Error('the connection broke');
    jest.spyOn(queue.queue, 'add').mockImplementation(async () => {
      await queue.queue.close();
      throw broken;
    });
    await expect(createTask(queue.job('ok', null as never))).rejects.toThrow('is not in queue');
  });
});

describe('a connection that has ended for good', () => {
  const ended = 'Connection is closed.';

  it('fails what is waited for, what is called then, and what is cancelled; the queue can be closed', async () => {
    const name = newName();
    const client = new Redis({ ...connection, maxRetriesPerRequest: null });
    const queue = remote(name, { connection: client });
    const task = createTask(queue.job('wait', null as never));
    await until(async () => (await queue.queue.count()) === 1);
    await client.quit();
    await expect(task).rejects.toThrow(
      new RegExp(`job wait \\S+ of queue ${name} cannot be heard of any more: ${ended}`),
    );
    const late = createTask(queue.job('wait', null as never));
    late.cancel();
    await expect(late).rejects.toThrow(`remoteQueue: job wait is not in queue ${name}: ${ended}`);
    await queue.close();
  });

  it('before the first job fails that at once', async () => {
    const name = newName();
    const client = new Redis({ ...connection, maxRetriesPerRequest: null });
    const queue = remote(name, { connection: client, connectTimeout: Infinity });
    await client.quit();
    await expect(createTask(queue.job('wait', null as never))).rejects.toThrow(
      `no connection to 127.0.0.1:${connection.port} for queue ${name}: ${ended}`,
    );
  });
});

describe('a worker that has lost a job', () => {
  it('cancels its run, and another run gives the result', async () => {
    const name = newName();
    const reasons: string[] = [];
    let runs = 0;
    serve(
      name,
      {
        work: async (_: null, { signal }, job) => {
          if (++runs > 1) return 'another time';
          // As if Redis had not heard of the worker for long.
          const redis = new Redis(connection);
          await redis.del(`bull:${name}:${String(job.id)}:lock`);
          await redis.quit();
          await sleep(60_000, undefined, { signal }).catch((error: unknown) =>
            reasons.push(String((error as Error).cause)),
          );
          return 'the first time';
        },
      },
      { lockDuration: 600, stalledInterval: 300, maxStalledCount: 5 },
    );
    expect(await createTask(remote(name).job('work', null as never))).toBe('another time');
    // Either comes first.
    await until(() => reasons.length > 0);
    expect(reasons).toEqual(['CancelledError: its worker has lost it']);
  });
});
