import { forkJoin, from, mergeAll, mergeMap, of } from 'rxjs';
import { finishing, generated } from '../work.mjs';

/** @type {Record<string, (n: number) => import('../work.mjs').Work>} */
export const works = {
  observables: (n) => ({
    prepare: () => Array.from({ length: n }, (_, index) => of(index)),
    run: (observables) => forkJoin(observables).subscribe(),
  }),

  'gather in order': (n) =>
    finishing(n, 'in order', (subjects, complete) => forkJoin(subjects).subscribe({ complete })),

  'gather in reverse': (n) =>
    finishing(n, 'in reverse', (subjects, complete) => forkJoin(subjects).subscribe({ complete })),

  'asCompleted in order': (n) =>
    finishing(n, 'in order', (subjects, complete) => from(subjects).pipe(mergeAll()).subscribe({ complete })),

  'asCompleted in reverse': (n) =>
    finishing(n, 'in reverse', (subjects, complete) => from(subjects).pipe(mergeAll()).subscribe({ complete })),

  'concurrency 16': (n) => ({
    run: () =>
      new Promise((complete, error) => {
        from(generated(n))
          .pipe(mergeMap((coroutine) => coroutine(), 16))
          .subscribe({ complete: () => complete(undefined), error });
      }),
  }),
};
