import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRedisBackend, type Job, type Queue, QueueEvents } from 'bullmq';
import { Cluster, Redis } from 'ioredis';
import { serveQueue } from 'rx-asyncio/bullmq';
import { CancelledError, createTask, gather } from 'rx-asyncio/promises';
import { deferred } from '../support/deferred';
import { killAll, startCloser, startWorker } from './support/processes';
import { type Any, backendOf, closeAll, connection, leftIn, newName, remote, serve, whenAdded } from './support/queues';
import { until } from './support/until';

afterEach(async () => {
  await closeAll();
  await killAll();
});

const nowhere = { host: '127.0.0.1', port: 1 };

/** A database of Redis that nothing else here uses. */
const apart = { ...connection, db: 7 };

/** How many the server has to that. */
async function connections(): Promise<number> {
  const redis = new Redis(connection);
  const list = await redis.client('LIST');
  await redis.quit();
  return String(list).split(' db=7 ').length - 1;
}

/** The next job is put there only when it may. */
function addingLate(queue: Queue) {
  const goOn = deferred();
  const add = queue.add.bind(queue);
  jest.spyOn(queue, 'add').mockImplementationOnce(async (...args) => {
    await goOn.promise;
    return add(...args);
  });
  return goOn;
}

/** The next job is put there, but its caller hears of that only when it may. */
function answeringLate(queue: Queue) {
  const [found, goOn] = [deferred(), deferred()];
  whenAdded(queue, () => {
    found.resolve();
    return goOn.promise;
  });
  return { found, goOn };
}

/** A handler that runs until it is cancelled, and says when it has started. */
function untilCancelled() {
  const started = deferred();
  const wait = async (_: null, { signal }: { signal: AbortSignal }) => {
    started.resolve();
    await sleep(60_000, undefined, { signal });
  };
  return { started, wait };
}

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

describe('a queue that is closed before Redis was there', () => {
  it('does not hold its process until that would have been late', async () => {
    const closer = await startCloser();
    await closer.ends();
  });
});

describe("BullMQ's own, closed by itself", () => {
  it('closes all that there is to a queue: what is waited for is cancelled, and no connection is left', async () => {
    const name = newName();
    const queue = remote(name, { connection: apart });
    const task = createTask(queue.job('wait', null as never));
    await until(async () => (await queue.queue.count()) === 1);
    expect(await connections()).toBeGreaterThan(0);
    await queue.queue.close();
    await expect(task).rejects.toThrow('was closed by its caller');
    expect(await leftIn(name, apart)).toBe(0);
    await until(async () => (await connections()) === 0);
  });

  it('closes all that there is to a worker', async () => {
    const { worker } = serve(newName(), { ok: async () => Promise.resolve('ok') }, { connection: apart });
    await worker.waitUntilReady();
    expect(await connections()).toBeGreaterThan(0);
    await worker.close();
    await until(async () => (await connections()) === 0);
  });
});

describe("BullMQ's own, closed by itself, with a grace", () => {
  it('is what a worker lets its jobs run for; then they go back', async () => {
    const name = newName();
    const { started, wait } = untilCancelled();
    const { worker } = serve(name, { wait }, { grace: 50 });
    const queue = remote(name);
    const task = createTask(queue.job('wait', null as never));
    await started.promise;
    await worker.close();
    expect([await leftIn(name), task.done]).toEqual([1, false]);
    task.cancel();
    await expect(task).rejects.toThrow(CancelledError);
  });
});

describe('a worker that cannot reach Redis', () => {
  it('says so: to whoever listens, else on the console, as BullMQ does', async () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    try {
      const quiet = serveQueue<Any>(newName(), { ok: () => Promise.resolve('ok') }, { connection: nowhere });
      const heard = await new Promise((resolve) => quiet.worker.on('error', resolve));
      expect([heard, printed.mock.calls]).toEqual([expect.objectContaining({ code: 'ECONNREFUSED' }), []]);
      await quiet.worker.close(true);
      const loud = serveQueue<Any>(newName(), { ok: () => Promise.resolve('ok') }, { connection: nowhere });
      await until(() => printed.mock.calls.length > 0);
      expect(printed.mock.calls[0]).toEqual([expect.objectContaining({ code: 'ECONNREFUSED' })]);
      await loud.worker.close(true);
    } finally {
      printed.mockRestore();
    }
  });
});

