import { EMPTY, finalize, from, lastValueFrom, map, type Observable, of, tap, timer } from 'rxjs';
import { type Awaitable, gather, gatherAll } from 'rx-asyncio';
import { marbles } from '../support/marbles';
import { empty, interop, withEmpty } from './rxjs';

// RxJS asks the same of a list and of a record; here a list can also arrive in a pipe.

type Value = string | null | undefined;
type Sources = Readonly<Record<string, Awaitable<Value>>>;

interface Form {
  /** Gathers them in all the ways that there are. */
  readonly gathered: (sources: Sources) => Observable<unknown>[];
  /** The results in the form in which they are then. */
  readonly results: (results: Readonly<Record<string, Value>>) => unknown;
}

const asList: Form = {
  gathered: (sources) => [gather(Object.values(sources)), from(Object.values(sources)).pipe(gatherAll())],
  results: (results) => Object.values(results),
};

const asRecord: Form = { gathered: (sources) => [gather(sources)], results: (results) => results };

const lastValues = ({ gathered, results }: Form) =>
  marbles(({ hot, expectObservable }) => {
    const a = hot('   --a--b--c--d--|   ');
    const b = hot('   (b|)              ');
    const c = hot('   --1--2--3--|      ');
    const expected = '--------------(r|)';

    for (const result of gathered({ a, b, c })) {
      expectObservable(result).toBe(expected, { r: results({ a: 'd', b: 'b', c: '3' }) });
    }
  });

const nothings = ({ gathered, results }: Form) =>
  marbles(({ hot, expectObservable }) => {
    const a = hot<Value>('--a--b--c--d--|   ', { d: null });
    const b = hot<Value>('(b|)              ');
    const c = hot<Value>('-----r--t--u--|   ', { u: undefined });
    const expected = '    --------------(r|)';

    for (const result of gathered({ a, b, c })) {
      expectObservable(result).toBe(expected, { r: results({ a: null, b: 'b', c: undefined }) });
    }
  });

const onlyOne = ({ gathered, results }: Form) =>
  marbles(({ hot, expectObservable }) => {
    const a = hot('   --a--b--c--d--|   ');
    const expected = '--------------(r|)';

    for (const result of gathered({ a })) expectObservable(result).toBe(expected, { r: results({ a: 'd' }) });
  });

const foreign = ({ gathered, results }: Form) =>
  marbles(({ hot, expectObservable }) => {
    const a = hot('   --a--b--c--d--|   ');
    const b = hot('   (b|)              ');
    const expected = '--------------(r|)';

    for (const result of gathered({ a, b, c: interop('1', '2', '3') })) {
      expectObservable(result).toBe(expected, { r: results({ a: 'd', b: 'b', c: '3' }) });
    }
  });

const emptyForeign = ({ gathered }: Form) =>
  marbles(({ hot, expectObservable }) => {
    const a = hot('   --a--b--c--d--|');
    const b = hot('   (b|)           ');
    const expected = '#              ';

    for (const result of gathered({ a, b, c: interop<Value>() })) {
      expectObservable(withEmpty(result)).toBe(expected, undefined, empty);
    }
  });

const withPromise = async ({ gathered, results }: Form) => {
  for (const result of gathered({ a: of('1'), b: Promise.resolve('2') })) {
    expect(await lastValueFrom(result)).toEqual(results({ a: '1', b: '2' }));
  }
};

const emptyAfterTheOthers = ({ gathered }: Form) =>
  marbles(({ hot, expectObservable }) => {
    const a = hot('   --a--b--c--d--|    ');
    const b = hot('   (b|)               ');
    const c = hot('   ------------------|');
    const expected = '------------------#';

    for (const result of gathered({ a, b, c })) {
      expectObservable(withEmpty(result)).toBe(expected, undefined, empty);
    }
  });

const emptyBeforeTheOthers = ({ gathered }: Form) =>
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a = hot('   --a--b--c--d--|');
    const aSubs = '   ^--------!     ';
    const b = hot('   (b|)           ');
    const c = hot('   ---------|     ');
    const expected = '---------#     ';

    const all = gathered({ a, b, c });
    for (const result of all) expectObservable(withEmpty(result)).toBe(expected, undefined, empty);
    expectSubscriptions(a.subscriptions).toBe(all.map(() => aSubs));
  });

const allEmpty = ({ gathered }: Form) =>
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a = hot('   --------------|');
    const b = hot('   ---------|     ');
    const subs = '    ^--------!     ';
    const expected = '---------#     ';

    const all = gathered({ a, b });
    for (const result of all) expectObservable(withEmpty(result)).toBe(expected, undefined, empty);
    expectSubscriptions(a.subscriptions).toBe(all.map(() => subs));
    expectSubscriptions(b.subscriptions).toBe(all.map(() => subs));
  });

const onlyNever = ({ gathered }: Form) =>
  marbles(({ hot, expectObservable }) => {
    const a = hot('   --------------');
    const expected = '--------------';

    for (const result of gathered({ a })) expectObservable(result).toBe(expected);
  });

