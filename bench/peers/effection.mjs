import { all, call, run } from 'effection';
import { bytesEach, times, trivialFunctions } from '../work.mjs';

/** @typedef {() => Promise<number>} Trivial */

/** @type {Record<string, (n: number) => import('../work.mjs').Work>} */
export const works = {
  functions: (n) => ({
    prepare: () => trivialFunctions(n),
    run: (/** @type {Trivial[]} */ functions) => run(() => all(functions.map((coroutine) => call(coroutine)))),
  }),

  'bytes per pending task': (n) => bytesEach(n, (wait) => times(n, () => run(() => call(wait)))),
};
