import { defer, of, toArray } from 'rxjs';
import { asCompleted } from 'rx-asyncio';
import { marbles } from '../support/marbles';
import { empty, interop, withEmpty } from './rxjs';

// What counts of a source is its last value, which is there when it completes.

it(
  'RxJS merge.sources.cold-and-cold: cold sources run at the same time, and each gives its last value as it completes',
  marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const a = cold('  ---a-----b-----c----|      ');
    const aSubs = '   ^-------------------!      ';
    const b = cold('  ------x-----y-----z----|   ');
    const bSubs = '   ^----------------------!   ';
    const expected = '--------------------c--(z|)';

    expectObservable(asCompleted([a, b])).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
  }),
);

it(
  'unlike RxJS merge.sources.only-one: a single source is not passed through as it is',
  marbles(({ expectObservable }) => {
    const source = of('a');
    const result = asCompleted([source]);
    expect(result).not.toBe(source);
    expectObservable(result).toBe('(a|)');
  }),
);

it(
  'RxJS merge.sources.hot-and-hot: hot sources are joined where they are',
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a = hot(' ---a---^-b-----c----|      ');
    const aSubs = '        ^------------!      ';
    const b = hot(' -----x-^----y-----z----|   ');
    const bSubs = '        ^---------------!   ';
    const expected = '     -------------c--(z|)';

    expectObservable(asCompleted([a, b])).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
  }),
);

it(
  'RxJS merge.sources.hot-and-cold: a hot source and a cold one go together',
  marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const a = hot(' ---a-^---b-----c----|       ');
    const aSubs = '      ^--------------!       ';
    const b = cold('     --x-----y-----z----|   ');
    const bSubs = '      ^------------------!   ';
    const expected = '   ---------------c---(z|)';

    expectObservable(asCompleted([a, b])).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
  }),
);

it(
  'RxJS merge.sources.parallel: results that are there at the same time come in the order of the list',
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a = hot('   ---a----b----c----|    ');
    const b = hot('   ---x----y----z----|    ');
    const subs = '    ^-----------------!    ';
    const expected = '------------------(cz|)';

    expectObservable(asCompleted([a, b])).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(subs);
    expectSubscriptions(b.subscriptions).toBe(subs);
  }),
);

it(
  'unlike RxJS merge.sources.empty-and-empty: the first empty source is an EmptyError, and cancels the second',
  marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const a = cold('  |   ');
    const b = cold('  |   ');
    const subs = '    (^!)';
    const expected = '#   ';

    expectObservable(withEmpty(asCompleted([a, b]))).toBe(expected, undefined, empty);
    expectSubscriptions(a.subscriptions).toBe(subs);
    expectSubscriptions(b.subscriptions).toBe(subs);
  }),
);

it(
  'unlike RxJS merge.sources.three-empties: with outcomes, each of three empty sources is an EmptyError',
  marbles(({ cold, flush }) => {
    const outcomes: unknown[] = [];
    asCompleted([cold('|'), cold('|'), cold('|')], { returnExceptions: true }).subscribe({
      next: (outcome) => outcomes.push(outcome),
      error: (error: unknown) => outcomes.push(error),
    });
    flush();
    const emptyAt = (key: number) => ({ key, status: 'rejected', reason: { name: 'EmptyError' } });
    expect(outcomes).toMatchObject([emptyAt(0), emptyAt(1), emptyAt(2)]);
  }),
);

it(
  'unlike RxJS merge.sources.never-and-empty: an EmptyError cancels one that never ends',
  marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const a = cold('  -   ');
    const b = cold('  |   ');
    const subs = '    (^!)';
    const expected = '#   ';

    expectObservable(withEmpty(asCompleted([a, b]))).toBe(expected, undefined, empty);
    expectSubscriptions(a.subscriptions).toBe(subs);
    expectSubscriptions(b.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS merge.sources.never-and-never: it goes on while its sources do',
  marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const a = cold('  -');
    const b = cold('  -');
    const subs = '    ^';
    const expected = '-';

    expectObservable(asCompleted([a, b])).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(subs);
    expectSubscriptions(b.subscriptions).toBe(subs);
  }),
);

