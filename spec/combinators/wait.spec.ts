import { setImmediate as nextTurn } from 'node:timers/promises';
import { EMPTY, generate, map, NEVER, type Observable, of, Subject, throwError } from 'rxjs';
import {
  ALL_COMPLETED,
  CancelledError,
  createTask,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  gather,
  Task,
  wait,
  waitAll,
  type WaitResult,
} from 'rx-asyncio';
import { deferred } from '../support/deferred';
import { marbles } from '../support/marbles';
import { seen } from '../support/structures';
import { emptyError } from '../support/rxjs-errors';

const failure = new Error('failed');

/** The result of the wait, once it has completed. */
function waited<T>(waiting: Observable<WaitResult<T>>): { readonly done: Task<T>[]; readonly pending: Task<T>[] } {
  const results: WaitResult<T>[] = [];
  const completion: string[] = [];
  waiting.subscribe({
    next: (result) => results.push(result),
    error: (error: unknown) => {
      throw error;
    },
    complete: () => completion.push('complete'),
  });
  const [result] = results;
  if (completion.length === 0 || result === undefined) throw new Error('the wait is not over');
  return { done: [...result.done], pending: [...result.pending] };
}

describe('wait', () => {
  it(
    'emits once when all are done, in input order, and completes',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  ----a|   ');
      const aSubs = '   ^----!   ';
      const b = cold('  -b|      ');
      const bSubs = '   ^-!      ';
      const expected = '-----(r|)';

      expectObservable(wait([a, b]).pipe(seen)).toBe(expected, { r: { done: ['a', 'b'], pending: [] } });
      expectSubscriptions(a.subscriptions).toBe(aSubs);
      expectSubscriptions(b.subscriptions).toBe(bSubs);
    }),
  );

  it('gives Tasks, which tell the result and the failure', () => {
    const { done } = waited(wait([of('a'), throwError(() => failure), EMPTY]));
    expect(done.every((task) => task instanceof Task)).toBe(true);
    expect(done.map((task) => task.status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(done[0]?.result()).toBe('a');
    expect(done[1]?.exception()).toBe(failure);
    expect(done[2]?.exception()).toStrictEqual(emptyError(`${done[2]?.name} completed without a value`));
  });

  it('gives the very Tasks that it was given', () => {
    const ended = createTask(of(1));
    const running = createTask(NEVER);
    const { done, pending } = waited(wait([running, ended], { returnWhen: FIRST_COMPLETED }));
    expect(done[0]).toBe(ended);
    expect(pending[0]).toBe(running);
  });

  it('counts the same Task given twice as one', () => {
    const task = createTask(of(1));
    const { done, pending } = waited(wait([task, task]));
    expect(done).toHaveLength(1);
    expect(done[0]).toBe(task);
    expect(pending).toEqual([]);
  });

  describe('with a timeout', () => {
    it('names what the timeout stopped from being started, too, all of it cancelled in the end', () => {
      const started: string[] = [];
      const source = () => {
        started.push('started');
        return NEVER;
      };
      const { done, pending } = waited(wait([source, source], { timeout: of('at once') }));
      expect(started).toEqual([]);
      expect(done).toEqual([]);
      expect(pending.map((task) => task.status)).toEqual(['cancelled', 'cancelled']);
    });

    it('has emitted before it cancels, and completes after the cleanup', async () => {
      const log: string[] = [];
      const cleanup = deferred();
      const timeout = new Subject<void>();
      const cleaning = async ({ signal }: { signal: AbortSignal }) => {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            log.push('cancelled');
            resolve();
          });
        });
        await cleanup.promise;
        log.push('cleaned up');
      };
      wait([cleaning], { timeout }).subscribe({
        next: ({ pending }) => log.push(`${pending.size} pending`),
        error: (error: unknown) => log.push(String(error)),
        complete: () => log.push('complete'),
      });

      timeout.next();
      await nextTurn();
      expect(log).toEqual(['1 pending', 'cancelled']);

      cleanup.resolve();
      await nextTurn();
      expect(log).toEqual(['1 pending', 'cancelled', 'cleaned up', 'complete']);
    });
  });

  describe('with returnWhen: ALL_COMPLETED', () => {
    it(
      'is as without',
      marbles(({ cold, expectObservable }) => {
        const a = cold('  -#       ');
        const b = cold('  ----b|   ');
        const expected = '-----(r|)';

        expectObservable(wait([a, b], { returnWhen: ALL_COMPLETED }).pipe(seen)).toBe(expected, {
          r: { done: ['rejected', 'b'], pending: [] },
        });
      }),
    );
  });

  describe('with returnWhen: FIRST_COMPLETED', () => {
    it(
      'emits when the first is done, then cancels the other cold ones; Tasks run on',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('     --a|      ');
        const aSubs = '      ^--!      ';
        const owned = cold(' -------o| ');
        const ownedSubs = '  ^--!      ';
        const shared = cold('-------s| ');
        const sharedSubs = ' ^-------! ';
        const expected = '   ---(r|)   ';

        const waiting = wait([owned, a, createTask(shared)], { returnWhen: FIRST_COMPLETED });
        expectObservable(waiting.pipe(seen)).toBe(expected, { r: { done: ['a'], pending: ['pending', 'pending'] } });
        expectSubscriptions(a.subscriptions).toBe(aSubs);
        expectSubscriptions(owned.subscriptions).toBe(ownedSubs);
        expectSubscriptions(shared.subscriptions).toBe(sharedSubs);
      }),
    );

    it(
      'counts a failure as done',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  --#    ');
        const b = cold('  ----b| ');
        const bSubs = '   ^-!    ';
        const expected = '--(r|) ';

        expectObservable(wait([a, b], { returnWhen: FIRST_COMPLETED }).pipe(seen)).toBe(expected, {
          r: { done: ['rejected'], pending: ['pending'] },
        });
        expectSubscriptions(b.subscriptions).toBe(bSubs);
      }),
    );

    it(
      'starts nothing after one that is done at once, yet gives it a Task',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  --a|');
        const aSubs = '   (^!)';
        const b = cold('  --b|');
        const expected = '(r|)';

        expectObservable(wait([a, of(1), b], { returnWhen: FIRST_COMPLETED }).pipe(seen)).toBe(expected, {
          r: { done: [1], pending: ['pending', 'pending'] },
        });
        expectSubscriptions(a.subscriptions).toBe(aSubs);
        expectSubscriptions(b.subscriptions).toBe([]);
      }),
    );

    it(
      'lets the timeout end it before',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  ----a|');
        const aSubs = '   ^-!   ';
        const expected = '--(r|)';

        expectObservable(wait([a], { returnWhen: FIRST_COMPLETED, timeout: 2 }).pipe(seen)).toBe(expected, {
          r: { done: [], pending: ['pending'] },
        });
        expectSubscriptions(a.subscriptions).toBe(aSubs);
      }),
    );

    it('says of Tasks that were done before that they are done, all of them', () => {
      const tasks = [createTask(of(1)), createTask(of(2)), createTask(NEVER)];
      const { done, pending } = waited(wait(tasks, { returnWhen: FIRST_COMPLETED }));
      expect(done.map((task) => task.result())).toEqual([1, 2]);
      expect(pending).toHaveLength(1);
    });
  });

  describe('with returnWhen: FIRST_EXCEPTION', () => {
    it(
      'emits at the first failure, then cancels the other cold ones; Tasks run on',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('     -a|        ');
        const aSubs = '      ^-!        ';
        const failing = cold('---#      ');
        const owned = cold(' -------o|  ');
        const ownedSubs = '  ^--!       ';
        const shared = cold('-------s|  ');
        const sharedSubs = ' ^-------!  ';
        const expected = '   ---(r|)    ';

        const waiting = wait([a, failing, owned, createTask(shared)], { returnWhen: FIRST_EXCEPTION });
        expectObservable(waiting.pipe(seen)).toBe(expected, {
          r: { done: ['a', 'rejected'], pending: ['pending', 'pending'] },
        });
        expectSubscriptions(a.subscriptions).toBe(aSubs);
        expectSubscriptions(owned.subscriptions).toBe(ownedSubs);
        expectSubscriptions(shared.subscriptions).toBe(sharedSubs);
      }),
    );

    it(
      'counts an empty source as a failure',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  --|    ');
        const b = cold('  ----b| ');
        const bSubs = '   ^-!    ';
        const expected = '--(r|) ';

        expectObservable(wait([a, b], { returnWhen: FIRST_EXCEPTION }).pipe(seen)).toBe(expected, {
          r: { done: ['rejected'], pending: ['pending'] },
        });
        expectSubscriptions(b.subscriptions).toBe(bSubs);
      }),
    );

    it(
      'never starts a source after one that failed synchronously, yet gives it a Task',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  --a|');
        const aSubs = '   (^!)';
        const b = throwError(() => failure);
        const c = cold('  --c|');
        const expected = '(r|)';

        expectObservable(wait([a, b, c], { returnWhen: FIRST_EXCEPTION }).pipe(seen)).toBe(expected, {
          r: { done: ['rejected'], pending: ['pending', 'pending'] },
        });
        expectSubscriptions(a.subscriptions).toBe(aSubs);
        expectSubscriptions(c.subscriptions).toBe([]);
      }),
    );

    it(
      'waits for all when none fails',
      marbles(({ cold, expectObservable }) => {
        const a = cold('  -a|      ');
        const b = cold('  ----b|   ');
        const expected = '-----(r|)';

        expectObservable(wait([a, b], { returnWhen: FIRST_EXCEPTION }).pipe(seen)).toBe(expected, {
          r: { done: ['a', 'b'], pending: [] },
        });
      }),
    );

    it(
      'takes no cancellation for a failure',
      marbles(({ cold, expectObservable }) => {
        const a = cold('  ----a|   ');
        const cancel = '  -c       ';
        const expected = '-----(r|)';

        const task = createTask(NEVER);
        expectObservable(cold(cancel).pipe(map(() => task.cancel()))).toBe(cancel, { c: true });
        expectObservable(wait([a, task], { returnWhen: FIRST_EXCEPTION }).pipe(seen)).toBe(expected, {
          r: { done: ['a', 'cancelled'], pending: [] },
        });
      }),
    );
  });

  it('gives the reason of the cancellation to those who ask a pending Task', () => {
    const { pending } = waited(wait([of(1), NEVER], { returnWhen: FIRST_COMPLETED }));
    expect(pending.map((task) => task.status)).toEqual(['cancelled']);
    expect(() => pending[0]?.result()).toThrow(CancelledError);
  });

  it(
    'cancels what runs below a nested combinator',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  -----a|');
      const aSubs = '   ^--!   ';
      const b = cold('  ---#   ');
      const expected = '---(r|)';

      const waiting = wait([gather([a]), wait([b])], { returnWhen: FIRST_COMPLETED });
      expectObservable(waiting.pipe(map(({ done, pending }) => [done.size, pending.size]))).toBe(expected, {
        r: [1, 1],
      });
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );
});

describe('waitAll', () => {
  it(
    'unsubscribes from the source when the first is done with FIRST_COMPLETED',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    -----a|  ');
      const b = cold('     -b|     ');
      const source = hot('ab----a--', { a, b });
      const sourceSubs = '^--!     ';
      const aSubs = '     ^--!     ';
      const expected = '  ---(r|)  ';

      expectObservable(source.pipe(waitAll({ returnWhen: FIRST_COMPLETED }), seen)).toBe(expected, {
        r: { done: ['b'], pending: ['pending'] },
      });
      expectSubscriptions(source.subscriptions).toBe(sourceSubs);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );

  it('takes no more of an endless source once the first is done with FIRST_COMPLETED', () => {
    const endless = generate({ initialState: 1, iterate: (n) => n + 1, condition: (n) => n < 1000 });
    const { done, pending } = waited(
      endless.pipe(
        map((n) => of(n)),
        waitAll({ returnWhen: FIRST_COMPLETED }),
      ),
    );
    expect([done.map((task) => task.result()), pending]).toEqual([[1], []]);
  });
});