describe('options of BullMQ', () => {
  it('keeps to the length of the stream of events that it is given, when it tries whether it hears its own', async () => {
    const publishing = jest.spyOn(backendOf(remote(newName()).queue), 'publishEvent');
    try {
      publishing.mockClear();
      const queue = remote(newName(), { streams: { events: { maxLen: 7 } } });
      const task = createTask(queue.job('a', null as never));
      await until(async () => (await queue.queue.count()) === 1);
      task.cancel();
      await task.catch(() => {});
      expect(publishing.mock.calls).toContainEqual([{ event: expect.stringMatching(/^rx-asyncio:/) as string }, 7]);
    } finally {
      publishing.mockRestore();
    }
  });

  it('telemetry: each job that starts in a turn has the trace of whoever calls it', async () => {
    const request = new AsyncLocalStorage<string>();
    const name = newName();
    const sent: unknown[] = [];
    const span = { setSpanOnContext: (context: unknown) => context };
    for (const method of ['setAttribute', 'setAttributes', 'addEvent', 'recordException', 'end']) {
      Object.assign(span, { [method]: () => {} });
    }
    const telemetry = {
      tracer: { startSpan: () => span },
      contextManager: {
        active: () => request.getStore(),
        with: (_: unknown, run: () => unknown) => run(),
        getMetadata: (context: string) => context,
        fromMetadata: (_: unknown, metadata: string) => metadata,
      },
    };
    serve(name, { trace: (_: null, __, { opts }: Job) => Promise.resolve(sent.push(opts.telemetry?.metadata)) });
    const queue = remote(name, { telemetry: telemetry as never });
    const job = (id: string) => request.run(id, () => createTask(queue.job('trace', null as never)));
    await Promise.all(['one', 'two', 'three'].map(job));
    expect(sent.sort()).toEqual(['one', 'three', 'two']);
  });
});

