import { asCompleted, createTask, FIRST_COMPLETED, gather } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { of } from 'rxjs';
import {
  bytesEach,
  finishing,
  generated,
  heapInUse,
  pending,
  settledOneByOne,
  trivialFunctions,
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

  cancelling: (n) => ({
    run: () => {
      const controller = new AbortController();
      /** @type {import('rx-asyncio').Coroutine<never>} */
      const untilAborted = ({ signal }) =>
        new Promise((_, reject) => {
          signal.onabort = () => reject(signal.reason);
        });
      const { signal } = controller;
      const cancelled = promises.gather(Array.from({ length: n }, () => untilAborted), { signal }); // prettier-ignore
      controller.abort();
      return cancelled.catch(() => {});
    },
  }),

  'bytes per pending task': (n) => ({ measure: () => bytesEach(n, () => createTask(pending)) }),

  'peak heap of lazy pulling': (n) => ({
    measure: () =>
      new Promise((resolve, error) => {
        let results = 0;
        let peak = 0;
        asCompleted(generated(n), { concurrency: 16 }).subscribe({
          next: () => {
            if (++results % (n / 20) === 0) peak = Math.max(peak, heapInUse());
          },
          complete: () => resolve(peak),
          error,
        });
      }),
  }),
};
