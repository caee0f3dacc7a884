import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { createTask, type Task } from 'rx-asyncio/promises';
import { closeAll, connection, leftIn, newName, remote } from './support/queues';
import { killAll, startWorker, type SpecProcess } from './support/processes';

// How many: SCHEDULES=200 npm run test:redis. Each takes seconds, since what a killed worker had has to count as stalled first.

const numRuns = Number(process.env['SCHEDULES'] ?? 30);

type Step =
  | { readonly type: 'start'; readonly ms: number }
  | { readonly type: 'cancel'; readonly index: number }
  | { readonly type: 'pause'; readonly ms: number }
  | { readonly type: 'kill' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant('start' as const), ms: fc.nat(150) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('cancel' as const), index: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('pause' as const), ms: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('kill' as const) }) },
);

afterAll(async () => {
  await closeAll();
  await killAll();
});

describe('jobs that are started and cancelled while workers are killed and started', () => {
  it(
    `settle, have ended or were cleaned up, and leave nothing: ${numRuns} schedules`,
    async () => {
      const name = newName();
      const queue = remote(name);
      const workers: SpecProcess[] = [
        await startWorker(connection.port, name),
        await startWorker(connection.port, name),
      ];
      const killed: SpecProcess[] = [];
      let ids = 0;

      const run = async (steps: readonly Step[]) => {
        const tasks: Task<unknown>[] = [];
        const first = ids;
        const restarted: Promise<unknown>[] = [];
        for (const each of steps) {
          if (each.type === 'start') tasks.push(createTask(queue.job('wait', { id: ids++, ms: each.ms } as never)));
          else if (each.type === 'cancel') tasks[each.index % tasks.length]?.cancel();
          else if (each.type === 'pause') await sleep(each.ms);
          else {
            const worker = workers.shift();
            if (worker === undefined) continue;
            killed.push(worker);
            await worker.end('SIGKILL');
            restarted.push(startWorker(connection.port, name).then((other) => workers.push(other)));
          }
        }
        const cancelling = tasks.map((task) => task.cancelling);
        const outcomes = await Promise.allSettled(tasks);
        await Promise.all(restarted);

        outcomes.forEach((outcome, index) => {
          if (outcome.status === 'fulfilled') expect(outcome.value).toBe(first + index);
          else expect([tasks[index]?.status, cancelling[index]]).toEqual(['cancelled', true]);
        });
        expect(await leftIn(name)).toBe(0);
        // What a worker has started and has not ended, but for those that were killed with it.
        for (const { said } of workers) {
          const open = () =>
            said.filter((line) => line.startsWith('started') && !said.includes(line.replace('started', 'ended')));
          // What it has said is on its way still.
          for (let tries = 0; open().length > 0 && tries < 100; tries++) await sleep(20);
          expect(open()).toEqual([]);
        }
      };

      await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), run), {
        numRuns,
        seed: 13,
        endOnFailure: true,
      });
      expect(ids).toBeGreaterThan(numRuns);
    },
    60_000 + numRuns * 20_000,
  );
});