describe('a job by an id whose last run is just ending, of which nothing is kept', () => {
  const once = { jobId: 'again', removeOnComplete: true, removeOnFail: true };

  it.each([
    ['another caller', true],
    ['the same caller', false],
  ])('is a run of its own, where %s waits for the one before', async (_, isAnother) => {
    const name = newName();
    const ends = [deferred<string>(), deferred<string>()];
    let runs = 0;
    serve(name, { work: () => ends[runs++]?.promise, other: () => Promise.resolve('other') } as never);
    const queue = remote(name);
    const second = isAnother ? remote(name) : queue;
    await createTask(second.job('other', null as never));
    const before = createTask(queue.job('work', null as never, once));
    await until(() => runs === 1);
    const goOn = addingLate(second.queue);
    const task = createTask(second.job('work', null as never, once));
    await until(() => (second.queue.add as jest.Mock).mock.calls.length === 1);
    ends[0]?.resolve('the first');
    expect(await before).toBe('the first');
    // What it hears now comes after that.
    await createTask(second.job('other', null as never));
    goOn.resolve();
    await until(() => runs === 2);
    ends[1]?.resolve('the second');
    expect(await task).toBe('the second');
  });

  it('has ended with that where it was found while it ran, though nobody has heard so by then', async () => {
    const name = newName();
    const end = deferred<string>();
    let runs = 0;
    serve(name, { work: () => (runs++, end.promise), other: () => Promise.resolve('other') });
    const queue = remote(name);
    const second = remote(name);
    await createTask(second.job('other', null as never));
    const before = createTask(queue.job('work', null as never, once));
    await until(() => runs === 1);
    const { found, goOn } = answeringLate(second.queue);
    const task = createTask(second.job('work', null as never, once));
    await found.promise;
    end.resolve('the only one');
    expect(await before).toBe('the only one');
    await createTask(second.job('other', null as never));
    goOn.resolve();
    expect([await task, runs]).toEqual(['the only one', 1]);
  });

  it('is left to who is just asking for it, where the other who waits for it is cancelled', async () => {
    const name = newName();
    const end = deferred<string>();
    let runs = 0;
    serve(name, { work: () => (runs++, end.promise) });
    const queue = remote(name);
    const before = createTask(queue.job('work', null as never, once));
    await until(() => runs === 1);
    const { found, goOn } = answeringLate(queue.queue);
    const task = createTask(queue.job('work', null as never, once));
    await found.promise;
    before.cancel();
    goOn.resolve();
    await expect(before).rejects.toThrow(CancelledError);
    end.resolve('done');
    expect([await task, runs]).toEqual(['done', 1]);
  });

  it('is cancelled where the other who waits for it is, and whoever is asking for it asks in vain', async () => {
    const name = newName();
    const { started, wait } = untilCancelled();
    serve(name, { wait });
    const queue = remote(name, { recheck: 600_000 });
    const before = createTask(queue.job('wait', null as never, once));
    await started.promise;
    const [asked, refuse] = [deferred(), deferred()];
    jest.spyOn(queue.queue, 'add').mockImplementationOnce(async () => {
      asked.resolve();
      await refuse.promise;
      jest.spyOn(queue.queue.getBackend(), 'isFinished').mockResolvedValueOnce(-1);
      throw new Error('refused');
    });
    const task = createTask(queue.job('wait', null as never, once));
    await asked.promise;
    before.cancel();
    refuse.resolve();
    await expect(task).rejects.toThrow('refused');
    await expect(before).rejects.toThrow(CancelledError);
    expect(await leftIn(name)).toBe(0);
  });

  it('is lost where nobody has heard its own end: that of the run before is none', async () => {
    const name = newName();
    const ends = [deferred<string>(), deferred<string>()];
    let runs = 0;
    serve(name, { work: () => ends[runs++]?.promise, other: () => Promise.resolve('other') } as never);
    const [queue, second] = [remote(name), remote(name)];
    await createTask(second.job('other', null as never));
    const before = createTask(queue.job('work', null as never, once));
    await until(() => runs === 1);
    const goOn = addingLate(second.queue);
    const task = createTask(second.job('work', null as never, once));
    ends[0]?.resolve('the first');
    expect(await before).toBe('the first');
    // What it hears now comes after that.
    await createTask(second.job('other', null as never));
    goOn.resolve();
    await until(() => runs === 2);
    // By now it has looked for it.
    await createTask(second.job('other', null as never));
    const emit = Reflect.get(QueueEvents.prototype, 'emit') as (...args: unknown[]) => boolean;
    const hearing = jest.spyOn(QueueEvents.prototype, 'emit').mockImplementation(function (this: QueueEvents, ...args) {
      return (args[0] as string) === 'completed' || emit.apply(this, args);
    });
    try {
      ends[1]?.resolve('the second');
      await expect(task).rejects.toThrow('was lost, or has ended unheard and was not kept');
    } finally {
      hearing.mockRestore();
    }
  });

  it('is not what an answer of Redis is about that comes late', async () => {
    const name = newName();
    const ends = [deferred<string>(), deferred<string>()];
    let runs = 0;
    serve(name, { work: () => ends[runs++]?.promise } as never);
    const queue = remote(name);
    const [asked, answered] = [deferred(), deferred()];
    jest.spyOn(queue.queue.getBackend(), 'isFinished').mockImplementationOnce(async () => {
      asked.resolve();
      await answered.promise;
      return [1, '"the first, once more"'] as never;
    });
    const before = createTask(queue.job('work', null as never, once));
    await asked.promise;
    await until(() => runs === 1);
    ends[0]?.resolve('the first');
    expect(await before).toBe('the first');
    const task = createTask(queue.job('work', null as never, once));
    await until(() => runs === 2);
    answered.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    ends[1]?.resolve('the second');
    expect(await task).toBe('the second');
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

  it('fails what is just in the queue, of which nothing can be heard', async () => {
    const name = newName();
    const client = new Redis({ ...connection, maxRetriesPerRequest: null });
    const queue = remote(name, { connection: client });
    whenAdded(queue.queue, () => client.quit());
    const task = createTask(queue.job('wait', null as never, { jobId: 'shared' }));
    await expect(task).rejects.toThrow(`job wait shared of queue ${name} cannot be heard of any more: ${ended}`);
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

describe('a job that has ended before its caller knows that it is in the queue', () => {
  it.each([
    ['', false],
    [', also when it is cancelled meanwhile', true],
  ])('has ended with that%s', async (_, isCancelled) => {
    const name = newName();
    let runs = 0;
    serve(name, {
      work: () => Promise.resolve(`run ${++runs}`),
      other: () => Promise.resolve('other'),
    });
    const queue = remote(name, { recheck: 600_000 });
    const { found, goOn } = answeringLate(queue.queue);
    const controller = new AbortController();
    const result = queue.job('work', null as never)(controller);
    await found.promise;
    await until(() => runs === 1);
    // What it hears now comes after that.
    await createTask(queue.job('other', null as never));
    if (isCancelled) controller.abort();
    goOn.resolve();
    expect(await result).toBe('run 1');
  });
});

describe('a worker that is closed', () => {
  it('is silent about what it could not tell itself meanwhile', async () => {
    const name = newName();
    const [started, end, away] = [deferred(), deferred(), deferred<never>()];
    away.promise.catch(() => {});
    const { worker } = serve(name, { wait: () => (started.resolve(), end.promise) });
    const heard = jest.fn();
    worker.on('error', heard);
    const queue = remote(name, { orphans: 'cancel', orphansAfter: 200 });
    const task = createTask(queue.job('wait', null as never));
    await started.promise;
    const publishing = jest.spyOn(backendOf(queue.queue), 'publishEvent').mockReturnValue(away.promise);
    try {
      const toItself = () =>
        publishing.mock.calls.some(([told]) => (told as { subjects?: string }).subjects === '[""]');
      await until(toItself);
      const closing = worker.close();
      away.reject(new Error('refused'));
      end.resolve();
      await closing;
      expect(heard.mock.calls).toEqual([]);
    } finally {
      publishing.mockRestore();
    }
    expect(await task).toBeNull();
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
