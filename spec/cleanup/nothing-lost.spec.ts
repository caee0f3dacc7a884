import {
  asCompleted,
  asyncFinalize,
  type Awaitable,
  createTask,
  FIRST_COMPLETED,
  gather,
  gatherAll,
  shield,
  suppressed,
  type Task,
  taskGroup,
  wait,
  type WaitOptions,
} from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import {
  finalize,
  first,
  firstValueFrom,
  forkJoin,
  from,
  fromEvent,
  lastValueFrom,
  map,
  NEVER,
  type Observable,
  of,
  startWith,
  Subject,
  switchMap,
  throwError,
  timer,
} from 'rxjs';
import { deferred } from '../support/deferred';
import { useFakeTimers } from '../support/fake-timers';
import { Resource } from '../support/holding';
import { asked } from '../support/sources';
import { failing, lazily } from '../support/structures';
import { unhandledRejections } from '../support/unhandled-rejections';

useFakeTimers();

const error = new Error('lost?');
const failAfter = (milliseconds: number, failure = error) =>
  timer(milliseconds).pipe(switchMap(() => throwError(() => failure)));
const failingCleanup = (failure = error, milliseconds = 20) => new Resource().hold(milliseconds, failure);

/** What is reported while `body` runs and in the second after it. */
const reportedOf = (body: () => unknown) =>
  unhandledRejections(async () => {
    await body();
    await jest.advanceTimersByTimeAsync(1000);
  });

describe('the runtime is told of', () => {
  it('what rejects with nobody to handle it, and of nothing else', async () => {
    const reported = await reportedOf(() => {
      void Promise.reject(error);
      Promise.reject(new Error('handled')).catch(() => undefined);
    });
    expect(reported).toEqual([error]);
  });
});

describe('a failure in the cleanup of what an operator has dropped by itself', () => {
  /** It has its value, and is dropped by `first()`; then it fails to clean up. */
  const dropped = () => NEVER.pipe(startWith('row'), asyncFinalize(failsLater), first());
  const failsLater = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    throw error;
  };

  it.each<[string, (list: Awaitable<string>[]) => PromiseLike<unknown>]>([
    ['gather', (list) => promises.gather(list)],
    ['gatherAll', (list) => lastValueFrom(from(list).pipe(gatherAll()))],
    ['asCompleted', (list) => lastValueFrom(asCompleted(list))],
    ['a Task', (list) => createTask(gather(list))],
  ])('fails %s at its end, also where that comes later', async (_, run) => {
    const reported = await reportedOf(async () => {
      for (const list of [[dropped()], [dropped(), timer(30).pipe(map(() => 'slow'))]]) {
        const failed = expect(run(list)).rejects.toBe(error);
        await jest.advanceTimersByTimeAsync(50);
        await failed;
      }
    });
    expect(reported).toEqual([]);
  });

  it('is listed with what the whole fails with later', async () => {
    const late = new Error('late');
    const reported = await reportedOf(async () => {
      const failed = expect(promises.gather([dropped(), failAfter(30, late)])).rejects.toBe(late);
      await jest.advanceTimersByTimeAsync(50);
      await failed;
    });
    expect([reported, suppressed(late)]).toEqual([[], [error]]);
  });

  it('is reported from a stream that goes on, once there are sixteen, and where it is none of ours', async () => {
    const inner = (n: number) => NEVER.pipe(asyncFinalize(() => Promise.reject(new Error(String(n)))));
    const reportedBy = (run: (stream: Observable<never>) => unknown, dropped: number) =>
      reportedOf(async () => {
        const source = new Subject<number>();
        run(source.pipe(switchMap(inner)));
        for (let n = 0; n <= dropped; n++) {
          source.next(n);
          await jest.advanceTimersByTimeAsync(1);
        }
      });
    const numbered = (numbers: number[]) => numbers.map((n) => new Error(String(n)));
    expect(await reportedBy((stream) => createTask(stream), 18)).toEqual(numbered([16, 17]));
    expect(await reportedBy((stream) => stream.subscribe(), 2)).toEqual(numbered([0, 1]));
  });
});

