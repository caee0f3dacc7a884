import { asCompleted, asCompletedAll, createTask, FIRST_COMPLETED, gather, Semaphore, taskGroup } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { from, of, Subject } from 'rxjs';
import {
  bytesEach,
  finishing,
  forever,
  generated,
  peakWhile,
  readingItsSignal,
  settledOneByOne,
  startAndAbort,
  times,
  trivialFunctions,
  untilAborted,
  waking,
  worksOfFunctions,
} from '../work.mjs';

/** @type {Record<string, (n: number) => import('../work.mjs').Work>} */
export const works = {
  ...worksOfFunctions((functions) => promises.gather(functions)),

  observables: (n) => ({
    prepare: () => Array.from({ length: n }, (_, index) => of(index)),
    run: (observables) => gather(observables).subscribe(),
  }),

  'gather in order': (n) => finishing(n, 'in order', (subjects, complete) => gather(subjects).subscribe({ complete })),

  'gather in reverse': (n) =>
    finishing(n, 'in reverse', (subjects, complete) => gather(subjects).subscribe({ complete })),

  'asCompleted in order': (n) =>
    finishing(n, 'in order', (subjects, complete) => asCompleted(subjects).subscribe({ complete })),

  'asCompleted in reverse': (n) =>
    finishing(n, 'in reverse', (subjects, complete) => asCompleted(subjects).subscribe({ complete })),

  'concurrency 16': (n) => ({
    run: () =>
      new Promise((complete, error) => {
        asCompleted(generated(n), { concurrency: 16 }).subscribe({ complete: () => complete(undefined), error });
      }),
  }),

  tasks: (n) => ({
    prepare: () => trivialFunctions(n),
    run: async (functions) => {
      for (const coroutine of functions) await createTask(coroutine);
    },
  }),

  'draining with FIRST_COMPLETED': (n) => ({
    run: async () => {
      const { started, settle } = settledOneByOne(n, (wait) => createTask(wait));
      let waitedFor = new Set(started);
      for (let next = 0; waitedFor.size > 0; next++) {
        settle[next]?.();
        ({ pending: waitedFor } = await promises.wait(waitedFor, { returnWhen: FIRST_COMPLETED }));
      }
    },
  }),

  'sync sources, concurrency 1': (n) => ({
    prepare: () => Array.from({ length: n }, (_, index) => of(index)),
    run: (observables) => asCompleted(observables, { concurrency: 1 }).subscribe(),
  }),

  'stream, concurrency 16': (n) => ({
    prepare: () => trivialFunctions(n),
    run: (functions) =>
      new Promise((complete, error) => {
        from(/** @type {(() => Promise<number>)[]} */ (functions))
          .pipe(asCompletedAll({ concurrency: 16 }))
          .subscribe({ complete: () => complete(undefined), error });
      }),
  }),

  'limit of 16': (n) => ({
    prepare: () => trivialFunctions(n),
    run: (/** @type {(() => Promise<number>)[]} */ functions) => promises.gather(functions, { concurrency: 16 }),
  }),

  'Semaphore of 16': (n) => ({
    prepare: () => trivialFunctions(n),
    run: (/** @type {(() => Promise<number>)[]} */ functions) => {
      const limit = new Semaphore(16);
      return promises.gather(functions.map((coroutine) => limit.use(coroutine)));
    },
  }),

  cancelling: (n) =>
    startAndAbort((signal) =>
      promises.gather(
        times(n, () => untilAborted),
        { signal },
      ),
    ),

  'cancelling what reads no signal': (n) =>
    startAndAbort((signal) =>
      promises.gather(
        times(n, () => forever),
        { signal },
      ),
    ),

  waking: (n) => waking(n, (signal) => promises.gather([forever], { signal })),

  'bytes per pending function': (n) => bytesEach(n, (wait) => promises.gather(times(n, () => wait))),

  'bytes per pending function of a signal': (n) =>
    bytesEach(n, (wait) => promises.gather(times(n, () => readingItsSignal(wait)))),

  'bytes per pending task': (n) => bytesEach(n, (wait) => times(n, () => createTask(wait))),

  'bytes per waiting item': (n) =>
    bytesEach(
      n,
      (wait) => {
        const items = new Subject();
        const subscription = items.pipe(asCompletedAll({ concurrency: 1 })).subscribe();
        for (let item = 0; item <= n; item++) items.next(wait);
        return subscription;
      },
      1,
    ),

  'bytes per waiting call': (n) =>
    bytesEach(
      n,
      (wait) =>
        taskGroup((group) => Promise.all(times(n + 1, () => group.createTask(wait))), { concurrency: 1 }).subscribe(),
      1,
    ),

  'bytes per call waiting for a permit': (n) =>
    bytesEach(
      n,
      (wait) => {
        const limit = new Semaphore(1);
        return times(n + 1, () => createTask(limit.use(wait)));
      },
      1,
    ),

  'peak heap of lazy pulling': (n) => ({
    measure: () =>
      peakWhile(
        n,
        (next) =>
          new Promise((complete, error) => {
            asCompleted(generated(n), { concurrency: 16 }).subscribe({
              next,
              complete: () => complete(undefined),
              error,
            });
          }),
      ),
  }),
};
