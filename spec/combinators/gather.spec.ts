import { concat, map, type Observable, of, Subject } from 'rxjs';
import { createTask, gather, gatherAll } from 'rx-asyncio';
import { marbles } from '../support/marbles';
import { unhandledRejections } from '../support/unhandled-rejections';

const failure = new Error('failed');

describe('gather', () => {
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

  describe('with Tasks', () => {
    it('no longer listens to a Task once another has failed, whose own failure is then unhandled', async () => {
      const slow = new Subject<never>();
      const fast = new Subject<never>();
      const errors: unknown[] = [];
      const late = new Error('late');
      gather([createTask(slow), fast]).subscribe({ error: (error: unknown) => errors.push(error) });
      fast.error(failure);
      const unhandled = await unhandledRejections(() => {
        slow.error(late);
      });
      expect(errors).toEqual([failure]);
      expect(unhandled).toEqual([late]);
    });
  });

  describe('nested', () => {
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
});

describe('gatherAll', () => {
  it(
    'runs each awaitable as it arrives, and emits the results in that order when the source has completed too',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    ----a|        ');
      const b = cold('      -b|         ');
      const source = hot('a-b------|    ', { a, b });
      const sourceSubs = '^--------!    ';
      const aSubs = '     ^----!        ';
      const bSubs = '     --^-!         ';
      const expected = '  ---------(r|) ';

      expectObservable(source.pipe(gatherAll())).toBe(expected, { r: ['a', 'b'] });
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    }),
  );

  it(
    'waits for the running ones when the source completes first',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('    ----a|   ');
      const source = cold('(a|)    ', { a });
      const aSubs = '     ^----!   ';
      const expected = '  -----(r|)';

      expectObservable(source.pipe(gatherAll())).toBe(expected, { r: ['a'] });
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );

  it(
    'emits an empty list when the source was empty',
    marbles(({ cold, expectObservable }) => {
      const source = cold<Observable<string>>('--|   ');
      const expected = '                       --(r|)';
      expectObservable(source.pipe(gatherAll())).toBe(expected, { r: [] });
    }),
  );

  it(
    'unsubscribes from the source and cancels the rest at the first failure',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    ----a|   ');
      const b = cold('     --#     ');
      const source = hot('ab-----a|', { a, b });
      const sourceSubs = '^--!     ';
      const aSubs = '     ^--!     ';
      const expected = '  ---#     ';

      expectObservable(source.pipe(gatherAll())).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );

  it(
    'cancels what is running when the source fails',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    ----a|');
      const source = hot('a--#  ', { a });
      const sourceSubs = '^--!  ';
      const aSubs = '     ^--!  ';
      const expected = '  ---#  ';

      expectObservable(source.pipe(gatherAll())).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );

  it(
    'cancels source, cold ones and Tasks when it is unsubscribed from',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    ----a| ');
      const t = cold('    -----t|');
      const source = hot('at-----', { a, t: createTask(t) });
      const sourceSubs = '^--!   ';
      const aSubs = '     ^--!   ';
      const tSubs = '     ^--!   ';
      const unsub = '     ---!   ';
      const expected = '  -------';

      expectObservable(source.pipe(gatherAll()), unsub).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(t.subscriptions).toBe(tSubs);
    }),
  );

  it(
    'runs no more than `concurrency` at a time',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('     --a|       ');
      const b = cold('        --b|    ');
      const source = cold('(ab|)      ', { a, b });
      const aSubs = '      ^--!       ';
      const bSubs = '      ---^--!    ';
      const expected = '   ------(r|) ';

      expectObservable(source.pipe(gatherAll({ concurrency: 1 }))).toBe(expected, { r: ['a', 'b'] });
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    }),
  );

  it(
    'gives outcomes with returnExceptions',
    marbles(({ cold, expectObservable }) => {
      const a = cold('     --#     ');
      const b = cold('     ---b|   ');
      const source = cold('(ab|)   ', { a, b });
      const expected = '   ----(r|)';

      const r = [
        { status: 'rejected', reason: 'error' },
        { status: 'fulfilled', value: 'b' },
      ];
      expectObservable(source.pipe(gatherAll({ returnExceptions: true }))).toBe(expected, { r });
    }),
  );

  it(
    'numbers the results anew for each subscriber',
    marbles(({ cold, expectObservable }) => {
      const a = cold('  -a|   ');
      const result = concat(of(a), of(a)).pipe(gatherAll());
      const expected = '--(r|)';
      expectObservable(result).toBe(expected, { r: ['a', 'a'] });
      expectObservable(result).toBe(expected, { r: ['a', 'a'] });
    }),
  );
});
