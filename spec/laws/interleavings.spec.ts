import * as fc from 'fast-check';
import type { Coroutine } from 'rx-asyncio';
import { gather, suppressed, taskGroup } from 'rx-asyncio/promises';
import { unhandledRejections } from '../support/unhandled-rejections';

// fast-check decides in which order the steps of the coroutines and the abort happen, and looks for the smallest order
// that breaks a rule.

interface Plan {
  readonly steps: number;
  readonly fails: boolean;
  readonly stepsOfCleanup: number;
}

const plans = fc.array(
  fc.record({
    steps: fc.integer({ min: 0, max: 3 }),
    fails: fc.boolean(),
    stepsOfCleanup: fc.integer({ min: 0, max: 2 }),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Runs the plans by a facade, in the order that the scheduler chooses. */
async function interleave(
  plans: readonly Plan[],
  scheduler: fc.Scheduler,
  aborts: boolean,
  facade: (coroutines: Coroutine<number>[], signal: AbortSignal) => Promise<unknown>,
) {
  const step = (name: string) => scheduler.schedule(Promise.resolve(), name);
  const controller = new AbortController();
  const running = new Set<number>();
  /** What decides how the facade ends, in the order in which it happened. */
  const decisive: string[] = [];
  const coroutines = plans.map(({ steps, fails, stepsOfCleanup }, index): Coroutine<number> => async ({ signal }) => {
    running.add(index);
    try {
      for (let i = 0; i < steps && !signal.aborted; i++) await step(`step ${i} of ${index}`);
      if (signal.aborted) for (let i = 0; i < stepsOfCleanup; i++) await step(`cleanup ${i} of ${index}`);
      signal.throwIfAborted();
      if (!fails) return index;
      decisive.push(`failure of ${index}`);
      throw new Error(`failure of ${index}`);
    } finally {
      running.delete(index);
    }
  });
  let end: unknown;
  let runningAtTheEnd: number | undefined;
  const reported = await unhandledRejections(async () => {
    const settle = (how: unknown) => {
      end = how;
      runningAtTheEnd = running.size;
    };
    facade(coroutines, controller.signal).then(settle, settle);
    if (aborts) {
      void step('abort').then(() => {
        if (running.size > 0) decisive.push('abort');
        controller.abort(new Error('abort'));
      });
    }
    await scheduler.waitIdle();
  });
  return { decisive, end, runningAtTheEnd, listed: suppressed(end).map(messageOf), reported };
}

function messageOf(error: unknown): string {
  return error instanceof AggregateError ? error.errors.map(messageOf).join() : (error as Error).message;
}

it('gather ends as an abort or its first failure says, with nothing running behind it and every other failure listed with it', async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.scheduler(), fc.boolean(), async (plans, scheduler, aborts) => {
      const run = await interleave(plans, scheduler, aborts, (coroutines, signal) => gather(coroutines, { signal }));
      // Aborted while something runs, if only the cleanup after a failure, it has room for all failures.
      const failures = run.decisive.filter((each) => each !== 'abort');
      const aborted = failures.length < run.decisive.length;
      const end = aborted ? failures.join() || 'abort' : failures[0];
      const others = aborted ? [] : failures.slice(1);
      expect(run.runningAtTheEnd).toBe(0);
      if (end === undefined) expect(run.end).toEqual(plans.map((_, index) => index));
      else expect(messageOf(run.end)).toBe(end);
      expect(run.listed.sort()).toEqual(others.sort());
      expect(run.reported).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

it('a taskGroup ends after all its tasks, with every failure that came before it was cancelled in its error', async () => {
  await fc.assert(
    fc.asyncProperty(plans, fc.scheduler(), fc.boolean(), async (plans, scheduler, aborts) => {
      const run = await interleave(plans, scheduler, aborts, (coroutines, signal) =>
        taskGroup(async (group) => Promise.all(coroutines.map((each) => group.createTask(each))), { signal }),
      );
      const failures = run.decisive.filter((each) => each !== 'abort');
      const told = Array.isArray(run.end) ? '' : messageOf(run.end);
      expect(run.runningAtTheEnd).toBe(0);
      if (told === 'abort') expect(failures).toEqual([]);
      else expect(told).toBe(failures.join());
      expect(run.reported).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