it(
  'unlike RxJS merge.sources.empty-and-failure: an EmptyError comes first, and cancels one that would fail',
  marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const a = cold('  |   ');
    const b = cold('  #   ');
    const subs = '    (^!)';
    const expected = '#   ';

    expectObservable(withEmpty(asCompleted([a, b]))).toBe(expected, undefined, empty);
    expectSubscriptions(a.subscriptions).toBe(subs);
    expectSubscriptions(b.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS merge.sources.hot-and-failure: one that fails at once cancels those before it',
  marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
    const a = hot('   --a--b--c--|');
    const b = cold('  #           ');
    const subs = '    (^!)        ';
    const expected = '#           ';

    expectObservable(asCompleted([a, b])).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(subs);
    expectSubscriptions(b.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS merge.sources.never-and-failure: one that fails at once cancels one that never ends',
  marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const a = cold('  -   ');
    const b = cold('  #   ');
    const subs = '    (^!)';
    const expected = '#   ';

    expectObservable(asCompleted([a, b])).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(subs);
    expectSubscriptions(b.subscriptions).toBe(subs);
  }),
);

it(
  'unlike RxJS merge.sources.empty-and-later-failure: an EmptyError does not wait for a failure that is to come',
  marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
    const a = cold('  |       ');
    const b = hot('   -------#');
    const subs = '    (^!)    ';
    const expected = '#       ';

    expectObservable(withEmpty(asCompleted([a, b]))).toBe(expected, undefined, empty);
    expectSubscriptions(a.subscriptions).toBe(subs);
    expectSubscriptions(b.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS merge.sources.hot-and-later-failure: a failure cancels one that has no result yet, and comes after those that have',
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a = hot('   --a--b--c--|');
    const aSubs = '   ^------!    ';
    const b = hot('   -------#    ');
    const bSubs = '   ^------!    ';
    const c = hot('   --x--|      ');
    const cSubs = '   ^----!      ';
    const expected = '-----x-#    ';

    expectObservable(asCompleted([a, b, c])).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
    expectSubscriptions(c.subscriptions).toBe(cSubs);
  }),
);

it(
  'RxJS merge.sources.never-and-later-failure: a failure cancels one that never ends',
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a = hot('   --------');
    const b = hot('   -------#');
    const subs = '    ^------!';
    const expected = '-------#';

    expectObservable(asCompleted([a, b])).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(subs);
    expectSubscriptions(b.subscriptions).toBe(subs);
  }),
);

it(
  'RxJS merge.sources.interop-one: what only behaves like an Observable gives its last value',
  marbles(({ expectObservable }) => {
    expectObservable(asCompleted([interop('a', 'b', 'c')])).toBe('(c|)');
  }),
);

it(
  'RxJS merge.sources.interop-two: two that only behave like Observables come one after the other',
  marbles(({ expectObservable }) => {
    expectObservable(asCompleted([interop('a', 'b', 'c'), interop('d', 'e', 'f')])).toBe('(cf|)');
  }),
);

it(
  'RxJS merge.arguments.concurrency: no more than so many run at a time, and the next starts as one ends',
  marbles(({ cold, expectObservable, expectSubscriptions }) => {
    const a = cold('  ---a---b---c---|               ');
    const aSubs = '   ^--------------!               ';
    const b = cold('  -d---e---f--|                  ');
    const bSubs = '   ^-----------!                  ';
    const c = cold('              ---x---y---z---|   ');
    const cSubs = '   ------------^--------------!   ';
    const expected = '------------f--c-----------(z|)';

    expectObservable(asCompleted([a, b, c], { concurrency: 2 })).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(aSubs);
    expectSubscriptions(b.subscriptions).toBe(bSubs);
    expectSubscriptions(c.subscriptions).toBe(cSubs);
  }),
);

it('unlike RxJS merge.arguments.scheduler-only-one: what is there at once is there before subscribing returns', () => {
  const source = defer(() => of('a'));
  let results: string[] | undefined;
  asCompleted([source])
    .pipe(toArray())
    .subscribe({
      next: (all) => {
        results = all;
      },
      error: (error: unknown) => {
        throw error;
      },
    });
  expect(results).toEqual(['a']);
});

it(
  'RxJS merge.arguments.only-a-list: a list in the list is one source, whose last element is the result',
  marbles(({ expectObservable }) => {
    expectObservable(asCompleted([['foo', 'bar']])).toBe('(b|)', { b: 'bar' });
  }),
);