describe('what an operator leaves, one after the other', () => {
  /** A Task that drops so many, each with a cleanup of its own, and is cancelled after 25 ms; and what is reported meanwhile. */
  const dropping = async (count: number, cleanup: (n: number) => Promise<void>) => {
    const source = new Subject<number>();
    const inner = (n: number) => NEVER.pipe(asyncFinalize(() => cleanup(n)));
    const task = createTask(source.pipe(switchMap((n) => (n < count ? inner(n) : NEVER))));
    const reported = await reportedOf(async () => {
      for (let n = 0; n <= count; n++) source.next(n);
      await jest.advanceTimersByTimeAsync(25);
      task.cancel();
      await Promise.all([task.catch(() => undefined), jest.advanceTimersByTimeAsync(100)]);
    });
    return { reason: task.exception(), reported };
  };

  it('fails who cancels, also where more than sixteen still went on when the first has failed', async () => {
    const failsLater = (n: number) => lastValueFrom(failAfter(20 + n, new Error(String(n))));
    const { reason, reported } = await dropping(30, failsLater);
    expect([(reason as AggregateError).errors.length, reported]).toEqual([30, []]);
  });

  it('fails who cancels, also where many before have cleaned up well', async () => {
    const { reason, reported } = await dropping(30, (n) => (n < 29 ? Promise.resolve() : Promise.reject(error)));
    expect([reason, reported]).toEqual([error, []]);
  });
});

