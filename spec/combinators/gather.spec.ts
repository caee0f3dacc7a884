import { map, type Observable, of, throwError } from 'rxjs';
import { gather, gatherAll } from 'rx-asyncio';
import { log } from '../support/log';
import { marbles } from '../support/marbles';

describe('gather', () => {
  it('has each outcome in its place, however many there are', () => {
    const all = Array.from({ length: 2500 }, (_, index) => (index % 2 ? of(index) : throwError(() => index)));
    const outcomes = all.map((_, index) =>
      index % 2 ? { status: 'fulfilled', value: index } : { status: 'rejected', reason: index },
    );
    expect(log(gather(all, { returnExceptions: true }))).toEqual([outcomes, 'complete']);
  });

  it(
    'emits all results together, in input order, when the last of them is there',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('    ----a|     ');
      const aSubs = '     ^----!     ';
      const b = cold('    --b|       ');
      const bSubs = '     ^--!       ';
      const c = cold('    ------c|   ');
      const cSubs = '     ^------!   ';
      const expected = '  -------(r|)';

      expectObservable(gather([a, b, c])).toBe(expected, { r: ['a', 'b', 'c'] });
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
    }),
  );

  it(
    'gives a record of results for a record of awaitables',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const slow = cold('---s|   ');
      const slowSubs = ' ^---!   ';
      const fast = cold('f|      ');
      const fastSubs = ' ^!      ';
      const expected = ' ----(r|)';

      expectObservable(gather({ slow, fast })).toBe(expected, { r: { slow: 's', fast: 'f' } });
      expectSubscriptions(slow.subscriptions).toBe(slowSubs);
      expectSubscriptions(fast.subscriptions).toBe(fastSubs);
    }),
  );

  it(
    'keeps the property order of the record, whatever ends first',
    marbles(({ cold, expectObservable }) => {
      const keys = gather({ b: cold('--b|'), a: cold('a|') }).pipe(map((results) => Object.keys(results)));
      const expected = '             ---(k|)';

      expectObservable(keys).toBe(expected, { k: ['b', 'a'] });
    }),
  );

  it(
    'emits an empty list for nothing',
    marbles(({ expectObservable }) => {
      expectObservable(gather([])).toBe('(r|)', { r: [] });
      expectObservable(gather(new Set<Observable<string>>())).toBe('(r|)', { r: [] });
      expectObservable(gather([], { concurrency: 1 })).toBe('(r|)', { r: [] });
    }),
  );

  it(
    'takes a record that has no prototype',
    marbles(({ expectObservable }) => {
      const record = Object.assign(Object.create(null) as object, { a: of(1), b: of(2) });
      expectObservable(gather(record)).toBe('(r|)', { r: { a: 1, b: 2 } });
    }),
  );

  it(
    'emits an empty record for an empty record',
    marbles(({ expectObservable }) => {
      expectObservable(gather({})).toBe('(r|)', { r: {} });
    }),
  );

  it(
    'gives nested results',
    marbles(({ cold, expectObservable }) => {
      const a = cold('  -a|      ');
      const b = cold('  ---b|    ');
      const c = cold('  --c|     ');
      const expected = '----(r|) ';

      expectObservable(gather([gather([a, b]), gather({ c })])).toBe(expected, { r: [['a', 'b'], { c: 'c' }] });
    }),
  );
});

describe('gatherAll', () => {
  it(
    'emits an empty list when the source was empty',
    marbles(({ cold, expectObservable }) => {
      const source = cold<Observable<string>>('--|   ');
      const expected = '                       --(r|)';
      expectObservable(source.pipe(gatherAll())).toBe(expected, { r: [] });
    }),
  );
});
