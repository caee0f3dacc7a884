import { NEVER } from 'rxjs';
import { CancelledError, createTask } from 'rx-asyncio';
import { marbles } from '../support/marbles';
import { cancellingTasks, ofOneAwaitable, sharingTasks, structures } from '../support/structures';

// Rule 1, its second half, and rule 2: unsubscribing cancels what is owned.

describe.each(structures)('$name', ({ run, shows }) => {
  it(
    'cancels what it runs when it is unsubscribed from early',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('-a|     ');
      const aSubs = ' ^-!     ';
      const b = cold('-----b| ');
      const bSubs = ' ^--!    ';
      const c = NEVER;
      const unsub = ' ---!    ';
      const each = '  --a-----';
      const all = '   --------';

      expectObservable(run([a, b, c]), unsub).toBe(...shows(['a'], each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    }),
  );

  it.each(structures)('cancels what runs below a nested $name when it is unsubscribed from', (inner) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  -----a|');
      const b = cold('  -----b|');
      const subs = '    ^--!   ';
      const unsub = '   ---!   ';
      const expected = '-------';

      expectObservable(run([inner.run([a]), b]), unsub).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(subs);
      expectSubscriptions(b.subscriptions).toBe(subs);
    })();
  });
});

// What is shielded runs on.
describe.each([...structures, ...ofOneAwaitable.filter(({ name }) => name !== 'shield')])('$name', ({ run }) => {
  it(
    'cancels the only one that it runs when it is unsubscribed from',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  --a------b|');
      const aSubs = '   ^--!       ';
      const unsub = '   ---!       ';
      const expected = '----       ';

      expectObservable(run([a]), unsub).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );
});

describe.each(sharingTasks)('$name', ({ run }) => {
  it(
    'lets Tasks run on when it is unsubscribed from, and cancels what it started itself',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const shared = cold(' ----s|');
      const sharedSubs = '  ^----!';
      const owned = cold('  ----o|');
      const ownedSubs = '   ^--!  ';
      const unsub = '       ---!  ';
      const expected = '    ------';

      expectObservable(run([createTask(shared), owned]), unsub).toBe(expected);
      expectSubscriptions(shared.subscriptions).toBe(sharedSubs);
      expectSubscriptions(owned.subscriptions).toBe(ownedSubs);
    }),
  );
});

describe.each(cancellingTasks)('$name', ({ run }) => {
  it(
    'cancels Tasks as well when it is unsubscribed from',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const shared = cold(' ----s|');
      const sharedSubs = '  ^--!  ';
      const owned = cold('  ----o|');
      const ownedSubs = '   ^--!  ';
      const unsub = '       ---!  ';
      const expected = '    ------';
      const result = '      ---#  ';

      const task = createTask(shared);
      expectObservable(run([task, owned]), unsub).toBe(expected);
      expectSubscriptions(shared.subscriptions).toBe(sharedSubs);
      expectSubscriptions(owned.subscriptions).toBe(ownedSubs);
      expectObservable(task).toBe(result, undefined, new CancelledError());
    }),
  );
});