describe('a failure in the cleanup of what is cancelled', () => {
  it('rejects the Task that was cancelled', async () => {
    const task = createTask(gather([failingCleanup(), of(1)]));
    const heard = jest.fn();
    const reported = await reportedOf(() => {
      task.subscribe({ error: heard });
      task.cancel();
    });
    expect([task.status, heard.mock.calls, reported]).toEqual(['rejected', [[error]], []]);
  });

  it('is reported when nobody listens to that Task', async () => {
    const reported = await reportedOf(() => {
      createTask(gather([failingCleanup(), of(1)])).cancel();
    });
    expect(reported).toEqual([error]);
  });

  it('goes with the others into one AggregateError', async () => {
    const other = new Error('other');
    const task = createTask(gather([failingCleanup(), failingCleanup(other, 10)]));
    const reported = await reportedOf(() => {
      task.subscribe({ error: () => undefined });
      task.cancel();
    });
    expect((task.exception() as AggregateError).errors).toEqual([error, other]);
    expect(task.exception()).toMatchObject({ message: '2 cleanups failed', cause: error });
    expect(reported).toEqual([]);
  });

  it('is not taken for a cancellation where one of several that say so has it listed', async () => {
    const listing = new DOMException('aborted', 'AbortError');
    gather([failingCleanup(error, 0), throwError(() => listing)]).subscribe({ error: () => undefined });
    await jest.advanceTimersByTimeAsync(0);
    const all = new AggregateError([new promises.CancelledError(), listing]);
    const task = createTask(new Resource().hold(0, all));
    task.cancel();
    await Promise.all([expect(task).rejects.toBe(all), jest.advanceTimersByTimeAsync(0)]);
    expect([task.status, suppressed(listing)]).toEqual(['rejected', [error]]);
  });

  it('is none where it is the reason, which may be a primitive', async () => {
    const controller = new AbortController();
    const heeding = async ({ signal }: promises.CoroutineContext) => {
      await firstValueFrom(fromEvent(signal, 'abort'));
      throw signal.reason;
    };
    const gathered = promises.gather([heeding, heeding], controller);
    controller.abort('stop');
    await expect(gathered).rejects.toBe('stop');
  });

  it('reaches a Task through an operator that set the cleanup off earlier', async () => {
    const task = createTask(timer(0, 10).pipe(switchMap((i) => (i === 0 ? asCompleted([failingCleanup()]) : NEVER))));
    const reported = await reportedOf(async () => {
      task.subscribe({ error: () => undefined });
      await jest.advanceTimersByTimeAsync(15);
      task.cancel();
    });
    expect([task.exception(), reported]).toEqual([error, []]);
  });

  it('is told once, by the group, when the teardown of another task cancels the group', async () => {
    const other = new Error('other');
    const heard = jest.fn();
    const reported = await reportedOf(() => {
      taskGroup((group) => {
        const cancelAll = () => {
          group.cancel();
        };
        group.createTask(gather([failAfter(10, other).pipe(finalize(cancelAll))]));
        return group.createTask(failingCleanup());
      }).subscribe({ error: heard });
    });
    expect(heard.mock.calls).toEqual([[expect.objectContaining({ errors: [other, error] })]]);
    expect(reported).toEqual([]);
  });

  it('rejects a Task that would otherwise be fulfilled', async () => {
    const source = timer(0, 10).pipe(
      switchMap((i) => (i === 0 ? asCompleted([failingCleanup()]) : throwError(() => 0))),
    );
    const completing = of(1).pipe(asyncFinalize(() => Promise.reject(error)));
    const tasks = [createTask(completing), createTask(source)];
    const warn = jest.spyOn(console, 'error').mockImplementation();
    const reported = await reportedOf(() => {
      for (const task of tasks) task.subscribe({ error: () => undefined });
    });
    expect(tasks.map((task) => task.exception())).toEqual([error, 0]);
    // The second had an error already, which goes first, and which nothing can be listed with.
    expect(warn.mock.calls).toEqual([[error]]);
    expect(reported).toEqual([]);
    warn.mockRestore();
  });

  it.each<[string, () => void]>([
    [
      'unsubscribing',
      () => {
        gather([failingCleanup()]).subscribe().unsubscribe();
      },
    ],
    [
      'unsubscribing from a taskGroup',
      () => {
        taskGroup(() => asCompleted([failingCleanup()]))
          .subscribe()
          .unsubscribe();
      },
    ],
    [
      'switchMap',
      () => {
        of(0, 1)
          .pipe(switchMap((i) => (i === 0 ? asCompleted([failingCleanup()]) : of(1))))
          .subscribe();
      },
    ],
    [
      'asyncFinalize',
      () => {
        NEVER.pipe(asyncFinalize(() => Promise.reject(error)))
          .subscribe()
          .unsubscribe();
      },
    ],
    [
      'a synchronous teardown',
      () => {
        NEVER.pipe(
          asyncFinalize(() => {
            throw error;
          }),
        )
          .subscribe()
          .unsubscribe();
      },
    ],
  ])('is reported when there is nobody to hear it: %s', async (_, cancel) => {
    const reported = await reportedOf(cancel);
    expect(reported.map((each) => (each instanceof AggregateError ? each.errors : each)).flat()).toEqual([error]);
  });

  it.each<[string, WaitOptions]>([
    ['its first result', { returnWhen: FIRST_COMPLETED }],
    ['its timeout', { timeout: 10 }],
  ])('stays in the Task that a wait has named as pending at %s', async (_, options) => {
    const log: unknown[] = [];
    const tasks: Task<unknown>[] = [];
    const reported = await reportedOf(() => {
      wait([failingCleanup(), timer(10)], options).subscribe({
        next: ({ pending }) => tasks.push(...pending),
        error: (reason: unknown) => log.push(reason),
        complete: () => log.push('complete'),
      });
    });
    expect([log, reported]).toEqual([['complete'], []]);
    expect(tasks.at(0)?.exception()).toBe(error);
  });

  it('is listed with the error of the source, which goes first', async () => {
    const heard = jest.fn();
    const [first, second] = [new Error('first'), new Error('second')];
    const reported = await reportedOf(() => {
      throwError(() => first)
        .pipe(asyncFinalize(() => Promise.reject(second)))
        .subscribe({ error: heard });
    });
    expect(heard.mock.calls).toEqual([[first]]);
    expect([suppressed(first), reported]).toEqual([[second], []]);
  });

  it("rejects the promise of a facade in place of its signal's reason", async () => {
    const reported = await reportedOf(async () => {
      const controller = new AbortController();
      const results = Promise.allSettled([
        promises.gather([failingCleanup()], controller),
        promises.waitFor(failingCleanup(error, 30), 1000, controller),
      ]);
      controller.abort('stop');
      await jest.advanceTimersByTimeAsync(30);
      await expect(results).resolves.toEqual(Array(2).fill({ status: 'rejected', reason: error }));
    });
    expect(reported).toEqual([]);
  });
});

