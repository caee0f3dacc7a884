import { setTimeout as sleep } from 'node:timers/promises';
import { RedisQueueBackend } from 'bullmq';
import { type CoroutineContext, createTask } from 'rx-asyncio/promises';
import { type RedisServer, startRedis } from '../../scripts/redis';
import { deferred } from '../support/deferred';
import { killAll, startCaller, startWorker } from './support/processes';
import { closeAll, connection, leftIn, newName, remote, serve } from './support/queues';
import { until } from './support/until';

afterEach(async () => {
  jest.restoreAllMocks();
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

/** What callers tell is lost, until they are mute no more. */
function mute() {
  const channel = { isMute: true, told: () => {} };
  const backend = RedisQueueBackend.prototype;
  const publish: typeof backend.publishEvent = Reflect.get(backend, 'publishEvent');
  jest.spyOn(backend, 'publishEvent').mockImplementation(async function (this: RedisQueueBackend, fields, most) {
    if (fields['event'] !== 'alive' && fields['event'] !== 'idle') return publish.call(this, fields, most);
    if (channel.isMute) return '';
    const id = await publish.call(this, fields, most);
    channel.told();
    return id;
  });
  return channel;
}

describe('a caller that is killed', () => {
  it('leaves its jobs to the queue', async () => {
    const name = newName();
    const caller = await startCaller(connection.port, name, 500, {});
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
    const caller = await startCaller(connection.port, name, 60_000, { orphans: 'cancel', orphansAfter: 2000 });
    await until(() => count(worker, 'started') === 5);
    await caller.end('SIGKILL');
    await until(async () => (await leftIn(name)) === 0);
    await until(() => count(worker, 'ended') === 5);
    expect(count(worker, 'started')).toBe(5);
    expect(await remote(name).queue.getJobCounts('failed', 'completed')).toEqual({ failed: 0, completed: 0 });
  });

  it('is not the only one that waits for a job that runs: the other has it run anew', async () => {
    const name = newName();
    const worker = serveHere(name, { concurrency: 10 });
    const caller = await startCaller(connection.port, name, 60_000, { orphans: 'cancel', orphansAfter: 1000 });
    await until(() => count(worker, 'started') === 8);
    const task = createTask(remote(name).job('wait', { id: 20, ms: 0 } as never, { jobId: 'mine' }));
    await caller.end('SIGKILL');
    expect(await task).toBe(20);
  });

  it('has no other caller lose its jobs', async () => {
    const name = newName();
    const worker = serveHere(name, { concurrency: 10 });
    const queue = remote(name, { orphans: 'cancel', orphansAfter: 2000 });
    const runs = createTask(queue.job('wait', { id: 10, ms: 60_000 } as never));
    const waits = createTask(queue.job('wait', { id: 11, ms: 0 } as never, { delay: 60_000, jobId: 'theirs' }));
    const durable = remote(name).job('wait', { id: 12, ms: 0 } as never, { delay: 60_000, jobId: 'durable' });
    const keeps = createTask(durable);
    await until(() => count(worker, 'started') === 1);
    const caller = await startCaller(connection.port, name, 60_000, { orphans: 'cancel', orphansAfter: 2000 });
    await caller.end('SIGKILL');
    await until(async () => (await leftIn(name)) === 3);
    expect([runs.done, waits.done, keeps.done]).toEqual([false, false, false]);
  });

  it('has them cancelled by a worker that has come only then', async () => {
    const name = newName();
    const caller = await startCaller(connection.port, name, 60_000, { orphans: 'cancel', orphansAfter: 2000 });
    const owner = (await remote(name).queue.getJob('mine'))?.opts as object;
    await caller.end('SIGKILL');
    const worker = serveHere(name);
    await until(async () => (await leftIn(name)) === 0);
    await until(() => count(worker, 'ended') === 5);
    expect(count(worker, 'started')).toBe(5);
    // What comes later is refused.
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
    const queue = remote(name, { orphans: 'cancel', orphansAfter: 1500 });
    expect(await createTask(queue.job('wait', { id: 1, ms: 3000 } as never))).toBe(1);
    await sleep(2000);
    expect(await createTask(queue.job('wait', { id: 2, ms: 0 } as never))).toBe(2);
    expect(worker.said).toEqual(['started 1', 'ended 1', 'started 2', 'ended 2']);
  });

  it('and whose job was deleted while it runs has that cancelled once it has no other, and is silent', async () => {
    const name = newName();
    const started = deferred();
    const cleanedUp = deferred<unknown>();
    serve(name, {
      work: async (_: null, { signal }) => {
        started.resolve();
        await sleep(60_000, undefined, { signal }).catch((error: unknown) => {
          cleanedUp.resolve((error as Error).cause);
        });
      },
    });
    const queue = remote(name, { orphans: 'cancel', orphansAfter: 1000 });
    const task = createTask(queue.job('work', null as never));
    await started.promise;
    await queue.queue.obliterate({ force: true });
    await expect(task).rejects.toThrow('was lost');
    expect(String(await cleanedUp.promise)).toContain('its caller has not been heard of any more');
  });

  it('and is closed is forgotten at once: nobody looks for its jobs', async () => {
    const name = newName();
    const started = deferred();
    const worker = serve(name, {
      echo: (data) => Promise.resolve(data),
      wait: async (_: null, { signal }) => {
        started.resolve();
        await sleep(60_000, undefined, { signal });
      },
    });
    // A worker that is told to cancel hears what its callers tell: what came before that would be missed.
    const task = createTask(remote(name).job('wait', null as never));
    await started.promise;
    task.cancel();
    await task.catch(() => {});
    const looking = jest.spyOn(worker.worker.getBackend(), 'getRanges');
    for (let id = 0; id < 3; id++) {
      const queue = remote(name, { orphans: 'cancel', orphansAfter: 2000 });
      expect(await createTask(queue.job('echo', id as never))).toBe(id);
      await queue.close();
      await expect(createTask(queue.job('echo', id as never))).rejects.toThrow('was closed');
    }
    await sleep(1500);
    expect(looking).not.toHaveBeenCalled();
  });

  it('again, after it was silent, has its jobs refused only for a while', async () => {
    const name = newName();
    const started = deferred();
    const cleanedUp = deferred();
    serve(name, {
      wait: async (_: null, { signal }) => {
        started.resolve();
        await sleep(60_000, undefined, { signal }).finally(() => {
          cleanedUp.resolve();
        });
      },
      ok: () => Promise.resolve('ok'),
    });
    const channel = mute();
    const queue = remote(name, { orphans: 'cancel', orphansAfter: 1000 });
    const task = createTask(queue.job('wait', null as never));
    await started.promise;
    await expect(task).rejects.toThrow('its caller has not been heard of any more');
    await cleanedUp.promise;
    await expect(createTask(queue.job('ok', null as never))).rejects.toThrow('has not been heard of any more');
    await sleep(600);
    expect(await createTask(queue.job('ok', null as never))).toBe('ok');
    channel.isMute = false;
  });

  describe('that cannot be heard for a while', () => {
    const owned = { orphans: 'cancel', orphansAfter: 2000 } as const;

    it('is given its time again where it could not be asked for its jobs', async () => {
      const name = newName();
      const end = deferred<string>();
      const worker = serve(name, { work: () => end.promise });
      const channel = mute();
      const again = deferred();
      jest
        .spyOn(worker.worker.getBackend(), 'getRanges')
        .mockRejectedValueOnce(new Error('Redis is away'))
        .mockImplementationOnce(async () => {
          channel.isMute = false;
          again.resolve();
          // There a moment ago.
          return Promise.resolve([['gone']]);
        });
      const task = createTask(remote(name, owned).job('work', null as never));
      await again.promise;
      end.resolve('done');
      expect(await task).toBe('done');
    });

    it.each([
      ['are found', async () => Promise.resolve([])],
      ['cannot be found', async () => Promise.reject(new Error('Redis is away'))],
    ])('is heard while its jobs are looked for: that they %s means nothing then', async (_, answer) => {
      const name = newName();
      const end = deferred<string>();
      const worker = serve(name, { work: () => end.promise });
      const channel = mute();
      const looked = deferred();
      const again = deferred();
      jest
        .spyOn(worker.worker.getBackend(), 'getRanges')
        .mockImplementationOnce(async () => {
          channel.isMute = false;
          channel.told = () => {
            channel.isMute = true;
          };
          await looked.promise;
          return answer();
        })
        // So it was heard: its time has begun anew, and half of it is over.
        .mockImplementationOnce(async () => {
          channel.told = () => {};
          channel.isMute = false;
          again.resolve();
          return Promise.resolve([]);
        });
      const task = createTask(remote(name, owned).job('work', null as never));
      await again.promise;
      looked.resolve();
      await sleep(0);
      end.resolve('done');
      expect(await task).toBe('done');
    });
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
        orphansAfter: 2000,
      });
      const tasks = Array.from({ length: 8 }, (_, id) => createTask(queue.job('wait', { id, ms: 3000 } as never)));
      await until(() => count(worker, 'started') === 5);
      await redis.kill();
      await sleep(3000);
      await redis.restart();
      expect(await Promise.all(tasks)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    });
  });
});
