import { Subject } from 'rxjs';
import { marbles } from '../support/marbles';
import { emptyAt, limited } from '../support/structures';

describe.each(limited)('$name with concurrency', (structure) => {
  const { run, shows } = structure;

  it(
    'runs one after the other with a concurrency of 1',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('--a|        ');
      const aSubs = ' ^--!        ';
      const b = cold('   -b|      ');
      const bSubs = ' ---^-!      ';
      const c = cold('     ---c|  ');
      const cSubs = ' -----^---!  ';
      const each = '  ---a-b---(c|)';
      const all = '   ---------(r|)';

      expectObservable(run([a, b, c], { concurrency: 1 })).toBe(...shows(['a', 'b', 'c'], each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
    }),
  );

  it(
    'starts the next as soon as a slot frees up, whichever that is',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('-----a|    ');
      const aSubs = ' ^-----!    ';
      const b = cold('-b|        ');
      const bSubs = ' ^-!        ';
      const c = cold('  -c|      ');
      const cSubs = ' --^-!      ';
      const d = cold('    ---d|  ');
      const dSubs = ' ----^---!  ';
      const each = '  --b-c-a-(d|)';
      const all = '   --------(r|)';

      expectObservable(run([a, b, c, d], { concurrency: 2 })).toBe(...shows(['a', 'b', 'c', 'd'], each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe(cSubs);
      expectSubscriptions(d.subscriptions).toBe(dSubs);
    }),
  );

  it('does not begin a Promise of a class of its own, which waits for its turn, by listening to it', async () => {
    class Lazy extends Promise<string> {}
    const lazy = new Lazy(() => {});
    const listened = jest.spyOn(lazy, 'then');
    const first = new Subject<string>();
    const running = run([first, lazy], { concurrency: 1 }).subscribe();
    await Promise.resolve();
    expect(listened).not.toHaveBeenCalled();
    first.next('first');
    first.complete();
    await Promise.resolve();
    expect(listened).toHaveBeenCalled();
    running.unsubscribe();
  });

  it(
    'starts none of the waiting ones after a failure',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  -----a|');
      const aSubs = '   ^-!    ';
      const b = cold('  --#    ');
      const bSubs = '   ^-!    ';
      const c = cold('  --c|   ');
      const expected = '--#    ';

      expectObservable(run([a, b, c], { concurrency: 2 })).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
      expectSubscriptions(c.subscriptions).toBe([]);
    }),
  );

  it(
    'starts none of the waiting ones after one that ended without a value',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  --|');
      const aSubs = '   ^-!';
      const b = cold('  b| ');
      const expected = '--#';

      expectObservable(run([a, b], { concurrency: 1 })).toBe(expected, undefined, emptyAt(structure, 0));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe([]);
    }),
  );

  it(
    'starts none of the waiting ones after it was unsubscribed from, and cancels the running ones',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  -----a|');
      const aSubs = '   ^-!    ';
      const b = cold('  --b|   ');
      const unsub = '   --!    ';
      const expected = '-------';

      expectObservable(run([a, b], { concurrency: 1 }), unsub).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe([]);
    }),
  );
});
