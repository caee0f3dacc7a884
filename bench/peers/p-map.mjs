import pMap from 'p-map';
import { context, generated, worksOfFunctions } from '../work.mjs';

/** @type {Record<string, (n: number) => import('../work.mjs').Work>} */
export const works = {
  ...worksOfFunctions((functions) => pMap(functions, (coroutine) => coroutine(context))),

  'concurrency 16': (n) => ({ run: () => pMap(generated(n), (coroutine) => coroutine(), { concurrency: 16 }) }),
};
