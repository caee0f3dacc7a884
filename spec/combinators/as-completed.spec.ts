import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Observable, of, Subject, take, throwError } from 'rxjs';
import { asCompleted, asCompletedAll, createTask } from 'rx-asyncio';
import { deferred } from '../support/deferred';
import { marbles } from '../support/marbles';
import { unhandledRejections } from '../support/unhandled-rejections';

const failure = new Error('failed');

describe('asCompleted', () => {
  it(
    'emits each result when it is there, and completes with the last',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  ----a|   ');
      const aSubs = '   ^----!   ';
      const b = cold('  -b|      ');
      const bSubs = '   ^-!      ';
      const c = cold('  -------c|');
      const cSubs = '   ^-------!';
      const expected = '--b--a--(c|)';

      expectObservable(asCompleted([a, b, c])).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
    }),
  );

  it(
    'emits the results of a record',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const slow = cold('---s|   ');
      const slowSubs = ' ^---!   ';
      const fast = cold('f|      ');
      const fastSubs = ' ^!      ';
      const expected = ' -f--(s|)';

      expectObservable(asCompleted({ slow, fast })).toBe(expected);
      expectSubscriptions(slow.subscriptions).toBe(slowSubs);
      expectSubscriptions(fast.subscriptions).toBe(fastSubs);
    }),
  );

  it(
    'completes at once for nothing',
    marbles(({ expectObservable }) => {
      expectObservable(asCompleted([])).toBe('|');
      expectObservable(asCompleted({})).toBe('|');
      expectObservable(asCompleted([], { concurrency: 2 })).toBe('|');
    }),
  );

  it(
    'emits results that come at the same time in the order in which they come',
    marbles(({ cold, expectObservable }) => {
      const a = cold('  --a|   ');
      const b = cold('  b--|   ');
      const expected = '---(ab|)';

      expectObservable(asCompleted([a, b])).toBe(expected);
    }),
  );

  it(
    'starts no further source once a first result was all that was wanted',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  --a|');
      const aSubs = '   (^!)';
      const b = cold('  --b|');
      const expected = '(1|)';

      expectObservable(asCompleted([a, of('1'), b]).pipe(take(1))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe([]);
    }),
  );

  describe('with Tasks', () => {
    it('no longer listens to a Task once another has failed, whose own failure is then unhandled', async () => {
      const slow = new Subject<never>();
      const fast = new Subject<never>();
      const errors: unknown[] = [];
      const late = new Error('late');
      asCompleted([createTask(slow), fast]).subscribe({ error: (error: unknown) => errors.push(error) });
      fast.error(failure);
      const unhandled = await unhandledRejections(() => {
        slow.error(late);
      });
      expect(errors).toEqual([failure]);
      expect(unhandled).toEqual([late]);
    });
  });

  it('emits each result of an async iterable of awaitables', async () => {
    const slow = deferred<string>();
    async function* sources() {
      yield () => slow.promise;
      await nextTurn();
      yield of('fast');
    }
    const results: string[] = [];
    await asCompleted(sources()).forEach((result) => {
      results.push(result);
      slow.resolve('slow');
    });
    expect(results).toEqual(['fast', 'slow']);
  });
});

describe('asCompletedAll', () => {
  it(
    'runs each awaitable as it arrives, and completes when the source has completed too',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    ----a|    ');
      const b = cold('      -b|     ');
      const source = hot('a-b-----| ', { a, b });
      const sourceSubs = '^-------! ';
      const aSubs = '     ^----!    ';
      const bSubs = '     --^-!     ';
      const expected = '  ----ba--| ';

      expectObservable(source.pipe(asCompletedAll())).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    }),
  );

  it(
    'completes with an empty source',
    marbles(({ cold, expectObservable }) => {
      const source = cold<Observable<string>>('--|');
      const expected = '                       --|';
      expectObservable(source.pipe(asCompletedAll())).toBe(expected);
    }),
  );

  it(
    'unsubscribes from the source and cancels the rest at the first failure, but not Tasks',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    ------a|');
      const t = cold('    ------t|');
      const source = hot('(at)--b-', { a, b: throwError(() => failure), t: createTask(t) });
      const sourceSubs = '^-----! ';
      const aSubs = '     ^-----! ';
      const tSubs = '     ^------!';
      const expected = '  ------# ';

      expectObservable(source.pipe(asCompletedAll())).toBe(expected, undefined, failure);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(t.subscriptions).toBe(tSubs);
    }),
  );

  it(
    'unsubscribes from the source and cancels cold ones when it is unsubscribed from, but not Tasks',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    ----a| ');
      const t = cold('    -----t|');
      const source = hot('(at)---', { a, t: createTask(t) });
      const sourceSubs = '^--!   ';
      const aSubs = '     ^--!   ';
      const tSubs = '     ^-----!';
      const unsub = '     ---!   ';
      const expected = '  -------';

      expectObservable(source.pipe(asCompletedAll()), unsub).toBe(expected);
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
      const expected = '   ---a--(b|) ';

      expectObservable(source.pipe(asCompletedAll({ concurrency: 1 }))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    }),
  );

  it(
    'emits outcomes with the number of arrival as key',
    marbles(({ cold, expectObservable }) => {
      const a = cold('     ---a|   ');
      const b = cold('     -#      ');
      const source = cold('(ab|)   ', { a, b });
      const expected = '   -b--(a|)';

      expectObservable(source.pipe(asCompletedAll({ returnExceptions: true }))).toBe(expected, {
        a: { status: 'fulfilled', value: 'a', key: 0 },
        b: { status: 'rejected', reason: 'error', key: 1 },
      });
    }),
  );
});