describe('after a first failure', () => {
  it('a second one in the cleanup that it caused is listed with it', async () => {
    const first = new Error('first');
    const second = new Error('second');
    const heard = jest.fn();
    const reported = await reportedOf(() => {
      gather([failAfter(10, first), failingCleanup(second)]).subscribe({ error: heard });
    });
    expect([heard.mock.calls, suppressed(first), reported]).toEqual([[[first]], [second], []]);
  });

  it('the same one in the cleanup of a sibling is told once', async () => {
    const heard = jest.fn();
    const reported = await reportedOf(() => {
      gather([failAfter(10), failingCleanup(error)]).subscribe({ error: heard });
    });
    expect([heard.mock.calls, reported]).toEqual([[[error]], []]);
  });

  it('the same one in the cleanup of what a Task was made of is told once', async () => {
    const task = createTask(
      timer(0, 10).pipe(switchMap((i) => (i === 0 ? asCompleted([failingCleanup()]) : failAfter(0)))),
    );
    const heard = jest.fn();
    const reported = await reportedOf(() => {
      task.subscribe({ error: heard });
    });
    expect([heard.mock.calls, reported]).toEqual([[[error]], []]);
  });

  it('one of a sibling that was let go of is not heard any more', async () => {
    const heard = jest.fn();
    const late = new Error('late');
    const reported = await reportedOf(() => {
      const deaf = () =>
        new Promise((_, reject) =>
          setTimeout(() => {
            reject(late);
          }, 20),
        );
      gather([deaf, failAfter(10)]).subscribe({ error: heard });
    });
    expect([heard.mock.calls, suppressed(error), reported]).toEqual([[[error]], [], []]);
  });

  it('those of siblings that fail at the same time are all in the AggregateError of a group', async () => {
    const errors = ['a', 'b', 'c'].map((name) => new Error(name));
    const heard = jest.fn();
    const reported = await reportedOf(() => {
      taskGroup((group) => {
        for (const each of errors)
          group.createTask(
            ({ signal }) => (
              signal.throwIfAborted(),
              new Promise((_, reject) =>
                setTimeout(() => {
                  reject(each);
                }, 10),
              )
            ),
          );
        return of(1);
      }).subscribe({ error: heard });
    });
    expect(heard.mock.calls.map(([failure]) => (failure as AggregateError).errors as unknown[])).toEqual([errors]);
    expect(reported).toEqual([]);
  });

  it('it is not lost when its subscriber leaves before the cleanup is over', async () => {
    const heard = jest.fn();
    const reported = await reportedOf(async () => {
      const subscription = gather([failAfter(10), new Resource().hold(20)]).subscribe({ error: heard });
      await jest.advanceTimersByTimeAsync(15);
      subscription.unsubscribe();
    });
    expect([heard.mock.calls, reported]).toEqual([[], [error]]);
  });

  it.each<[string, (leave: () => void) => Observable<unknown>]>([
    ['it', (leave) => failAfter(10).pipe(finalize(leave))],
    ['one in the cleanup', (leave) => timer(10).pipe(asyncFinalize(() => (leave(), Promise.reject(error))))],
  ])('%s is what all is rejected with when the cleanup cancels that', async (_, source) => {
    const controller = new AbortController();
    const leave = () => {
      controller.abort();
    };
    const heard = jest.fn();
    const reported = await reportedOf(() => {
      promises.gather([source(leave)], controller).catch(heard);
    });
    expect([heard.mock.calls, reported]).toEqual([[[error]], []]);
  });

  it('it is reported when its own teardown unsubscribes from all', async () => {
    const heard = jest.fn();
    const reported = await reportedOf(() => {
      const leave = () => {
        subscription.unsubscribe();
      };
      const subscription = gather([failAfter(10).pipe(finalize(leave)), NEVER]).subscribe({ error: heard });
    });
    expect([heard.mock.calls, reported]).toEqual([[], [error]]);
  });

  it('it rejects the Task that is cancelled before the cleanup is over', async () => {
    const task = createTask(gather([failAfter(10), new Resource().hold(20)]));
    const reported = await reportedOf(async () => {
      task.subscribe({ error: () => undefined });
      await jest.advanceTimersByTimeAsync(15);
      task.cancel();
    });
    expect([task.exception(), reported]).toEqual([error, []]);
  });
});

