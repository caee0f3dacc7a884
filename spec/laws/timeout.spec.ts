import { setImmediate as nextTurn } from 'node:timers/promises';
import { EMPTY, map, NEVER, of, Subject, timer } from 'rxjs';
import { type CoroutineContext, createTask, type Timeout } from 'rx-asyncio';
import { aborted } from '../support/aborted';
import { deferred } from '../support/deferred';
import { marbles } from '../support/marbles';
import { timed, timedAndLimited, timingOut, waitForOne } from '../support/structures';

const days30 = 30 * 24 * 60 * 60 * 1000;
const longestTimer = 2 ** 31 - 1;

describe.each([...timed, waitForOne])('$name with a timeout', ({ run, shows, expires }) => {
  it.each<[string, () => Timeout]>([
    ['milliseconds', () => 4],
    ['a Date', () => new Date(4)],
    ['an Observable', () => timer(4)],
  ])('given as %s cancels what takes longer', (_title, timeout) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('--1----a|  ');
      const aSubs = ' ^---!      ';
      const each = '  ----#      ';
      const all = '   ----(r|)   ';

      expectObservable(run([a], { timeout: timeout() })).toBe(...expires(timeout(), [], 1, each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    })();
  });

  it(
    'given as a Date ends at that, however late it is subscribed to',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('-------a|');
      const sub = '   -^       ';
      const aSubs = ' -^--!    ';
      const each = '  ----#    ';
      const all = '   ----(r|) ';

      expectObservable(run([a], { timeout: new Date(4) }), sub).toBe(...expires(new Date(4), [], 1, each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );

  it(
    'given as an Observable ends at its first value',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('      -------a|');
      const aSubs = '       ^--!     ';
      const timeout = cold('---t--t--');
      const timeoutSubs = ' ^--!     ';
      const each = '        ---#     ';
      const all = '         ---(r|)  ';

      expectObservable(run([a], { timeout })).toBe(...expires(timeout, [], 1, each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(timeout.subscriptions).toBe(timeoutSubs);
    }),
  );

  it(
    'is not ended by one that completes without a value',
    marbles(({ cold, expectObservable }) => {
      const a = cold('      ----a|   ');
      const timeout = cold('--|      ');
      const expected = '    -----(a|)';

      expectObservable(run([a], { timeout })).toBe(...shows(['a'], expected));
      expectObservable(run([a], { timeout: EMPTY })).toBe(...shows(['a'], expected));
      expectObservable(run([a], { timeout: [] })).toBe(...shows(['a'], expected));
    }),
  );

  it(
    'is failed by one that fails, and cancels what it started',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('      ----a|');
      const aSubs = '       ^-!   ';
      const timeout = cold('--#   ');
      const expected = '    --#   ';

      expectObservable(run([a], { timeout })).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );

  it(
    'lets the timeout win a tie with a source that it started',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('      --a|   ');
      const aSubs = '       ^--!   ';
      const timeout = cold('---t   ');
      const each = '        ---#   ';
      const all = '         ---(r|)';

      expectObservable(run([a], { timeout: 3 })).toBe(...expires(3, [], 1, each, all));
      expectObservable(run([a], { timeout: new Date(3) })).toBe(...expires(new Date(3), [], 1, each, all));
      expectObservable(run([a], { timeout })).toBe(...expires(timeout, [], 1, each, all));
      expectSubscriptions(a.subscriptions).toBe([aSubs, aSubs, aSubs]);
    }),
  );

  it(
    'lets the timeout win a tie after the longest time that a timer can be set to, too',
    marbles(({ expectObservable }) => {
      const each = `${longestTimer}ms #`;
      const all = ` ${longestTimer}ms (r|)`;

      const result = run([timer(longestTimer)], { timeout: longestTimer });
      expectObservable(result).toBe(...expires(longestTimer, [], 1, each, all));
    }),
  );

  it(
    'forgets the timeout when all results are there in time',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('      -1a|   ');
      const aSubs = '       ^--!   ';
      const timeout = cold('-----t ');
      const timeoutSubs = ' ^--!   ';
      const expected = '    ---(a|)';

      expectObservable(run([a], { timeout })).toBe(...shows(['a'], expected));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(timeout.subscriptions).toBe(timeoutSubs);
    }),
  );

  it.each([undefined, Infinity])('has no limit with %p', (timeout) => {
    marbles(({ expectObservable }) => {
      const expected = `${days30}ms (a|)`;

      expectObservable(run([timer(days30).pipe(map(() => 'a'))], { timeout })).toBe(...shows(['a'], expected));
    })();
  });

  it.each([longestTimer, 2 ** 31, 2 ** 31 + 5, days30, 3 * 2 ** 31])(
    'does not run out before its %d milliseconds',
    (timeout) => {
      marbles(({ expectObservable }) => {
        const each = `${timeout}ms #`;
        const all = ` ${timeout}ms (r|)`;

        expectObservable(run([NEVER], { timeout })).toBe(...expires(timeout, [], 1, each, all));
        expectObservable(run([NEVER], { timeout: new Date(timeout) })).toBe(
          ...expires(new Date(timeout), [], 1, each, all),
        );
      })();
    },
  );
});

describe.each(timed)('$name with a timeout', ({ run, expires }) => {
  it(
    'cancels what it started, but lets Tasks run on',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('     -a|      ');
      const aSubs = '      ^-!      ';
      const owned = cold(' -------o|');
      const ownedSubs = '  ^---!    ';
      const shared = cold('-------s|');
      const sharedSubs = ' ^-------!';
      const each = '       --a-#    ';
      const all = '        ----(r|) ';

      const result = run([a, owned, createTask(shared)], { timeout: 4 });
      expectObservable(result).toBe(...expires(4, ['a'], 2, each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(owned.subscriptions).toBe(ownedSubs);
      expectSubscriptions(shared.subscriptions).toBe(sharedSubs);
    }),
  );

  it.each([0, -1, -Infinity, new Date(0), new Date(-1)])(
    'starts its sources even where that is over: %p',
    (timeout) => {
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('--a| ');
        const aSubs = ' (^!) ';
        const each = '  (b#) ';
        const all = '   (r|) ';

        expectObservable(run([of('b'), a], { timeout })).toBe(...expires(timeout, ['b'], 1, each, all));
        expectSubscriptions(a.subscriptions).toBe(aSubs);
      })();
    },
  );
});

describe.each(timedAndLimited)('$name with a timeout and concurrency', ({ run, expires }) => {
  it(
    'starts nothing more when it runs out',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('-a|   ');
      const aSubs = ' ^-!   ';
      const b = cold('  --b|');
      const bSubs = ' --^-! ';
      const c = cold('c|    ');
      const each = '  --a-# ';

      expectObservable(run([a, b, c], { concurrency: 1, timeout: 4 })).toBe(...expires(4, ['a'], 2, each, each));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe([]);
    }),
  );
});

describe.each(timingOut)('$name with a timeout', ({ run }) => {
  it('waits for the cleanup of what that has cancelled before it fails', async () => {
    const log: string[] = [];
    const cleanup = deferred();
    const timeout = new Subject<void>();
    const cleaning = async (context: CoroutineContext) => {
      await aborted(context);
      await cleanup.promise;
      log.push('cleaned up');
      throw context.signal.reason;
    };
    run([cleaning], { timeout }).subscribe({ error: (error: unknown) => log.push((error as Error).name) });

    timeout.next();
    await nextTurn();
    expect(log).toEqual([]);

    cleanup.resolve();
    await nextTurn();
    expect(log).toEqual(['cleaned up', 'TimeoutError']);
  });
});
