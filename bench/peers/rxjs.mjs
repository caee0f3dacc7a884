import { forkJoin, from, mergeAll, mergeMap, of, Subject } from 'rxjs';
import { bytesEach, finishing, generated, trivialFunctions } from '../work.mjs';

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

  'sync sources, concurrency 1': (n) => ({
    prepare: () => Array.from({ length: n }, (_, index) => of(index)),
    run: (observables) =>
      from(/** @type {import('rxjs').Observable<number>[]} */ (observables))
        .pipe(mergeMap((observable) => observable, 1))
        .subscribe(),
  }),

  'stream, concurrency 16': (n) => ({
    prepare: () => trivialFunctions(n),
    run: (functions) =>
      new Promise((complete, error) => {
        from(/** @type {(() => Promise<number>)[]} */ (functions))
          .pipe(mergeMap((coroutine) => coroutine(), 16))
          .subscribe({ complete: () => complete(undefined), error });
      }),
  }),

  'bytes per waiting item': (n) =>
    bytesEach(
      n,
      (wait) => {
        const items = new Subject();
        const subscription = items.pipe(mergeMap(wait, 1)).subscribe();
        for (let item = 0; item <= n; item++) items.next(wait);
        return subscription;
      },
      1,
    ),
};