describe('a failure that comes when nobody listens any more', () => {
  it.each(failing)('stays in its Task when that is one of a $name that another has failed', async ({ run }) => {
    const slow = new Subject<never>();
    const fast = new Subject<never>();
    const heard = jest.fn();
    const late = new Error('late');
    const task = createTask(slow);
    run([task, fast]).subscribe({ error: heard });
    fast.error(error);
    const reported = await reportedOf(() => {
      slow.error(late);
    });
    expect(heard.mock.calls).toEqual([[error]]);
    expect([task.exception(), reported]).toEqual([late, []]);
  });

  it('stays in its Task when a wait has left that pending', async () => {
    const slow = new Subject<never>();
    const ended = jest.fn();
    const task = createTask(slow);
    wait([task, of(1)], { returnWhen: FIRST_COMPLETED }).subscribe({ error: ended, complete: ended });
    expect(ended.mock.calls).toEqual([[]]);
    const reported = await reportedOf(() => {
      slow.error(error);
    });
    expect([task.exception(), reported]).toEqual([error, []]);
  });

  it('is reported when it is that of what is shielded', async () => {
    const reported = await reportedOf(async () => {
      shield(() => Promise.reject(error))
        .subscribe()
        .unsubscribe();
      await promises.shield(throwError(() => new Error('heard'))).catch(() => undefined);
    });
    expect(reported).toEqual([error]);
  });

  it('is not heard of when it is that of a coroutine function that was let go of', async () => {
    const { promise, reject } = deferred();
    const task = createTask(() => promise);
    task.cancel();
    const reported = await reportedOf(() => {
      reject(error);
    });
    expect(reported).toEqual([]);
    expect(task.status).toBe('cancelled');
  });

  it('is not heard of when it is that of one below a combinator, which runs on', async () => {
    const log: string[] = [];
    const deaf = async () => {
      await firstValueFrom(timer(30));
      log.push('ran on');
      throw error;
    };
    const task = createTask(gather([deaf]));
    task.cancel();
    expect(task.status).toBe('cancelled');
    const reported = await reportedOf(() => undefined);
    expect([log, reported]).toEqual([['ran on'], []]);
  });

  it("is nobody's when a loop was left before it reached it, as with Promise.race", async () => {
    const source = new Subject<never>();
    const reported = await reportedOf(async () => {
      for await (const result of promises.asCompleted([of(1), of(2), source])) {
        source.error(error);
        if (result === 1) break;
      }
    });
    expect(reported).toEqual([]);
  });

  it.each(lazily)('is reported when it is what return() of the iterator of $name throws', async ({ run }) => {
    function* endless() {
      try {
        for (;;) yield NEVER;
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- what is tested here
        throw error;
      }
    }
    const reported = await reportedOf(() => {
      run(endless(), { concurrency: 2 }).subscribe().unsubscribe();
    });
    expect(reported).toEqual([error]);
  });

  describe.each(lazily)('in $name', ({ run }) => {
    const failed = (): never => {
      throw error;
    };

    it.each<[string, () => IteratorResult<Awaitable<number>>, () => void]>([
      ['a failure that is the answer', failed, () => {}],
      ['what its return() rejects with', () => ({ done: true, value: undefined }), failed],
    ])('is not heard of when an async iterator was left while it was asked: %s', async (_title, answerWith, close) => {
      const { awaitables, answer } = asked(answerWith, close);
      const reported = await reportedOf(async () => {
        const task = createTask(run(awaitables, { concurrency: 1 }));
        await jest.advanceTimersByTimeAsync(0);
        task.cancel();
        answer();
      });
      expect(reported).toEqual([]);
    });
  });

  it('is not heard of when it is that of an async iterable that was left', async () => {
    const gate = deferred();
    const broken: AsyncIterable<never> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          await gate.promise;
          throw error;
        },
      }),
    };
    const reported = await reportedOf(() => {
      createTask(broken).cancel();
      gate.resolve();
    });
    expect(reported).toEqual([]);
  });
});

