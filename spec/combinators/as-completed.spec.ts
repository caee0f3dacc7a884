import { setImmediate as nextTurn } from 'node:timers/promises';
import { NEVER, type Observable, of, Subject, take, throwError } from 'rxjs';
import { asCompleted, asCompletedAll, createTask } from 'rx-asyncio';
import { deferred } from '../support/deferred';
import { marbles } from '../support/marbles';
import { timeoutError } from '../support/rxjs-errors';
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

  describe('with a timeout', () => {
    it(
      'cancels cold sources and fails with TimeoutError, but lets Tasks run on',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('     -a|      ');
        const aSubs = '      ^-!      ';
        const owned = cold(' -------o|');
        const ownedSubs = '  ^---!    ';
        const shared = cold('-------s|');
        const sharedSubs = ' ^-------!';
        const expected = '   --a-#    ';

        const task = createTask(shared);
        expectObservable(asCompleted([a, owned, task], { timeout: 4 })).toBe(expected, undefined, timeoutError);
        expectSubscriptions(a.subscriptions).toBe(aSubs);
        expectSubscriptions(owned.subscriptions).toBe(ownedSubs);
        expectSubscriptions(shared.subscriptions).toBe(sharedSubs);
      }),
    );

    it(
      'takes a Date',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  -------a|');
        const sub = '     -^       ';
        const aSubs = '   -^--!    ';
        const expected = '----#    ';

        const timeout = new Date(4);
        expectObservable(asCompleted([a], { timeout }), sub).toBe(expected, undefined, timeoutError);
        expectSubscriptions(a.subscriptions).toBe(aSubs);
      }),
    );

    it(
      'takes an Observable, of which the first value counts',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('        -------a|');
        const aSubs = '         ^--!     ';
        const timeout = cold('  ---t--t--');
        const timeoutSubs = '   ^--!     ';
        const expected = '      ---#     ';

        expectObservable(asCompleted([a], { timeout })).toBe(expected, undefined, timeoutError);
        expectSubscriptions(a.subscriptions).toBe(aSubs);
        expectSubscriptions(timeout.subscriptions).toBe(timeoutSubs);
      }),
    );

    it(
      'is not ended by a timeout Observable that completes without a value',
      marbles(({ cold, expectObservable }) => {
        const a = cold('      ----a|   ');
        const timeout = cold('--|      ');
        const expected = '    -----(a|)';

        expectObservable(asCompleted([a], { timeout })).toBe(expected);
      }),
    );

    it(
      'is failed by a timeout Observable that fails, and cancels cold sources',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('      ----a|');
        const aSubs = '       ^-!   ';
        const timeout = cold('--#   ');
        const expected = '    --#   ';

        expectObservable(asCompleted([a], { timeout })).toBe(expected);
        expectSubscriptions(a.subscriptions).toBe(aSubs);
      }),
    );

    it(
      'lets the timeout win a tie with a source that it started',
      marbles(({ cold, expectObservable }) => {
        const a = cold('      --a|');
        const timeout = cold('---t');
        const expected = '    ---#';

        expectObservable(asCompleted([a], { timeout: 3 })).toBe(expected, undefined, timeoutError);
        expectObservable(asCompleted([a], { timeout: new Date(3) })).toBe(expected, undefined, timeoutError);
        expectObservable(asCompleted([a], { timeout })).toBe(expected, undefined, timeoutError);
      }),
    );

    it(
      'forgets the timeout when all results are there in time',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('      --a|   ');
        const timeout = cold('-----t ');
        const timeoutSubs = ' ^--!   ';
        const expected = '    ---(a|)';

        expectObservable(asCompleted([a], { timeout })).toBe(expected);
        expectSubscriptions(timeout.subscriptions).toBe(timeoutSubs);
      }),
    );

    it(
      'starts its sources even with a timeout of 0 or less',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  --a|');
        const aSubs = '   (^!)';
        const expected = '#   ';

        expectObservable(asCompleted([a], { timeout: 0 })).toBe(expected, undefined, timeoutError);
        expectObservable(asCompleted([a], { timeout: -1 })).toBe(expected, undefined, timeoutError);
        expectObservable(asCompleted([a], { timeout: new Date(-1) })).toBe(expected, undefined, timeoutError);
        expectSubscriptions(a.subscriptions).toBe([aSubs, aSubs, aSubs]);
      }),
    );

    it(
      'has no limit with Infinity or undefined',
      marbles(({ cold, expectObservable }) => {
        const a = cold('  5s a|   ');
        const expected = '5s -(a|)';

        expectObservable(asCompleted([a], { timeout: Infinity })).toBe(expected);
        expectObservable(asCompleted([a], { timeout: undefined })).toBe(expected);
      }),
    );

    it(
      'keeps to a timeout longer than a timer of the platform can be',
      marbles(({ expectObservable }) => {
        const days30 = 30 * 24 * 3600 * 1000;
        const expected = `${days30}ms #`;

        expectObservable(asCompleted([NEVER], { timeout: days30 })).toBe(expected, undefined, timeoutError);
      }),
    );

    it(
      'ends a concurrency-limited run, of which nothing more is started',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  -a|   ');
        const aSubs = '   ^-!   ';
        const b = cold('  ----b|');
        const bSubs = '   --^-! ';
        const c = cold('  c|    ');
        const expected = '--a-# ';

        const result = asCompleted([a, b, c], { concurrency: 1, timeout: 4 });
        expectObservable(result).toBe(expected, undefined, timeoutError);
        expectSubscriptions(a.subscriptions).toBe(aSubs);
        expectSubscriptions(b.subscriptions).toBe(bSubs);
        expectSubscriptions(c.subscriptions).toBe([]);
      }),
    );
  });

  describe('with concurrency', () => {
    it(
      'runs one after the other with a concurrency of 1',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  --a|       ');
        const aSubs = '   ^--!       ';
        const b = cold('     b|      ');
        const bSubs = '   ---^!      ';
        const c = cold('      --c|   ');
        const cSubs = '   ----^--!   ';
        const expected = '---ab--(c|)';

        expectObservable(asCompleted([a, b, c], { concurrency: 1 })).toBe(expected);
        expectSubscriptions(a.subscriptions).toBe(aSubs);
        expectSubscriptions(b.subscriptions).toBe(bSubs);
        expectSubscriptions(c.subscriptions).toBe(cSubs);
      }),
    );

    it(
      'starts the next as soon as a slot frees up',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  -----a|  ');
        const aSubs = '   ^-----!  ';
        const b = cold('  -b|      ');
        const bSubs = '   ^-!      ';
        const c = cold('    -c|    ');
        const cSubs = '   --^-!    ';
        const d = cold('      ---d|');
        const dSubs = '   ----^---!';
        const expected = '--b-c-a-(d|)';

        expectObservable(asCompleted([a, b, c, d], { concurrency: 2 })).toBe(expected);
        expectSubscriptions(a.subscriptions).toBe(aSubs);
        expectSubscriptions(b.subscriptions).toBe(bSubs);
        expectSubscriptions(c.subscriptions).toBe(cSubs);
        expectSubscriptions(d.subscriptions).toBe(dSubs);
      }),
    );

    it(
      'starts none of the waiting ones after a failure',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  -----a|');
        const aSubs = '   ^-!    ';
        const b = cold('  --#    ');
        const c = cold('  --c|   ');
        const expected = '--#    ';

        expectObservable(asCompleted([a, b, c], { concurrency: 2 })).toBe(expected);
        expectSubscriptions(a.subscriptions).toBe(aSubs);
        expectSubscriptions(c.subscriptions).toBe([]);
      }),
    );

    it(
      'limits a record too',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  --a|      ');
        const aSubs = '   ^--!      ';
        const b = cold('     --b|   ');
        const bSubs = '   ---^--!   ';
        const expected = '---a--(b|)';

        expectObservable(asCompleted({ a, b }, { concurrency: 1 })).toBe(expected);
        expectSubscriptions(a.subscriptions).toBe(aSubs);
        expectSubscriptions(b.subscriptions).toBe(bSubs);
      }),
    );
  });

  describe('with returnExceptions', () => {
    it(
      'still fails with TimeoutError',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  ----a|');
        const aSubs = '   ^-!   ';
        const expected = '--#   ';

        const result = asCompleted([a], { returnExceptions: true, timeout: 2 });
        expectObservable(result).toBe(expected, undefined, timeoutError);
        expectSubscriptions(a.subscriptions).toBe(aSubs);
      }),
    );
  });

  it('waits for the cleanup of what a timeout has cancelled before it fails', async () => {
    const log: string[] = [];
    const cleanup = deferred();
    const timeout = new Subject<void>();
    const cleaning = async ({ signal }: { signal: AbortSignal }) => {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve();
        });
      });
      await cleanup.promise;
      log.push('cleaned up');
    };
    asCompleted([cleaning], { timeout }).subscribe({ error: (error: unknown) => log.push((error as Error).name) });

    timeout.next();
    await nextTurn();
    expect(log).toEqual([]);

    cleanup.resolve();
    await nextTurn();
    expect(log).toEqual(['cleaned up', 'TimeoutError']);
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
    'unsubscribes from the source and cancels what runs when the timeout runs out',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    ----a|');
      const source = hot('a-----', { a });
      const sourceSubs = '^--!  ';
      const aSubs = '     ^--!  ';
      const expected = '  ---#  ';

      expectObservable(source.pipe(asCompletedAll({ timeout: 3 }))).toBe(expected, undefined, timeoutError);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
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
