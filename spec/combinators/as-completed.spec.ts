import { setImmediate as nextTurn } from 'node:timers/promises';
import { firstValueFrom, type Observable, of, take, throwError } from 'rxjs';
import { asCompleted, asCompletedAll } from 'rx-asyncio';
import { deferred } from '../support/deferred';
import { log } from '../support/log';
import { marbles } from '../support/marbles';
import { Counted } from '../support/sources';

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

describe('asCompleted with concurrency', () => {
  it('takes an endless generator, and stops it when enough has come', () => {
    const awaitables = new Counted(Infinity, (index) => of(index));
    expect(log(asCompleted(awaitables, { concurrency: 2 }).pipe(take(3)))).toEqual([0, 1, 2, 'complete']);
    expect(awaitables).toMatchObject({ pulled: 3, returned: 1 });
  });

  it('goes on pulling after failures with returnExceptions', () => {
    const awaitables = new Counted(100, () => throwError(() => failure));
    const emitted = log(asCompleted(awaitables, { concurrency: 4, returnExceptions: true }));
    expect(emitted).toHaveLength(101);
    expect(emitted[99]).toEqual({ status: 'rejected', reason: failure, key: 99 });
  });

  it('leaves an endless async iterable once, and waits for that before it ends', async () => {
    const awaitables = new Counted(Infinity, (index) => of(index));
    await firstValueFrom(asCompleted(awaitables.later(), { concurrency: 1 }));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(awaitables.returned).toBe(1);
    expect(awaitables.pulled).toBeLessThanOrEqual(2);
  });
});

describe('asCompletedAll', () => {
  it(
    'completes with an empty source',
    marbles(({ cold, expectObservable }) => {
      const source = cold<Observable<string>>('--|');
      const expected = '                       --|';
      expectObservable(source.pipe(asCompletedAll())).toBe(expected);
    }),
  );
});
