import { concat, of } from 'rxjs';
import { createTask } from 'rx-asyncio';
import { marbles } from '../support/marbles';
import { cancellingTasks, failing, pipeables, timedPipeables } from '../support/structures';

// The pipeable forms: awaitables that arrive one by one.

describe.each(pipeables)('$name', (structure) => {
  const { operator, shows } = structure;

  it(
    'runs each awaitable as it arrives, and ends when all are done and the source has completed',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    ----a|      ');
      const aSubs = '     ^----!      ';
      const b = cold('      -b|       ');
      const bSubs = '     --^-!       ';
      const source = hot('a-b-----|   ', { a, b });
      const sourceSubs = '^-------!   ';
      const each = '      ----ba--|   ';
      const all = '       --------(r|)';

      expectObservable(source.pipe(operator())).toBe(...shows(['a', 'b'], each, all));
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    }),
  );

  it(
    'waits for the running ones when the source completes first',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('     ----a|   ');
      const aSubs = '      ^----!   ';
      const source = cold('(a|)     ', { a });
      const expected = '   -----(a|)';

      expectObservable(source.pipe(operator())).toBe(...shows(['a'], expected));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );

  it(
    'starts anew for each subscriber, with nothing kept of the one before',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('-a|    ');
      const aSubs = ' ^-!    ';
      const each = '  --(aa|)';
      const all = '   --(r|) ';

      const result = concat(of(a), of(a)).pipe(operator());
      expectObservable(result).toBe(...shows(['a', 'a'], each, all));
      expectObservable(result).toBe(...shows(['a', 'a'], each, all));
      expectSubscriptions(a.subscriptions).toBe([aSubs, aSubs, aSubs, aSubs]);
    }),
  );

  it(
    'cancels what it started when the source fails, but lets Tasks run on',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    -----a| ');
      const aSubs = '     ^---!   ';
      const t = cold('    -----t| ');
      const tSubs = '     ^-----! ';
      const source = hot('(at)#   ', { a, t: createTask(t) });
      const sourceSubs = '^---!   ';
      const expected = '  ----#   ';

      expectObservable(source.pipe(operator())).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(t.subscriptions).toBe(tSubs);
    }),
  );

  it(
    'unsubscribes from the source, too, when it is unsubscribed from, and does with Tasks as without a source',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('      ----a| ');
      const aSubs = '       ^--!   ';
      const t = cold('      -----t|');
      const tShared = '     ^-----!';
      const tCancelled = '  ^--!   ';
      const source = hot('  (at)---', { a, t: createTask(t) });
      const sourceSubs = '  ^--!   ';
      const unsub = '       ---!   ';
      const expected = '    -------';

      expectObservable(source.pipe(operator()), unsub).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(t.subscriptions).toBe(cancellingTasks.includes(structure) ? tCancelled : tShared);
    }),
  );
});

describe.each(pipeables.filter((structure) => failing.includes(structure)))('$name', ({ operator }) => {
  it(
    'unsubscribes from the source, too, at the first failure, and cancels what it started, but not Tasks',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    ------a| ');
      const aSubs = '     ^-----!  ';
      const t = cold('    -------t|');
      const tSubs = '     ^-------!';
      const b = cold('        --#  ');
      const bSubs = '     ----^-!  ';
      const source = hot('(at)b---a', { a, b, t: createTask(t) });
      const sourceSubs = '^-----!  ';
      const expected = '  ------#  ';

      expectObservable(source.pipe(operator())).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(t.subscriptions).toBe(tSubs);
    }),
  );

  it(
    'unsubscribes from the source, too, when what has arrived fails at once',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    ------a|');
      const aSubs = '     ^--!    ';
      const b = cold('       #    ');
      const source = hot('a--b---a', { a, b });
      const sourceSubs = '^--!    ';
      const expected = '  ---#    ';

      expectObservable(source.pipe(operator())).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );
});

describe.each(timedPipeables)('$name with a timeout', ({ operator, expires }) => {
  it(
    'unsubscribes from the source, too, when that runs out, and cancels what it started',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    -----a|  ');
      const aSubs = '     ^--!     ';
      const source = hot('a-----a--', { a });
      const sourceSubs = '^--!     ';
      const each = '      ---#     ';
      const all = '       ---(r|)  ';

      expectObservable(source.pipe(operator({ timeout: 3 }))).toBe(...expires(3, [], 1, each, all));
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );
});
