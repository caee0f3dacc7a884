import {
  from,
  lastValueFrom,
  map,
  mergeMap,
  Observable,
  of,
  queueScheduler,
  scheduled,
  take,
  throwError,
  toArray,
} from 'rxjs';
import { asCompleted, asCompletedAll } from 'rx-asyncio';
import { marbles } from '../support/marbles';
import { empty, withEmpty } from './rxjs';

// What counts of an inner source is its last value, which is there when it completes.

it(
  'RxJS mergeAll.inner.hot-of-cold: inner sources start as they arrive, and run at the same time',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    --a---b--c---d--|         ');
    const xSubs = '   --^---------------!         ';
    const y = cold('           ----e---f--g---|   ');
    const ySubs = '   ---------^--------------!   ';
    const all = hot(' --x------y-------|         ', { x, y });
    const subs = '    ^----------------!          ';
    const expected = '------------------d-----(g|)';

    expectObservable(all.pipe(asCompletedAll())).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.inner.at-once: results that are there at once come in the order of arrival',
  marbles(({ expectObservable }) => {
    expectObservable(from([of('a'), of('b'), of('c')]).pipe(asCompletedAll())).toBe('(abc|)');
  }),
);

it(
  'RxJS mergeAll.inner.inner-failure-at-once: a failure comes after the results before it, and instead of those after it',
  marbles(({ expectObservable }) => {
    const failing = throwError(() => 'error');
    expectObservable(from([of('a'), failing, of('c')]).pipe(asCompletedAll())).toBe('(a#)');
  }),
);

it(
  'RxJS mergeAll.inner.overlapping: it ends with the last of the inner sources, though the outer has long completed',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    a---b---c---|       ');
    const xSubs = '   --^-----------!       ';
    const y = cold('       d---e---f---|    ');
    const ySubs = '   -----^-----------!    ';
    const all = hot(' --x--y--|            ', { x, y });
    const subs = '    ^-------!             ';
    const expected = '--------------c--(f|) ';

    expectObservable(all.pipe(asCompletedAll())).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.limited.one-cold: with a limit of one, the second starts when the first has completed',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    a---b---c---|               ');
    const xSubs = '   --^-----------!               ';
    const y = cold('                d---e---f---|   ');
    const ySubs = '   --------------^-----------!   ';
    const all = hot(' --x--y--|                    ', { x, y });
    const subs = '    ^-------!                     ';
    const expected = '--------------c-----------(f|)';

    expectObservable(all.pipe(asCompletedAll({ concurrency: 1 }))).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.limited.two-cold: with a limit of two, the third starts when the first of them has completed',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    a---b---c---|           ');
    const xSubs = '   --^-----------!           ';
    const y = cold('       d---e---f---|        ');
    const ySubs = '   -----^-----------!        ';
    const z = cold('                --g---h-|   ');
    const zSubs = '   --------------^-------!   ';
    const all = hot(' --x--y--z--|              ', { x, y, z });
    const subs = '    ^----------!              ';
    const expected = '--------------c--f----(h|)';

    expectObservable(all.pipe(asCompletedAll({ concurrency: 2 }))).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(z.subscriptions).toBe(zSubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.limited.one-hot: of a hot source that has to wait nothing is heard before its turn',
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const x = hot('   ---a---b---c---|             ');
    const xSubs = '   --^------------!             ';
    const y = hot('   -------------d---e---f---|   ');
    const ySubs = '   ---------------^---------!   ';
    const all = hot(' --x--y--|                   ', { x, y });
    const subs = '    ^-------!                    ';
    const expected = '---------------c---------(f|)';

    expectObservable(all.pipe(asCompletedAll({ concurrency: 1 }))).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.limited.two-hot: of a third hot source nothing is heard before one of two has completed',
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const x = hot('   i--a---b---c---|           ');
    const xSubs = '   --^------------!           ';
    const y = hot('   -i-i--d---e---f---|        ');
    const ySubs = '   -----^------------!        ';
    const z = hot('   --i--i--i--i-----g---h-|   ');
    const zSubs = '   ---------------^-------!   ';
    const all = hot(' --x--y--z--|              ', { x, y, z });
    const subs = '    ^----------!               ';
    const expected = '---------------c--f----(h|) ';

    expectObservable(all.pipe(asCompletedAll({ concurrency: 2 }))).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(z.subscriptions).toBe(zSubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.inner.unsubscribed: unsubscribing unsubscribes from all inner sources',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    a---b---c---|   ');
    const xSubs = '   --^---------!     ';
    const y = cold('       d---e---f---|');
    const ySubs = '   -----^------!     ';
    const all = hot(' --x--y--|        ', { x, y });
    const subs = '    ^-------!         ';
    const expected = '-------------     ';
    const unsub = '   ------------!     ';

    expectObservable(all.pipe(asCompletedAll()), unsub).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.inner.unsubscribed-in-a-chain: operators around it do not get into the way of unsubscribing',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    a---b---c---|   ');
    const xSubs = '   --^---------!     ';
    const y = cold('       d---e---f---|');
    const ySubs = '   -----^------!     ';
    const all = hot(' --x--y--|        ', { x, y });
    const subs = '    ^-------!         ';
    const expected = '-------------     ';
    const unsub = '   ------------!     ';

    const result = all.pipe(
      mergeMap((inner) => of(inner)),
      asCompletedAll(),
      mergeMap((value) => of(value)),
    );
    expectObservable(result, unsub).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.inner.parallel: results that are there at the same time come in the order of arrival',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    ----a----b----c---|    ');
    const xSubs = '   --^-----------------!    ';
    const y = cold('       -d----e----f---|    ');
    const ySubs = '   -----^--------------!    ';
    const all = hot(' --x--y--|               ', { x, y });
    const subs = '    ^-------!                ';
    const expected = '--------------------(cf|)';

    expectObservable(all.pipe(asCompletedAll())).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'unlike RxJS mergeAll.inner.empty-and-empty: the first empty inner source is an EmptyError, and ends the outer',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    |      ');
    const xSubs = '   --(^!)   ';
    const y = cold('       |   ');
    const all = hot(' --x--y--|', { x, y });
    const subs = '    ^-!      ';
    const expected = '--#      ';

    expectObservable(withEmpty(all.pipe(asCompletedAll()))).toBe(expected, undefined, empty);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe([]);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'unlike RxJS mergeAll.inner.three-empties: with outcomes, each of three empty inner sources is an EmptyError',
  marbles(({ cold, hot, expectObservable }) => {
    const x = cold('    |         ');
    const y = cold('       |      ');
    const z = cold('         |    ');
    const all = hot(' --x--y-z---|', { x, y, z });
    const expected = '--x--y-z---|';

    const told = all.pipe(
      asCompletedAll({ returnExceptions: true }),
      map((outcome) => {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'EmptyError' } });
        return outcome.key;
      }),
    );
    expectObservable(told).toBe(expected, { x: 0, y: 1, z: 2 });
  }),
);

