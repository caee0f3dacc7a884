import { hostname } from 'node:os';
import { lastValueFrom } from 'rxjs';
import { inspectTasks, type TaskNode } from 'rx-asyncio/inspect';
import { createTask, gather } from 'rx-asyncio/promises';
import { type Job, Worker } from 'bullmq';
import { deferred } from '../support/deferred';
import { collect } from './support/collect';
import { killAll, startWorker } from './support/processes';
import { closeAll, connection, newName, remote, serve } from './support/queues';
import { until } from './support/until';

afterEach(async () => {
  await closeAll();
  await killAll();
});

describe('progress', () => {
  it('arrives with who calls, as it is told, and does not end by itself', async () => {
    const name = newName();
    serve(name, {
      count: async (_: null, __, job: Job) => {
        for (const each of [10, { done: 2 }, 'a word']) await job.updateProgress(each);
        return 'counted';
      },
    });
    const job = remote(name).job('count', null as never);
    const seen = collect(job.progress);
    expect(await createTask(job)).toBe('counted');
    await until(() => seen.length === 3);
    expect(seen).toEqual([10, { done: 2 }, 'a word']);
    // A second call is another job.
    await createTask(job);
    await until(() => seen.length === 6);
  });

  it('of a job is told to those who wait for that job alone', async () => {
    const name = newName();
    serve(name, {
      count: async (id: number, _, job: Job) => {
        await job.updateProgress(id);
        return id;
      },
    });
    const queue = remote(name);
    const jobs = [queue.job('count', 1 as never), queue.job('count', 2 as never)];
    const seen = jobs.map(({ progress }) => collect(progress));
    await gather(jobs);
    expect(seen).toEqual([[1], [2]]);
  });
});

describe('counts', () => {
  it('are told at once, and when they have changed, to all who listen; they complete when the queue is closed', async () => {
    const name = newName();
    const queue = remote(name, { recheck: 20 });
    const seen = collect(queue.counts);
    const last = lastValueFrom(queue.counts);
    await until(() => seen.length === 1);
    expect(seen[0]).toMatchObject({ waiting: 0, delayed: 0, active: 0, completed: 0, failed: 0 });

    const tasks = [
      createTask(queue.job('wait', null as never)),
      createTask(queue.job('wait', null as never, { delay: 60_000 })),
    ];
    await until(() => seen.at(-1)?.delayed === 1 && seen.at(-1)?.waiting === 1);
    expect(collect(queue.counts)).toEqual([seen.at(-1)]);

    const end = deferred<string>();
    serve(name, { wait: () => end.promise });
    await until(() => seen.at(-1)?.active === 1);
    end.resolve('done');
    await until(() => seen.at(-1)?.completed === 1);
    seen.reduce((before, counts) => {
      expect(counts).not.toEqual(before);
      return counts;
    });
    await queue.close();
    await Promise.allSettled(tasks);
    expect(await last).toBe(seen.at(-1));
  });

  it('are the last ones while Redis cannot be asked', async () => {
    const queue = remote(newName(), { recheck: 20 });
    const seen = collect(queue.counts);
    await until(() => seen.length === 1);
    let asked = 0;
    const ask = jest.spyOn(queue.queue, 'getJobCounts').mockImplementation(() => {
      asked++;
      return Promise.reject(new Error('Redis is away'));
    });
    await until(() => asked > 2);
    ask.mockRestore();
    const task = createTask(queue.job('wait', null as never));
    await until(() => seen.at(-1)?.waiting === 1);
    expect(seen).toHaveLength(2);
    task.cancel();
    await task.catch(() => {});
  });
});

describe('the tree of what runs', () => {
  it('shows that a job waits in its queue, and then which worker has it', async () => {
    const name = newName();
    using tree = inspectTasks();
    const queue = remote(name);
    const both = gather([
      queue.job('wait', { id: 1, ms: 60_000 } as never),
      queue.job('late', null as never, { delay: 60_000 }),
    ]);
    const jobs = (): readonly TaskNode[] => tree.children[0]?.children ?? [];
    await until(
      () =>
        jobs().length === 2 &&
        jobs().every(({ status, place }) => status === 'waiting' && place === `in queue ${name}`),
    );

    const worker = await startWorker(connection.port, name);
    const place = `on ${hostname()}:${worker.pid}`;
    await until(() => jobs()[0]?.status === 'running');
    expect(jobs()[0]).toMatchObject({ name: 'wait', kind: 'coroutine', place });
    expect(jobs()[1]).toMatchObject({ name: 'late', status: 'waiting' });
    expect(String(tree)).toMatch(
      new RegExp(
        `wait +coroutine +running +\\S+ m?s  ${place}\\n.*late +coroutine +waiting +\\S+ m?s  in queue ${name}`,
      ),
    );
    await queue.close();
    await both.catch(() => {});
    expect(tree.children).toEqual([]);
  });

  it.each([
    ['Redis could not be asked', async () => Promise.reject(new Error('Redis is away'))],
    ['Redis did not know it', async () => Promise.resolve(undefined)],
  ])('shows that a worker without a name has it, though %s before where it is', async (_, answer) => {
    const name = newName();
    using tree = inspectTasks();
    const queue = remote(name);
    const asking = jest.spyOn(queue.queue, 'getJob').mockImplementationOnce(answer);
    const task = createTask(queue.job('wait', null as never));
    await until(() => asking.mock.calls.length === 1);
    const end = deferred<string>();
    const worker = new Worker(name, () => end.promise, { connection });
    await until(() => tree.children[0]?.status === 'running' && tree.children[0].place === 'on a worker');
    end.resolve('done');
    expect(await task).toBe('done');
    await worker.close();
  });
});
