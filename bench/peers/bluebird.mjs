import Bluebird from 'bluebird';
import { context, trivialFunctions, worksOfFunctions } from '../work.mjs';

/** @typedef {() => Promise<number>} Trivial */

/** @type {Record<string, (n: number) => import('../work.mjs').Work>} */
export const works = {
  ...worksOfFunctions((functions) => Bluebird.map(functions, (coroutine) => coroutine(context))),

  'concurrency 16': (n) => ({
    prepare: () => trivialFunctions(n),
    run: (/** @type {Trivial[]} */ functions) =>
      Bluebird.map(functions, (coroutine) => coroutine(), { concurrency: 16 }),
  }),
};
