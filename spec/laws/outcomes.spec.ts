import { EMPTY, NEVER, of, throwError } from 'rxjs';
import { CancelledError, createTask } from 'rx-asyncio';
import { marbles } from '../support/marbles';
import { emptyAt, fulfilled, lasting, withOutcomes, rejected } from '../support/structures';

// Where a failure is one end among others, it stops nothing.

const failure = new Error('failed');

describe.each(lasting)('$name', (structure) => {
  const { run, shows } = structure;

  it(
    'goes on after a failure, and gives how each has ended',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('-#       ');
      const aSubs = ' ^!       ';
      const b = cold('--|      ');
      const bSubs = ' ^-!      ';
      const c = cold('----c|   ');
      const cSubs = ' ^----!   ';
      const each = '  -ab--(c|)';
      const all = '   -----(r|)';

      const ends = [['a', rejected('error')] as const, ['b', rejected(emptyAt(structure, 1))] as const, 'c'];
      expectObservable(run([a, b, c])).toBe(...shows(ends, each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
    }),
  );

  it(
    'goes on after a failure that comes after results',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('----a|   ');
      const aSubs = ' ^----!   ';
      const b = cold('--#      ');
      const bSubs = ' ^-!      ';
      const c = cold('c|       ');
      const cSubs = ' ^!       ';
      const each = '  -cb--(a|)';
      const all = '   -----(r|)';

      expectObservable(run([a, b, c])).toBe(...shows(['a', ['b', rejected('error')], 'c'], each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
    }),
  );

  it(
    'starts the sources after one that failed synchronously',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const b = cold('--b|   ');
      const bSubs = ' ^--!   ';
      const each = '  a--(b|)';
      const all = '   ---(r|)';

      const a = throwError(() => failure);
      expectObservable(run([a, b])).toBe(...shows([['a', rejected(failure)], 'b'], each, all));
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    }),
  );

  it(
    'emits while it is being subscribed to when all sources are synchronous, one of which fails',
    marbles(({ expectObservable }) => {
      const each = '(abcd|)';
      const all = ' (r|)   ';

      const sources = [of(1, 2), throwError(() => failure), [3], () => of(4)];
      const ends = [
        ['a', fulfilled(2)] as const,
        ['b', rejected(failure)] as const,
        ['c', fulfilled(3)] as const,
        ['d', fulfilled(4)] as const,
      ];
      expectObservable(run(sources)).toBe(...shows(ends, each, all));
    }),
  );

  it(
    'counts a source without a value as failed, and a cancelled Task as cancelled',
    marbles(({ expectObservable }) => {
      const each = '(et|)';
      const all = ' (r|) ';

      const task = createTask(NEVER);
      task.cancel('enough');
      const ends = [
        ['e', rejected(emptyAt(structure, 0))] as const,
        ['t', rejected(new CancelledError('enough'))] as const,
      ];
      expectObservable(run([EMPTY, task])).toBe(...shows(ends, each, all));
    }),
  );

  it(
    'still cancels what it runs when it is unsubscribed from',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('-#    ');
      const b = cold('----b|');
      const bSubs = ' ^--!  ';
      const unsub = ' ---!  ';
      const each = '  -a----';
      const all = '   ------';

      expectObservable(run([a, b]), unsub).toBe(...shows([['a', rejected('error')]], each, all));
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    }),
  );
});

describe.each(withOutcomes)('$name and concurrency', ({ run, shows }) => {
  it(
    'frees the slot of a failed one for the next',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('--#      ');
      const aSubs = ' ^-!      ';
      const b = cold('  --b|   ');
      const bSubs = ' --^--!   ';
      const each = '  --a--(b|)';
      const all = '   -----(r|)';

      const ends = [['a', rejected('error')] as const, 'b'];
      expectObservable(run([a, b], { concurrency: 1 })).toBe(...shows(ends, each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    }),
  );
});
