import pLimit from 'p-limit';
import { bytesEach, times, trivialFunctions } from '../work.mjs';

/** @type {Record<string, (n: number) => import('../work.mjs').Work>} */
export const works = {
  'limit of 16': (n) => ({
    prepare: () => trivialFunctions(n),
    run: (/** @type {(() => Promise<number>)[]} */ functions) => {
      const limit = pLimit(16);
      return Promise.all(functions.map((coroutine) => limit(coroutine)));
    },
  }),

  'bytes per waiting call': (n) =>
    bytesEach(
      n,
      (wait) => {
        const limit = pLimit(1);
        return times(n + 1, () => limit(wait));
      },
      1,
    ),
};