describe('a Task that fails', () => {
  it('is reported when nobody listens', async () => {
    expect(await reportedOf(() => createTask(failAfter(10)).name)).toEqual([error]);
  });

  it.each<[string, (task: ReturnType<typeof createTask>) => unknown]>([
    ['subscribed to', (task) => task.subscribe({ error: () => undefined })],
    ['awaited', (task) => void task.then(undefined, () => undefined)],
    ['gathered', (task) => gather([task]).subscribe({ error: () => undefined })],
    ['waited for', (task) => wait([task]).subscribe()],
    ['shielded', (task) => shield(task).subscribe({ error: () => undefined })],
  ])('is not reported when it is %s before', async (_, observe) => {
    expect(await reportedOf(() => observe(createTask(failAfter(10))))).toEqual([]);
  });

  it('is not reported when it is observed in the same turn', async () => {
    const reported = await reportedOf(() => {
      const task = createTask(throwError(() => error));
      void Promise.resolve().then(() => task.exception());
    });
    expect(reported).toEqual([]);
  });

  it('is not reported when a wait names it as done, even if nobody looks', async () => {
    const ended = jest.fn();
    const reported = await reportedOf(() => {
      wait([throwError(() => error)]).subscribe({ error: ended, complete: ended });
    });
    expect(ended.mock.calls).toEqual([[]]);
    expect(reported).toEqual([]);
  });

  it('is reported when the only one who listened has left', async () => {
    const reported = await reportedOf(() => {
      createTask(failAfter(10))
        .subscribe({ error: () => undefined })
        .unsubscribe();
    });
    expect(reported).toEqual([error]);
  });

  it('is reported when an operator subscribes to it for one who has left', async () => {
    const reported = await reportedOf(() => {
      const source = createTask(throwError(() => error));
      // Which goes on subscribing after the first failure.
      forkJoin([throwError(() => new Error('first')), source]).subscribe({ error: () => undefined });
    });
    expect(reported).toEqual([error]);
  });

  it('is told to each who observes it later, though it was reported', async () => {
    const task = createTask(throwError(() => error));
    expect(await reportedOf(() => undefined)).toEqual([error]);
    const heard = jest.fn();
    task.subscribe({ error: heard });
    await task.then(undefined, heard);
    expect(heard.mock.calls).toEqual([[error], [error]]);
  });
});

describe('a cancellation is never reported', () => {
  it.each<[string, () => unknown]>([
    ['of a Task that nobody observes', () => createTask(NEVER).cancel()],
    ['of a coroutine that throws its reason', () => createTask(new Resource().hold(20)).cancel()],
    [
      'of a coroutine that throws an AbortError',
      () => createTask(failingCleanup(new DOMException('aborted', 'AbortError'))).cancel(),
    ],
    [
      'of one within a gather',
      () => {
        gather([failingCleanup(new DOMException('aborted', 'AbortError'))])
          .subscribe()
          .unsubscribe();
      },
    ],
    [
      'that a teardown throws',
      () => {
        const cancelled = () => {
          throw new promises.CancelledError();
        };
        gather([NEVER.pipe(finalize(cancelled))])
          .subscribe()
          .unsubscribe();
      },
    ],
    [
      'of a Task within a group',
      () => {
        taskGroup((group) => (group.createTask(new Resource().hold(5)), NEVER))
          .subscribe()
          .unsubscribe();
      },
    ],
    [
      'that a coroutine throws when nobody has cancelled it',
      () => createTask(() => Promise.reject(new promises.CancelledError())).name,
    ],
    [
      'of a coroutine that heeds no signal but that of its caller',
      () => {
        const controller = new AbortController();
        const { signal } = controller;
        const coroutine = async () => {
          await firstValueFrom(fromEvent(signal, 'abort'));
          signal.throwIfAborted();
        };
        promises.gather([coroutine], { signal }).catch(() => undefined);
        controller.abort(new Error('stop'));
      },
    ],
    [
      'of a loop that is left after its signal aborted',
      async () => {
        const controller = new AbortController();
        for await (const value of promises.asCompleted([of(1), new Resource().hold(5)], controller)) {
          controller.abort(new Error('stop'));
          await jest.advanceTimersByTimeAsync(10);
          if (value === 1) break;
        }
      },
    ],
  ])('%s', async (_, cancel) => {
    expect(await reportedOf(cancel)).toEqual([]);
  });
});
