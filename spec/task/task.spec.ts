import { setImmediate as nextTurn } from 'node:timers/promises';
import { EMPTY, finalize, map, NEVER, Observable, of, Subject, throwError } from 'rxjs';
import {
  CancelledError,
  type CoroutineContext,
  createTask,
  FIRST_COMPLETED,
  gather,
  InvalidStateError,
  Task,
  wait,
} from 'rx-asyncio';
import { aborted, failingCleanup } from '../support/aborted';
import { deferred } from '../support/deferred';
import { marbles } from '../support/marbles';
import { emptyError } from '../support/rxjs-errors';
import { unhandledRejections } from '../support/unhandled-rejections';

const failure = new Error('failed');

/** A Task whose failure somebody has seen. */
function observed<T>(task: Task<T>): Task<T> {
  task.then(undefined, () => undefined);
  return task;
}

describe('createTask', () => {
  it(
    'starts an Observable at once, with nobody subscribed to it',
    marbles(({ cold, expectSubscriptions }) => {
      const a = cold(' --a|');
      const aSubs = '  ^--!';

      void createTask(a);
      expectSubscriptions(a.subscriptions).toBe(aSubs);
    }),
  );

  it('calls a coroutine function at once', () => {
    const calls: string[] = [];
    void createTask(() => {
      calls.push('called');
      return of(1);
    });
    expect(calls).toEqual(['called']);
  });

  it('is the only way to make a Task: its constructor is a TypeError that says so', () => {
    const Constructor = Task as unknown as new (awaitable: () => Promise<number>) => Task<number>;
    expect(() => new Constructor(() => Promise.resolve(1))).toThrow(
      new TypeError('a Task is made by createTask(), not by new Task()'),
    );
  });

  it('is done at once when the awaitable is synchronous', () => {
    const task = createTask(of(1, 2));
    expect([task.status, task.done, task.result()]).toEqual(['fulfilled', true, 2]);
  });

  it('gives a Task that is an Observable and a thenable', () => {
    const task = createTask(of(1));
    expect(task).toBeInstanceOf(Task);
    expect(task).toBeInstanceOf(Observable);
    expect(typeof task.then).toBe('function');
  });

  it('makes a Task of a Task without owning it', () => {
    const inner = createTask(NEVER);
    const outer = createTask(inner);
    outer.cancel();
    expect([outer.status, inner.status]).toEqual(['cancelled', 'pending']);
  });
});

