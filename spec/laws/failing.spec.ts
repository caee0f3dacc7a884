import { setImmediate as nextTurn } from 'node:timers/promises';
import { EMPTY, map, NEVER, of, Subject, throwError } from 'rxjs';
import { asCompleted, type CoroutineContext, CancelledError, createTask } from 'rx-asyncio';
import { aborted } from '../support/aborted';
import { deferred } from '../support/deferred';
import { marbles } from '../support/marbles';
import { emptyAt, failing, lists, ofOneAwaitable } from '../support/structures';

// Rules 2 and 3, when something fails: what is owned is cancelled, and gone before the failure is passed on.

const failure = new Error('failed');

describe.each(failing)('$name', (structure) => {
  const { run, shows } = structure;

  it(
    'cancels the rest at the first failure, and passes that on',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('-a|     ');
      const aSubs = ' ^-!     ';
      const b = cold('---#    ');
      const bSubs = ' ^--!    ';
      const c = cold('------c|');
      const cSubs = ' ^--!    ';
      const each = '  --a#    ';
      const all = '   ---#    ';

      expectObservable(run([a, b, c])).toBe(...shows(['a'], each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
    }),
  );

  it(
    'fails with EmptyError when a source completes without a value, and cancels the rest',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  --|   ');
      const aSubs = '   ^-!   ';
      const b = cold('  ----b|');
      const bSubs = '   ^-!   ';
      const expected = '--#   ';

      expectObservable(run([a, b])).toBe(expected, undefined, emptyAt(structure, 0));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    }),
  );

  it(
    'never starts a source after one that failed synchronously, and cancels those before it',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  --a|');
      const aSubs = '   (^!)';
      const b = throwError(() => failure);
      const c = cold('  --c|');
      const expected = '#   ';

      expectObservable(run([a, b, c])).toBe(expected, undefined, failure);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(c.subscriptions).toBe([]);
    }),
  );

  it(
    'never starts a source after one that completed at once without a value',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  --a|');
      const expected = '#   ';

      expectObservable(run([EMPTY, a])).toBe(expected, undefined, emptyAt(structure, 0));
      expectSubscriptions(a.subscriptions).toBe([]);
    }),
  );

  it('does not call the coroutine functions after one that threw', () => {
    const error = jest.fn();
    const throwing = (): Promise<never> => {
      throw failure;
    };
    const second = jest.fn(() => of(2));
    run([throwing, second]).subscribe({ error });
    expect(error.mock.calls).toEqual([[failure]]);
    expect(second).not.toHaveBeenCalled();
  });

  it('passes a failure on only when the cancelled ones have cleaned up', async () => {
    const log: string[] = [];
    const cleanup = deferred();
    const cleaning = async (context: CoroutineContext) => {
      await aborted(context);
      log.push('cleaning up');
      await cleanup.promise;
      log.push('cleaned up');
    };
    const source = new Subject<never>();
    run([cleaning, source]).subscribe({ error: (error: unknown) => log.push(String(error)) });

    source.error(failure);
    await nextTurn();
    expect(log).toEqual(['cleaning up']);

    cleanup.resolve();
    await nextTurn();
    expect(log).toEqual(['cleaning up', 'cleaned up', 'Error: failed']);
  });

  it(
    'lets Tasks run on after a failure, and cancels what it started itself',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const shared = cold(' ----s|   ');
      const sharedSubs = '  ^----!   ';
      const owned = cold('  ----o|   ');
      const ownedSubs = '   ^-!      ';
      const failing = cold('--#      ');
      const expected = '    --#      ';
      const result = '      -----(s|)';

      const task = createTask(shared);
      expectObservable(run([task, owned, failing])).toBe(expected);
      expectSubscriptions(shared.subscriptions).toBe(sharedSubs);
      expectSubscriptions(owned.subscriptions).toBe(ownedSubs);
      expectObservable(task).toBe(result);
    }),
  );

  it(
    'fails with CancelledError when somebody else cancels a Task, and cancels what it started itself',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const owned = cold('  ----o|');
      const ownedSubs = '   ^-!   ';
      const cancel = '      --c   ';
      const expected = '    --#   ';

      const task = createTask(NEVER);
      expectObservable(run([task, owned])).toBe(expected, undefined, new CancelledError('enough'));
      expectObservable(cold(cancel).pipe(map(() => task.cancel('enough')))).toBe(cancel, { c: true });
      expectSubscriptions(owned.subscriptions).toBe(ownedSubs);
    }),
  );

  it.each(failing)('cancels all across levels when something below a nested $name fails', (inner) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  --#   ');
      const b = cold('  ----b|');
      const bSubs = '   ^-!   ';
      const c = cold('  ----c|');
      const cSubs = '   ^-!   ';
      const expected = '--#   ';

      expectObservable(run([inner.run([a, b]), inner.run([c])])).toBe(expected);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
    })();
  });

  it.each(failing)('cancels what runs below a nested $name when a sibling of that fails', (inner) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('-----a|');
      const aSubs = ' ^--!   ';
      const b = cold('---#   ');
      const c = cold('c|     ');
      const each = '  -c-#   ';
      const all = '   ---#   ';

      expectObservable(run([inner.run([a]), b, asCompleted([c])])).toBe(...shows(['c'], each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    })();
  });
});

describe.each([...failing, ...ofOneAwaitable])('$name', ({ run }) => {
  it(
    'passes on the failure of the only one that it runs',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  --a--#');
      const aSubs = '   ^----!';
      const expected = '-----#';

      expectObservable(run([a])).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );
});

// With concurrency they are pulled as they are started, and a record is no iterable.
describe.each(lists.filter(({ name }) => !name.includes('concurrency')))('$name', ({ run }) => {
  it(
    'passes a failing iterable on, having started nothing',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  --a|');
      const expected = '#   ';

      function* broken() {
        yield a;
        throw failure;
      }
      expectObservable(run(broken())).toBe(expected, undefined, failure);
      expectSubscriptions(a.subscriptions).toBe([]);
    }),
  );
});
