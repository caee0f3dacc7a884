import { setTimeout as sleep } from 'node:timers/promises';
import { QueueEvents } from 'bullmq';
import fc from 'fast-check';
import { type RemoteQueueOptions } from 'rx-asyncio/bullmq';
import { createTask, type Task } from 'rx-asyncio/promises';
import { deferred } from '../support/deferred';
import { closeAll, leftIn, newName, remote, serve } from './support/queues';
import { until } from './support/until';

// Jobs whose id the caller has named, of which nothing is kept: what is heard of an id may be of a run before.

const jobId = 'shared';
const once = { jobId, removeOnComplete: true, removeOnFail: true };

afterEach(async () => {
  jest.restoreAllMocks();
  await closeAll();
});

/** From now on nothing is heard, until it is told to be: then all of it, in its order. */
function hearingLate(): () => void {
  const emit = Reflect.get(QueueEvents.prototype, 'emit') as (...args: unknown[]) => boolean;
  const held: (() => void)[] = [];
  const hearing = jest.spyOn(QueueEvents.prototype, 'emit').mockImplementation(function (this: QueueEvents, ...args) {
    held.push(() => emit.apply(this, args));
    return true;
  });
  return () => {
    hearing.mockRestore();
    for (const event of held) event();
  };
}

/** A handler whose runs end when each is told to. */
function inTurn(...names: readonly string[]) {
  const ends = names.map(() => deferred());
  let runs = 0;
  const handler = async () => {
    const run = runs++;
    await ends[run]?.promise;
    return names[run];
  };
  return { handler, runs: () => runs, end: (run: number) => ends[run]?.resolve() };
}

/** A run has ended, of which nothing has been heard, and its id is called. */
async function askedAnew(options: Partial<RemoteQueueOptions> = {}) {
  const name = newName();
  const { handler, runs, end } = inTurn('the first', 'the second');
  serve(name, { work: handler, other: () => Promise.resolve('other') });
  const queue = remote(name, options);
  await createTask(queue.job('other', null as never));
  const hearNow = hearingLate();
  await queue.queue.add('work', null, once);
  await until(() => runs() === 1);
  end(0);
  await until(async () => (await queue.queue.getJob(jobId)) === undefined);
  const task = createTask(queue.job('work', null as never, once));
  return { queue, task, runs, end, hearNow };
}

describe('what is heard of the run before, when a new one is in the queue already', () => {
  it('is not its end, where it is that of the one before', async () => {
    const { queue, task, runs, end, hearNow } = await askedAnew();
    await until(() => runs() === 2);
    hearNow();
    await createTask(queue.job('other', null as never));
    expect(task.done).toBe(false);
    end(1);
    expect(await task).toBe('the second');
  });

  it('is no cancellation, where it is that the one before was removed', async () => {
    const name = newName();
    const queue = remote(name);
    await queue.queue.waitUntilReady();
    const before = createTask(queue.job('work', null as never));
    await until(async () => (await leftIn(name)) === 1);
    before.cancel();
    await before.catch(() => {});
    const hearNow = hearingLate();
    await queue.queue.add('work', null, once);
    await queue.queue.remove(jobId);
    const task = createTask(queue.job('work', null as never, once));
    await until(async () => (await leftIn(name)) === 1);
    hearNow();
    serve(name, { work: () => Promise.resolve('done') });
    expect(await task).toBe('done');
  });

  it('is its end, where it has ended by then: with what it gave itself, and at once', async () => {
    const { queue, task, runs, end, hearNow } = await askedAnew({ recheck: 600_000 });
    end(1);
    await until(async () => runs() === 2 && (await queue.queue.getJob(jobId)) === undefined);
    hearNow();
    expect(await task).toBe('the second');
  });
});

const ids = ['a', 'b'];
const numRuns = Number(process.env['SHARED_SCHEDULES'] ?? 60);

type Step =
  | {
      readonly type: 'start';
      readonly caller: number;
      readonly id: number;
      readonly ms: number;
      readonly times: number;
    }
  | { readonly type: 'cancel'; readonly index: number }
  | { readonly type: 'pause'; readonly ms: number };

const start = {
  type: fc.constant('start' as const),
  caller: fc.nat(2),
  id: fc.nat(1),
  ms: fc.constantFrom(0, 1, 2, 5, 20),
  // One after another, each as soon as the one before has ended.
  times: fc.integer({ min: 1, max: 4 }),
};
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record(start) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('cancel' as const), index: fc.nat(40) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('pause' as const), ms: fc.nat(5) }) },
);

describe('jobs of few ids that many callers start and cancel', () => {
  it(
    `have ended when nobody waits for them any more: ${numRuns} schedules`,
    async () => {
      const name = newName();
      const work = async (ms: number, { signal }: { signal: AbortSignal }) => {
        await sleep(ms, undefined, { signal });
        return 'done';
      };
      serve(name, { work });
      const callers = [remote(name), remote(name), remote(name)];
      let schedules = 0;
      let left = 0;

      const run = async (steps: readonly Step[]) => {
        schedules++;
        const tasks: Task<unknown>[] = [];
        for (const each of steps) {
          if (each.type === 'cancel') tasks[each.index % tasks.length]?.cancel();
          else if (each.type === 'pause') await sleep(each.ms);
          else {
            const options = { ...once, jobId: `${String(ids[each.id])}${schedules}` };
            const job = callers[each.caller]?.job('work', each.ms as never, options);
            const run = async (context: { readonly signal: AbortSignal }) => {
              for (let times = 1; times < each.times; times++) await job?.(context);
              return job?.(context);
            };
            tasks.push(createTask(run));
          }
        }
        const outcomes = await Promise.allSettled(tasks);
        const counts = await callers[0]?.queue.getJobCounts('active', 'waiting');
        if (counts?.['active'] !== 0 || counts['waiting'] !== 0) left++;
        outcomes.forEach((outcome, index) => {
          if (outcome.status === 'fulfilled') expect(outcome.value).toBe('done');
          else expect(tasks[index]?.status).toBe('cancelled');
        });
      };

      await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), run), {
        numRuns,
        seed: 13,
        endOnFailure: true,
      });
      expect([schedules, left]).toEqual([numRuns, 0]);
    },
    60_000 + numRuns * 1000,
  );
});