const neverAmongOthers = ({ gathered }: Form) =>
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a = hot('   --------------');
    const aSubs = '   ^-------------';
    const b = hot('   -a---b--c--|  ');
    const bSubs = '   ^----------!  ';
    const expected = '--------------';

    const all = gathered({ a, b });
    for (const result of all) expectObservable(result).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(all.map(() => aSubs));
    expectSubscriptions(b.subscriptions).toBe(all.map(() => bSubs));
  });

const neverAndEmpty = ({ gathered }: Form) =>
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a = hot('   --------------');
    const aSubs = '   ^-----!       ';
    const b = hot('   ------|       ');
    const expected = '------#       ';

    const all = gathered({ a, b });
    for (const result of all) expectObservable(withEmpty(result)).toBe(expected, undefined, empty);
    expectSubscriptions(a.subscriptions).toBe(all.map(() => aSubs));
  });

/** One fails at frame 6, and this is the other. */
const failureBeside =
  (other: string) =>
  ({ gathered }: Form) =>
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const a = hot('   ------#');
      const b = hot(other);
      const subs = '    ^-----!';
      const expected = '------#';

      const all = gathered({ a, b });
      for (const result of all) expectObservable(result).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(all.map(() => subs));
      expectSubscriptions(b.subscriptions).toBe(all.map(() => subs));
    });

const failureBesideEmpty = failureBeside(' ---------|');
const failureBesideNever = failureBeside(' ----------');
const failureBesideValue = failureBeside(' ---a-----|');

const unsubscribed = ({ gathered }: Form) =>
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a = hot('--a--^--b--c---d-| ');
    const b = hot('---e-^---f--g---h-|');
    const subs = '      ^--------!    ';
    const unsub = '     ---------!    ';
    const expected = '  ----------    ';

    const all = gathered({ a, b });
    for (const result of all) expectObservable(result, unsub).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(all.map(() => subs));
    expectSubscriptions(b.subscriptions).toBe(all.map(() => subs));
  });

const failed = ({ gathered }: Form) =>
  marbles(({ hot, expectObservable, expectSubscriptions }) => {
    const a = hot('--a--^--b--c---d-|');
    const b = hot('---e-^---f--g-#   ');
    const subs = '      ^--------!   ';
    const expected = '  ---------#   ';

    const all = gathered({ a, b });
    for (const result of all) expectObservable(result).toBe(expected);
    expectSubscriptions(a.subscriptions).toBe(all.map(() => subs));
    expectSubscriptions(b.subscriptions).toBe(all.map(() => subs));
  });

it(
  'RxJS forkJoin.any.last-values: the last value of each, in the order of the list, once the slowest is there',
  marbles(({ hot, cold, expectObservable }) => {
    const a = hot('   -a--b-----c-d-e-|       ');
    const b = hot('   --------f--g-h-i--j-|   ');
    const c = cold('  --1--2-3-4---|          ');
    const expected = '--------------------(r|)';

    expectObservable(gather([a, b, c])).toBe(expected, { r: ['e', 'j', '4'] });
    expectObservable(of(a, b, c).pipe(gatherAll())).toBe(expected, { r: ['e', 'j', '4'] });
  }),
);

it('RxJS forkJoin.any.single-source: a single source is a list of one', onlyOne(asList));

it('RxJS forkJoin.list.last-values: a list of the last values, once all have completed', lastValues(asList));

it('RxJS forkJoin.list.null-and-undefined: null and undefined are results as others are', nothings(asList));

it('RxJS forkJoin.list.one: a list of one source gives a list of one result', onlyOne(asList));

it('RxJS forkJoin.list.interop: what only behaves like an Observable will do', foreign(asList));

it(
  'unlike RxJS forkJoin.list.interop-empty: what behaves like an empty Observable is an EmptyError',
  emptyForeign(asList),
);

it('RxJS forkJoin.list.promise: a Promise will do', async () => {
  await withPromise(asList);
});

it(
  'RxJS forkJoin.list.any-list: whatever can be iterated is a list of sources',
  marbles(({ hot, expectObservable }) => {
    const a = hot('   --a--b--c--d--|   ');
    const b = hot('   (b|)              ');
    const c = hot('   --1--2--3--|      ');
    const expected = '--------------(r|)';

    expectObservable(gather(new Set([a, b, c]))).toBe(expected, { r: ['d', 'b', '3'] });
    expectObservable(gather([a, b, c].values())).toBe(expected, { r: ['d', 'b', '3'] });
  }),
);

it(
  'unlike RxJS forkJoin.list.empty-after-the-others: a source that ends last and empty is an EmptyError',
  emptyAfterTheOthers(asList),
);

it(
  'unlike RxJS forkJoin.list.empty-before-the-others: a source that ends early and empty is an EmptyError, and the others are cancelled',
  emptyBeforeTheOthers(asList),
);

it('unlike RxJS forkJoin.list.all-empty: the first that ends empty is an EmptyError', allEmpty(asList));

it('RxJS forkJoin.list.never: one that never ends is waited for', onlyNever(asList));

it(
  'RxJS forkJoin.list.never-among-others: one that never ends keeps back the results of the others',
  neverAmongOthers(asList),
);