describe('Task', () => {
  it('keeps nothing for each combinator that has looked at it while it runs', () => {
    const task = createTask(NEVER);
    void task.then(() => {});
    const catching = jest.spyOn(Promise.prototype, 'catch');
    const look = () => {
      wait([task, of(1)], { returnWhen: FIRST_COMPLETED }).subscribe();
      return catching.mock.calls.length;
    };
    try {
      const once = look();
      expect([look(), look()]).toEqual([once, once]);
    } finally {
      catching.mockRestore();
    }
  });

  describe('name', () => {
    it('is the one it was given', () => {
      expect(createTask(NEVER, { name: 'download' }).name).toBe('download');
      expect(createTask(NEVER, { name: '' }).name).toBe('');
    });

    it('is numbered in order of creation where none was given', () => {
      const numbers = [createTask(NEVER), createTask(NEVER), createTask(NEVER)].map(({ name }) =>
        Number(/^Task-(\d+)$/.exec(name)?.[1]),
      );
      const [first = NaN] = numbers;
      expect(first).toBeGreaterThan(0);
      expect(numbers).toEqual([first, first + 1, first + 2]);
    });
  });

  describe('status', () => {
    it(
      'goes from pending to fulfilled when the source completes, not when it emits',
      marbles(({ cold, expectObservable }) => {
        const source = cold('--a--|   ');
        const expected = '   -----(a|)';
        const probes = '     p-p--p   ';

        const task = createTask(source);
        expectObservable(task).toBe(expected);
        expectObservable(cold(probes).pipe(map(() => task.status))).toBe('x-x--y', { x: 'pending', y: 'fulfilled' });
      }),
    );

    it('is rejected when the source fails', () => {
      const task = observed(createTask(throwError(() => failure)));
      expect([task.status, task.done, task.cancelling]).toEqual(['rejected', true, false]);
    });

    it('is rejected with EmptyError when the source completes without a value', () => {
      const task = createTask(EMPTY, { name: 'empty' });
      expect(task.exception()).toStrictEqual(emptyError('empty completed without a value'));
      expect(task.status).toBe('rejected');
    });

    it('is cancelled when the coroutine function throws a CancelledError that nobody asked for', () => {
      const task = createTask((): Observable<never> => {
        throw new CancelledError('gave up');
      });
      expect(task.status).toBe('cancelled');
      expect(task.cancelling).toBe(false);
      expect(() => task.result()).toThrow('gave up');
    });

    it('is rejected when the coroutine function throws an AbortError that nobody asked for', () => {
      const abortError = Object.assign(new Error('The operation was aborted'), { name: 'AbortError' });
      const task = createTask(throwError(() => abortError));
      expect(task.exception()).toBe(abortError);
      expect(task.status).toBe('rejected');
    });
  });

  describe('result', () => {
    it('gives the value, throws the reason, and throws InvalidStateError while pending', () => {
      expect(createTask(of('a')).result()).toBe('a');
      expect(() => createTask(throwError(() => failure)).result()).toThrow(failure);
      const pending = createTask(NEVER, { name: 'forever' });
      expect(() => pending.result()).toThrow(InvalidStateError);
      expect(() => pending.result()).toThrow('forever is still pending');
    });

    it('throws the CancelledError of a cancelled Task', () => {
      const task = createTask(NEVER);
      task.cancel('enough');
      expect(() => task.result()).toThrow(CancelledError);
      expect(() => task.result()).toThrow('enough');
    });

    it('throws what it was rejected with, even if that is no Error', () => {
      const source = new Subject<never>();
      const task = observed(createTask(source));
      source.error(undefined);
      expect(() => task.result()).toThrow();
      expect(task.exception()).toBeUndefined();
      expect(task.status).toBe('rejected');
    });
  });

  describe('exception', () => {
    it('gives the reason, undefined when fulfilled, and throws InvalidStateError while pending', () => {
      expect(createTask(throwError(() => failure)).exception()).toBe(failure);
      expect(createTask(of('a')).exception()).toBeUndefined();
      expect(() => createTask(NEVER).exception()).toThrow(InvalidStateError);
    });

    it('throws the CancelledError of a cancelled Task', () => {
      const task = createTask(NEVER);
      task.cancel();
      expect(() => task.exception()).toThrow(CancelledError);
    });
  });

  describe('as an Observable', () => {
    it(
      'replays its result to those who subscribe late',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  --a|     ');
        const aSubs = '   ^--!     ';
        const early = '   ^        ';
        const expected = '---(a|)  ';
        const late = '    -----^   ';
        const replayed = '-----(a|)';

        const task = createTask(a);
        expectObservable(task, early).toBe(expected);
        expectObservable(task, late).toBe(replayed);
        expectSubscriptions(a.subscriptions).toBe(aSubs);
      }),
    );

    it(
      'replays its failure to those who subscribe late',
      marbles(({ cold, expectObservable }) => {
        const a = cold('  --#   ');
        const early = '   ^     ';
        const expected = '--#   ';
        const late = '    -----^';
        const replayed = '-----#';

        const task = createTask(a);
        expectObservable(task, early).toBe(expected);
        expectObservable(task, late).toBe(replayed);
      }),
    );

    it(
      'runs on when a subscriber leaves',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  ---a|   ');
        const aSubs = '   ^---!   ';
        const unsub = '   --!     ';
        const left = '    -----   ';
        const expected = '----(a|)';

        const task = createTask(a);
        expectObservable(task, unsub).toBe(left);
        expectObservable(task).toBe(expected);
        expectSubscriptions(a.subscriptions).toBe(aSubs);
      }),
    );

    it(
      'tells all subscribers of a cancellation',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  ----a|');
        const aSubs = '   ^-!   ';
        const cancel = '  --c   ';
        const expected = '--#   ';

        const task = createTask(a);
        expectObservable(task).toBe(expected, undefined, new CancelledError('enough'));
        expectObservable(task).toBe(expected, undefined, new CancelledError('enough'));
        expectObservable(cold(cancel).pipe(map(() => task.cancel('enough')))).toBe(cancel, { c: true });
        expectSubscriptions(a.subscriptions).toBe(aSubs);
      }),
    );

    it('can be piped like any other', async () => {
      const values: number[] = [];
      await createTask(of(1))
        .pipe(map((value) => value + 1))
        .forEach((value) => values.push(value));
      expect(values).toEqual([2]);
    });
  });

  describe('as a thenable', () => {
    it('resolves with the result, also twice, also when done already', async () => {
      const source = new Subject<string>();
      const task = createTask(source);
      const first = task.then((value) => `first ${value}`);
      source.next('value');
      source.complete();
      const second = task.then((value) => `second ${value}`);
      expect(await first).toBe('first value');
      expect(await second).toBe('second value');
      expect(await task).toBe('value');
    });

    it('rejects with the failure', async () => {
      await expect(createTask(throwError(() => failure))).rejects.toBe(failure);
    });

    it('rejects with CancelledError when it is cancelled', async () => {
      const task = createTask(NEVER);
      task.cancel('enough');
      await expect(task).rejects.toStrictEqual(new CancelledError('enough'));
    });

    it('recovers through the second callback', async () => {
      const task = createTask(throwError(() => failure));
      expect(await task.then(undefined, (reason: unknown) => reason)).toBe(failure);
    });

    it('works with Promise.all', async () => {
      expect(await Promise.all([createTask(of(1)), createTask(() => Promise.resolve(2))])).toEqual([1, 2]);
    });
  });

  describe('cancel', () => {
    it('unsubscribes from an Observable, and is cancelled at once', () => {
      const log: string[] = [];
      const task = createTask(NEVER.pipe(finalize(() => log.push('torn down'))));
      expect(task.cancel()).toBe(true);
      expect(log).toEqual(['torn down']);
      expect([task.status, task.done, task.cancelling]).toEqual(['cancelled', true, true]);
    });

    it('returns false, and changes nothing, when the Task is done', () => {
      const task = createTask(of(1));
      expect(task.cancel()).toBe(false);
      expect([task.status, task.cancelling]).toEqual(['fulfilled', false]);
    });

    it('keeps the message of the first call', async () => {
      const task = createTask(async (context) => {
        await aborted(context);
        throw context.signal.reason;
      });
      expect([task.cancel('first'), task.cancel('second')]).toEqual([true, true]);
      await expect(task).rejects.toStrictEqual(new CancelledError('first'));
    });

    it('aborts the signal of a coroutine function with the CancelledError, and is cancelling until that has ended', async () => {
      const reasons: unknown[] = [];
      const cleanup = deferred();
      const task = createTask(async (context) => {
        await aborted(context);
        reasons.push(context.signal.reason);
        await cleanup.promise;
        throw context.signal.reason;
      });
      task.cancel('enough');
      expect([task.status, task.cancelling]).toEqual(['pending', true]);
      await nextTurn();
      expect(reasons).toStrictEqual([new CancelledError('enough')]);
      expect(task.status).toBe('pending');

      cleanup.resolve();
      await nextTurn();
      expect([task.status, task.cancelling]).toEqual(['cancelled', true]);
      expect(() => task.result()).toThrow('enough');
    });

    it('aborts the signals of coroutine functions below combinators with the same CancelledError, too', async () => {
      const reasons: unknown[] = [];
      const seeing = async (context: CoroutineContext) => {
        await aborted(context);
        reasons.push(context.signal.reason);
      };
      const task = createTask(gather([seeing, gather([seeing]).pipe(map(() => 'result'))]));
      task.cancel('enough');
      const [outcome] = await Promise.allSettled([task]);
      expect(outcome).toStrictEqual({ status: 'rejected', reason: new CancelledError('enough') });
      expect(reasons).toStrictEqual([new CancelledError('enough'), new CancelledError('enough')]);
      expect(reasons[0]).toBe(reasons[1]);
    });

    it('fails with its own CancelledError where the coroutine throws that, or another one', async () => {
      const rethrowing = createTask(failingCleanup(new CancelledError('another')));
      let cancellation: unknown;
      const passing = createTask(async (context) => {
        await aborted(context);
        cancellation = context.signal.reason;
        throw cancellation;
      });
      rethrowing.cancel('enough');
      passing.cancel(failure);
      const reasons = await Promise.all([rethrowing, passing].map((task) => task.catch((reason: unknown) => reason)));
      expect(reasons[0]).toStrictEqual(new CancelledError('enough'));
      expect(reasons[1]).toBe(cancellation);
      expect((cancellation as Error).cause).toBe(failure);
    });

    it('shows what was judged a cancellation as the cause', async () => {
      const abortError = new DOMException('stopped', 'AbortError');
      const task = createTask(failingCleanup(abortError));
      task.cancel('enough');
      const error: unknown = await task.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(CancelledError);
      expect([(error as Error).message, (error as Error).cause]).toEqual(['enough', abortError]);
    });

    it('waits for the cleanup of coroutine functions below combinators and operators', async () => {
      const log: string[] = [];
      const cleaning = async (context: CoroutineContext) => {
        await aborted(context);
        log.push('cleaned up');
      };
      const task = createTask(gather([cleaning, cleaning]).pipe(map(() => 'result')));
      task.then(undefined, () => log.push('cancelled'));
      task.cancel();
      expect(task.status).toBe('pending');
      await nextTurn();
      expect(log).toEqual(['cleaned up', 'cleaned up', 'cancelled']);
    });

    it('fulfils it after all when the coroutine function returns a value in spite of it', async () => {
      const task = createTask(async (context) => {
        await aborted(context);
        return 'saved';
      });
      task.cancel();
      expect(await task).toBe('saved');
      expect([task.status, task.cancelling]).toEqual(['fulfilled', true]);
    });

    it('rejects it when the cleanup of the coroutine function throws something else', async () => {
      const task = createTask(async (context) => {
        await aborted(context);
        throw failure;
      });
      task.cancel();
      await expect(task).rejects.toBe(failure);
      expect(task.status).toBe('rejected');
    });

    it.each([undefined, null])('rejects it when the cleanup of the coroutine function throws %p', async (thrown) => {
      const task = createTask(async (context) => {
        await aborted(context);
        throw thrown as unknown as Error;
      });
      task.cancel();
      await expect(task).rejects.toBe(thrown);
      expect(task.status).toBe('rejected');
    });

    it('takes an AbortError for the cancellation, and gives the CancelledError all the same', async () => {
      const task = createTask(async (context) => {
        await aborted(context);
        throw Object.assign(new Error('The operation was aborted'), { name: 'AbortError' });
      });
      task.cancel('enough');
      await expect(task).rejects.toStrictEqual(new CancelledError('enough'));
      expect(task.status).toBe('cancelled');
    });

    it('lets go at once of a coroutine function that has not read its signal, and drops its result', async () => {
      const { promise, resolve } = deferred<string>();
      const task = createTask(() => promise);
      task.cancel();
      expect(task.status).toBe('cancelled');
      resolve('too late');
      await nextTurn();
      expect(task.status).toBe('cancelled');
    });

    it('is never reported', async () => {
      const unhandled = await unhandledRejections(() => {
        createTask(NEVER).cancel();
        createTask(async (context) => {
          await aborted(context);
          throw context.signal.reason;
        }).cancel();
      });
      expect(unhandled).toEqual([]);
    });
  });

  describe('a failure', () => {
    it('is an unhandled rejection when nobody listens', async () => {
      const unhandled = await unhandledRejections(() => {
        void createTask(throwError(() => failure));
      });
      expect(unhandled).toEqual([failure]);
    });

    it('is none when somebody is subscribed', async () => {
      const errors: unknown[] = [];
      const source = new Subject<never>();
      const unhandled = await unhandledRejections(() => {
        createTask(source).subscribe({ error: (error: unknown) => errors.push(error) });
        source.error(failure);
      });
      expect(errors).toEqual([failure]);
      expect(unhandled).toEqual([]);
    });

    it('is none when somebody awaits', async () => {
      const unhandled = await unhandledRejections(async () => {
        await expect(createTask(() => Promise.reject(failure))).rejects.toBe(failure);
      });
      expect(unhandled).toEqual([]);
    });

    it.each<[string, (task: Task<never>) => void]>([
      ['asks for its exception', (task) => void task.exception()],
      [
        'asks for its result',
        (task) => {
          expect(() => task.result()).toThrow(failure);
        },
      ],
      ['awaits it', (task) => void task.then(undefined, () => undefined)],
      ['subscribes to it', (task) => void task.subscribe({ error: () => undefined })],
    ])('is none when somebody %s within the same turn', async (_title, look) => {
      const unhandled = await unhandledRejections(() => {
        look(createTask(throwError(() => failure)));
      });
      expect(unhandled).toEqual([]);
    });

    it('is one when the only subscriber has left before', async () => {
      const source = new Subject<never>();
      const unhandled = await unhandledRejections(() => {
        createTask(source)
          .subscribe({ error: () => undefined })
          .unsubscribe();
        source.error(failure);
      });
      expect(unhandled).toEqual([failure]);
    });
  });

  describe('asyncDispose', () => {
    it('cancels, and waits for the cleanup', async () => {
      const log: string[] = [];
      const task = createTask(async (context) => {
        await aborted(context);
        log.push('cleaned up');
        throw context.signal.reason;
      });
      await task[Symbol.asyncDispose]();
      expect(log).toEqual(['cleaned up']);
      expect(task.status).toBe('cancelled');
    });

    it('does nothing to a Task that is done', async () => {
      const task = createTask(of(1));
      await task[Symbol.asyncDispose]();
      expect([task.status, task.cancelling]).toEqual(['fulfilled', false]);
    });

    it('throws what fails in the cleanup', async () => {
      const task = createTask(async (context) => {
        await aborted(context);
        throw failure;
      });
      await expect(task[Symbol.asyncDispose]()).rejects.toBe(failure);
    });
  });
});
