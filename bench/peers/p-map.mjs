import pMap from 'p-map';
import { generated, trivialFunctions } from '../work.mjs';

/** @type {Record<string, (n: number) => import('../work.mjs').Work>} */
export const works = {
  functions: (n) => ({
    prepare: () => trivialFunctions(n),
    run: (functions) => pMap(functions, (/** @type {() => Promise<number>} */ coroutine) => coroutine()),
  }),

  'concurrency 16': (n) => ({ run: () => pMap(generated(n), (coroutine) => coroutine(), { concurrency: 16 }) }),
};