it('unlike RxJS forkJoin.list.never-and-empty: an EmptyError cancels one that never ends', neverAndEmpty(asList));

it(
  'unlike RxJS forkJoin.list.no-sources: the results of an empty list are an empty list',
  marbles(({ expectObservable }) => {
    expectObservable(gather([])).toBe('(r|)', { r: [] });
    expectObservable(EMPTY.pipe(gatherAll())).toBe('(r|)', { r: [] });
  }),
);

it(
  'RxJS forkJoin.list.failure-beside-empty: a failure is passed on before another has ended empty',
  failureBesideEmpty(asList),
);

it(
  'RxJS forkJoin.list.failure-beside-never: a failure is passed on though another never ends',
  failureBesideNever(asList),
);

it(
  'RxJS forkJoin.list.failure-beside-value: a failure is passed on though another has a value',
  failureBesideValue(asList),
);

it('RxJS forkJoin.list.unsubscribed: unsubscribing unsubscribes from all sources', unsubscribed(asList));

it('RxJS forkJoin.list.failed: a failure unsubscribes from the other sources', failed(asList));

it(
  'RxJS forkJoin.any.finalize-order: sources are finalized one after another as they end, and the results follow',
  marbles(({ flush }) => {
    const record: unknown[] = [];
    const sources = [1, 2, 3, 4].map((n) =>
      timer(100).pipe(
        map(() => n),
        finalize(() => record.push(`finalized ${n}`)),
      ),
    );
    gather(sources)
      .pipe(tap((results) => record.push(results)))
      .subscribe();
    flush();
    expect(record).toEqual(['finalized 1', 'finalized 2', 'finalized 3', 'finalized 4', [1, 2, 3, 4]]);
  }),
);

it('RxJS forkJoin.record.last-values: a record of the last values, once all have completed', lastValues(asRecord));

it('RxJS forkJoin.record.null-and-undefined: null and undefined are properties as others are', nothings(asRecord));

it('RxJS forkJoin.record.one: a record of one source gives a record of one result', onlyOne(asRecord));

it('RxJS forkJoin.record.interop: what only behaves like an Observable will do in a record', foreign(asRecord));

it(
  'unlike RxJS forkJoin.record.interop-empty: what behaves like an empty Observable is an EmptyError in a record, too',
  emptyForeign(asRecord),
);

it('RxJS forkJoin.record.promise: a Promise will do in a record', async () => {
  await withPromise(asRecord);
});

it(
  'RxJS forkJoin.record.any-record: the results are in the order of the record, whatever ends first',
  marbles(({ hot, expectObservable }) => {
    const b = hot('   --a--b--c--d--|   ');
    const a = hot('   --1--2--3--|      ');
    const expected = '--------------(r|)';

    const results = gather({ b, a }).pipe(map((results) => Object.entries(results)));
    const entries = [
      ['b', 'd'],
      ['a', '3'],
    ];
    expectObservable(results).toBe(expected, { r: entries });
  }),
);

it(
  'unlike RxJS forkJoin.record.empty-after-the-others: a source of a record that ends last and empty is an EmptyError',
  emptyAfterTheOthers(asRecord),
);

it(
  'unlike RxJS forkJoin.record.empty-before-the-others: a source of a record that ends early and empty is an EmptyError, and the others are cancelled',
  emptyBeforeTheOthers(asRecord),
);

it('unlike RxJS forkJoin.record.all-empty: the first of a record that ends empty is an EmptyError', allEmpty(asRecord));

it('RxJS forkJoin.record.never: one that never ends is waited for in a record', onlyNever(asRecord));

it(
  'RxJS forkJoin.record.never-among-others: one that never ends keeps back the record of the others',
  neverAmongOthers(asRecord),
);

it(
  'unlike RxJS forkJoin.record.never-and-empty: an EmptyError in a record cancels one that never ends',
  neverAndEmpty(asRecord),
);

it(
  'unlike RxJS forkJoin.record.no-sources: the results of an empty record are an empty record',
  marbles(({ expectObservable }) => {
    expectObservable(gather({})).toBe('(r|)', { r: {} });
  }),
);

it(
  'RxJS forkJoin.record.failure-beside-empty: a failure in a record is passed on before another has ended empty',
  failureBesideEmpty(asRecord),
);

it(
  'RxJS forkJoin.record.failure-beside-never: a failure in a record is passed on though another never ends',
  failureBesideNever(asRecord),
);

it(
  'RxJS forkJoin.record.failure-beside-value: a failure in a record is passed on though another has a value',
  failureBesideValue(asRecord),
);

it(
  'RxJS forkJoin.record.unsubscribed: unsubscribing unsubscribes from all sources of a record',
  unsubscribed(asRecord),
);

it('RxJS forkJoin.record.failed: a failure unsubscribes from the other sources of a record', failed(asRecord));

it('RxJS forkJoin.record.single-promise: a single Promise is a list of one', async () => {
  expect(await lastValueFrom(gather([Promise.resolve(1)]))).toEqual([1]);
});