it(
  'unlike RxJS mergeAll.inner.never-and-empty: an EmptyError cancels an inner source that never ends',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    -      ');
    const xSubs = '   --^--!   ';
    const y = cold('       |   ');
    const ySubs = '   -----(^!)';
    const all = hot(' --x--y--|', { x, y });
    const subs = '    ^----!   ';
    const expected = '-----#   ';

    expectObservable(withEmpty(all.pipe(asCompletedAll()))).toBe(expected, undefined, empty);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.inner.never-and-never: it goes on while inner sources do',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    -      ');
    const xSubs = '   --^      ';
    const y = cold('       -   ');
    const ySubs = '   -----^   ';
    const all = hot(' --x--y--|', { x, y });
    const subs = '    ^-------!';
    const expected = '---------';

    expectObservable(all.pipe(asCompletedAll())).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'unlike RxJS mergeAll.inner.empty-and-failure: an EmptyError comes before the failure of one that has not arrived yet',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    |      ');
    const xSubs = '   --(^!)   ';
    const y = cold('       #   ');
    const all = hot(' --x--y--|', { x, y });
    const subs = '    ^-!      ';
    const expected = '--#      ';

    expectObservable(withEmpty(all.pipe(asCompletedAll()))).toBe(expected, undefined, empty);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe([]);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.inner.never-and-failure: one that fails as it arrives cancels the others, and the outer',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    -      ');
    const xSubs = '   --^--!   ';
    const y = cold('       #   ');
    const ySubs = '   -----(^!)';
    const all = hot(' --x--y--|', { x, y });
    const subs = '    ^----!   ';
    const expected = '-----#   ';

    expectObservable(all.pipe(asCompletedAll())).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'unlike RxJS mergeAll.inner.empty-and-later-failure: an EmptyError does not wait for a failure that is to come',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    ----|     ');
    const xSubs = '   --^---!     ';
    const y = cold('       ------#');
    const ySubs = '   -----^!     ';
    const all = hot(' --x--y--|   ', { x, y });
    const subs = '    ^-----!     ';
    const expected = '------#     ';

    expectObservable(withEmpty(all.pipe(asCompletedAll()))).toBe(expected, undefined, empty);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.inner.never-and-later-failure: a failure cancels one that never ends, though the outer has completed',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    -         ');
    const xSubs = '   --^--------!';
    const y = cold('       ------#');
    const ySubs = '   -----^-----!';
    const all = hot(' --x--y--|   ', { x, y });
    const subs = '    ^-------!   ';
    const expected = '-----------#';

    expectObservable(all.pipe(asCompletedAll())).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.outer.empty: an outer source that is empty completes it',
  marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const outer = cold<Observable<string>>('|');
    const subs = '    (^!)';
    const expected = '|   ';

    expectObservable(outer.pipe(asCompletedAll())).toBe(expected);
    expectSubscriptions(outer.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.outer.never: an outer source that never ends keeps it open',
  marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const outer = cold<Observable<string>>('-');
    const subs = '    ^';
    const expected = '-';

    expectObservable(outer.pipe(asCompletedAll())).toBe(expected);
    expectSubscriptions(outer.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.outer.failure-at-once: an outer source that fails at once fails it',
  marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const outer = cold<Observable<string>>('#');
    const subs = '    (^!)';
    const expected = '#   ';

    expectObservable(outer.pipe(asCompletedAll())).toBe(expected);
    expectSubscriptions(outer.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.inner.one-after-another: inner sources that do not overlap come one after another, and the outer ends it',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    a-b---------|                 ');
    const xSubs = '   --^-----------!                 ';
    const y = cold('              c-d-e-f-|           ');
    const ySubs = '   ------------^-------!           ';
    const z = cold('                       g-h-i-j|   ');
    const zSubs = '   ---------------------^------!   ';
    const all = hot(' --x---------y--------z--------|', { x, y, z });
    const subs = '    ^-----------------------------!';
    const expected = '--------------b-----f-------j-|';

    expectObservable(all.pipe(asCompletedAll())).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(z.subscriptions).toBe(zSubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.inner.inner-failure: a failure ends the outer, and what would have arrived is never started',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    a-b---------|                 ');
    const xSubs = '   --^-----------!                 ';
    const y = cold('              c-d-e-f-#           ');
    const ySubs = '   ------------^-------!           ';
    const z = cold('                       g-h-i-j-k-|');
    const all = hot(' --x---------y--------z--------|', { x, y, z });
    const subs = '    ^-------------------!           ';
    const expected = '--------------b-----#           ';

    expectObservable(all.pipe(asCompletedAll())).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(z.subscriptions).toBe([]);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS mergeAll.outer.failure: a failure of the outer source cancels the inner ones that still run',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const x = cold('    a-b---------|      ');
    const xSubs = '   --^-----------!      ';
    const y = cold('              c-d-e-f-|');
    const ySubs = '   ------------^---!    ';
    const all = hot(' --x---------y---#   ', { x, y });
    const subs = '    ^---------------!    ';
    const expected = '--------------b-#    ';

    expectObservable(all.pipe(asCompletedAll())).toBe(expected);
    expectSubscriptions(x.subscriptions).toBe(xSubs);
    expectSubscriptions(y.subscriptions).toBe(ySubs);
    expectSubscriptions(all.subscriptions).toBe(subs);
  }),
);

