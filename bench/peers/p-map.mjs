import pMap from 'p-map';
import { bytesEach, context, forever, generated, times, waking, worksOfFunctions } from '../work.mjs';

/** @type {Record<string, (n: number) => import('../work.mjs').Work>} */
export const works = {
  ...worksOfFunctions((functions) => pMap(functions, (coroutine) => coroutine(context))),

  'concurrency 16': (n) => ({ run: () => pMap(generated(n), (coroutine) => coroutine(), { concurrency: 16 }) }),

  waking: (n) => waking(n, (signal) => pMap([forever], (coroutine) => coroutine(), { signal })),

  'bytes per pending function': (n) =>
    bytesEach(n, (wait) =>
      pMap(
        times(n, () => wait),
        (coroutine) => coroutine(),
      ),
    ),
};
