import { bytesEach, context, settledOneByOne, times, trivialFunctions, worksOfFunctions } from '../work.mjs';

/** @type {Record<string, (n: number) => import('../work.mjs').Work>} */
export const works = {
  ...worksOfFunctions((functions) => Promise.all(functions.map((coroutine) => coroutine(context)))),

  tasks: (n) => ({
    prepare: () => trivialFunctions(n),
    run: async (functions) => {
      for (const coroutine of functions) await coroutine();
    },
  }),

  'draining with FIRST_COMPLETED': (n) => ({
    run: async () => {
      const { started, settle } = settledOneByOne(n, (wait) => wait());
      const waitedFor = new Map(started.map((promise, index) => [index, promise.then(() => index)]));
      while (waitedFor.size > 0) {
        settle[n - waitedFor.size]?.();
        waitedFor.delete(await Promise.race(waitedFor.values()));
      }
    },
  }),

  'bytes per pending function': (n) => bytesEach(n, (wait) => Promise.all(times(n, wait))),

  'bytes per pending task': (n) =>
    bytesEach(n, (wait) =>
      times(n, async () => {
        await wait();
      }),
    ),
};