it('RxJS mergeAll.inner.promises: Promises give their values in the order in which they are fulfilled', async () => {
  const promises = ['a', 'b', 'c', 'd'].map((value) => Promise.resolve(value));
  expect(await lastValueFrom(from(promises).pipe(asCompletedAll(), toArray()))).toEqual(['a', 'b', 'c', 'd']);
});

it('RxJS mergeAll.inner.promise-rejected: a Promise that is rejected comes after those fulfilled before it', async () => {
  const promises = [Promise.resolve('a'), Promise.reject<string>('error'), Promise.resolve('c'), Promise.resolve('d')];
  const results: string[] = [];
  const ended = lastValueFrom(
    from(promises).pipe(
      asCompletedAll(),
      map((result) => results.push(result)),
    ),
  );
  await expect(ended).rejects.toBe('error');
  expect(results).toEqual(['a']);
});

it('RxJS mergeAll.outer.generator: a generator that is never exhausted is told to return when nobody listens any more', async () => {
  const returned = jest.fn();
  function* ducks() {
    try {
      for (;;) yield of('duck');
    } finally {
      returned();
    }
  }
  const taken = asCompleted(ducks(), { concurrency: 1 }).pipe(take(3), toArray());
  expect(await lastValueFrom(taken)).toEqual(['duck', 'duck', 'duck']);
  expect(returned).toHaveBeenCalledTimes(1);
});

it(
  'RxJS mergeAll.inner.two-at-once: of two that are there at once the first comes first',
  marbles(({ expectObservable }) => {
    expectObservable(of(of(1, 2, 3), of(4, 5, 6, 7, 8)).pipe(asCompletedAll())).toBe('(ab|)', { a: 3, b: 8 });
  }),
);

it(
  'RxJS mergeAll.inner.two-scheduled: of two that take turns the one that has less to say comes first',
  marbles(({ expectObservable }) => {
    const a = scheduled([1, 2, 3], queueScheduler);
    const b = scheduled([4, 5, 6, 7, 8], queueScheduler);
    expectObservable(scheduled([b, a], queueScheduler).pipe(asCompletedAll())).toBe('(ab|)', { a: 3, b: 8 });
  }),
);

it('RxJS mergeAll.outer.synchronous: a source that emits all at once can see that nobody listens any more', async () => {
  const emitted: number[] = [];
  const outer = new Observable<Observable<number>>((subscriber) => {
    for (let i = 0; !subscriber.closed && i < 10; i++) {
      emitted.push(i);
      subscriber.next(of(i));
    }
  });
  await lastValueFrom(outer.pipe(asCompletedAll(), take(3)));
  expect(emitted).toEqual([0, 1, 2]);
});
