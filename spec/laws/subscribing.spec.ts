import { setImmediate as nextTurn } from 'node:timers/promises';
import { NEVER, of } from 'rxjs';
import { createTask } from 'rx-asyncio';
import { marbles } from '../support/marbles';
import { emissions, fulfilled, withOutcomes, lists, ofOneAwaitable, structures } from '../support/structures';

// Rule 1, its first half: subscribing starts.

describe.each([...structures, ...withOutcomes, ...ofOneAwaitable])('$name', ({ run, shows }) => {
  it(
    'starts nothing before it is subscribed to, and everything anew for each subscriber',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('    --a|       ');
      const first = '     --^        ';
      const aSubs1 = '    --^--!     ';
      const expected1 = ' -----(a|)  ';
      const second = '    ----^      ';
      const aSubs2 = '    ----^--!   ';
      const expected2 = ' -------(a|)';

      const result = run([a]);
      expectObservable(result, first).toBe(...shows(['a'], expected1));
      expectObservable(result, second).toBe(...shows(['a'], expected2));
      expectSubscriptions(a.subscriptions).toBe([aSubs1, aSubs2]);
    }),
  );

  it('calls a coroutine function once for each subscriber, and not before', () => {
    const coroutine = jest.fn(() => NEVER);
    const result = run([coroutine]);
    expect(coroutine).toHaveBeenCalledTimes(0);
    result.subscribe().unsubscribe();
    result.subscribe().unsubscribe();
    expect(coroutine).toHaveBeenCalledTimes(2);
  });

  it(
    'takes the last value of its source as the result, and emits nothing before that has completed',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  -1-2-a--|   ');
      const aSubs = '   ^-------!   ';
      const expected = '--------(a|)';

      expectObservable(run([a])).toBe(...shows(['a'], expected));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );
});

describe.each([...structures, ...withOutcomes])('$name', ({ run, shows }) => {
  it(
    'takes the last value of each of its sources as its result, whichever ends last',
    marbles(({ cold, expectObservable }) => {
      const a = cold('-1-2-a|     ');
      const b = cold('b--|        ');
      const c = cold('c-------|   ');
      const each = '  ---b--a-(c|)';
      const all = '   --------(r|)';

      expectObservable(run([a, b, c])).toBe(...shows(['a', 'b', 'c'], each, all));
    }),
  );

  it(
    'emits while it is being subscribed to when all sources are synchronous',
    marbles(({ expectObservable }) => {
      const each = '(bdef|)';
      const all = ' (r|)   ';

      const sources = [of('a', 'b'), ['c', 'd'], new Set(['e']), () => of('f')];
      expectObservable(run(sources)).toBe(...shows(['b', 'd', 'e', 'f'], each, all));
    }),
  );

  it(
    'takes undefined and null for the results that they are',
    marbles(({ expectObservable }) => {
      const each = '(un|)';
      const all = ' (r|) ';

      const ends = [['u', fulfilled(undefined)] as const, ['n', fulfilled(null)] as const];
      expectObservable(run([of(undefined), of(null)])).toBe(...shows(ends, each, all));
    }),
  );

  it(
    'does not end while one source does not end',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('-a|   ');
      const aSubs = ' ^-!   ';
      const b = cold('--b---');
      const bSubs = ' ^-----';
      const each = '  --a---';
      const all = '   ------';

      expectObservable(run([a, b])).toBe(...shows(['a'], each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    }),
  );

  it(
    'waits for a Task that was started before',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('--a|     ');
      const aSubs = ' ^--!     ';
      const b = cold(' --b|    ');
      const bSubs = ' -^--!    ';
      const sub = '   -^       ';
      const each = '  ---a(b|) ';
      const all = '   ----(r|) ';

      const task = createTask(a);
      expectObservable(run([task, b]), sub).toBe(...shows(['a', 'b'], each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    }),
  );

  it(
    'emits at once when all Tasks are done already',
    marbles(({ expectObservable }) => {
      const each = '(ab|)';
      const all = ' (r|) ';

      expectObservable(run([createTask(of('a')), createTask(of('b'))])).toBe(...shows(['a', 'b'], each, all));
    }),
  );
});

describe.each(structures)('$name', ({ run, shows }) => {
  it(
    'starts a cold source given twice twice',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('--a|    ');
      const aSubs = ' ^--!    ';
      const each = '  ---(aa|)';
      const all = '   ---(r|) ';

      expectObservable(run([a, a])).toBe(...shows(['a', 'a'], each, all));
      expectSubscriptions(a.subscriptions).toBe([aSubs, aSubs]);
    }),
  );
});

// Of these wait gives the Tasks themselves, in a Set, so the same one once.
describe.each(structures.filter(({ name }) => !name.startsWith('wait')))('$name', ({ run, shows }) => {
  it(
    'gives the result of the same Task twice, running it once',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('--a|    ');
      const aSubs = ' ^--!    ';
      const each = '  ---(aa|)';
      const all = '   ---(r|) ';

      const task = createTask(a);
      expectObservable(run([task, task])).toBe(...shows(['a', 'a'], each, all));
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );
});

describe.each(lists)('$name', (structure) => {
  const { run, shows } = structure;

  it(
    'takes a Set and a generator',
    marbles(({ expectObservable }) => {
      function* generated() {
        yield of('a');
        yield of('b');
      }
      const each = '(ab|)';
      const all = ' (r|) ';

      expectObservable(run(new Set([of('a'), of('b')]))).toBe(...shows(['a', 'b'], each, all));
      expectObservable(run(generated())).toBe(...shows(['a', 'b'], each, all));
    }),
  );

  it('takes an async iterable, and gives the results in the order of arrival', async () => {
    async function* sources() {
      yield of('a');
      await nextTurn();
      yield () => Promise.resolve('b');
    }
    const emitted: unknown[] = [];
    await run(sources()).forEach((result) => emitted.push(result));
    expect(emitted).toEqual(emissions(structure, ['a', 'b']));
  });
});
