import {
  CancelledError,
  createTask,
  gather,
  InvalidStateError,
  type Task,
  type TaskGroup,
  taskGroup,
} from 'rx-asyncio';
import { taskGroup as taskGroupPromise } from 'rx-asyncio/promises';
import { EMPTY, finalize, forkJoin, map, mergeMap, NEVER, type Observable, of, throwError, timer } from 'rxjs';
import { aborted } from '../support/aborted';
import { useFakeTimers } from '../support/fake-timers';
import { Resource } from '../support/holding';
import { listeners } from '../support/listeners';
import { marbles } from '../support/marbles';

useFakeTimers();

const errorsOf = (error: unknown): unknown[] => (error as AggregateError).errors;

/** What a group fails with. */
const failureOf = (group: Promise<unknown>) => group.then(() => 'no failure', errorsOf);

describe('taskGroup', () => {
  it(
    'gives the result of its body once all its tasks have ended',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const task = cold('--a-----|   ');
      const body = cold('---b|       ');
      const taskSub = '  ^-------!   ';
      const bodySub = '  ^---!       ';
      const expected = ' --------(b|)';
      const group = taskGroup((group) => (group.createTask(task), body));
      expectObservable(group).toBe(expected);
      expectSubscriptions(task.subscriptions).toBe(taskSub);
      expectSubscriptions(body.subscriptions).toBe(bodySub);
    }),
  );

  it('may be destructured', async () => {
    const group = taskGroupPromise(async ({ createTask, signal, cancel }) => {
      const value = await createTask(of('value'));
      const endless = createTask(NEVER);
      cancel();
      return [value, endless.status, signal.aborted];
    });
    await expect(group).resolves.toEqual(['value', 'cancelled', true]);
  });

  it(
    'cancels the others when a task fails',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const failing = cold('---#   ');
      const other = cold('  ----a--|');
      const body = cold('   ----b--|');
      const sub = '         ^--!   ';
      const expected = '    ---#   ';
      const group = taskGroup((group) => {
        group.createTask(failing, { name: 'failing' });
        group.createTask(other);
        return body;
      });
      expectObservable(group).toBe(expected, {}, new AggregateError(['error'], '1 of 2 tasks failed: failing: error'));
      expectSubscriptions(other.subscriptions).toBe(sub);
      expectSubscriptions(body.subscriptions).toBe(sub);
    }),
  );

  it(
    'cancels its tasks when its body fails',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const task = cold('----a--|');
      const body = cold('---#    ');
      const sub = '      ^--!    ';
      const expected = ' ---#    ';
      const group = taskGroup((group) => {
        group.createTask(task);
        return body;
      });
      expectObservable(group).toBe(expected, {}, new AggregateError(['error'], 'the body failed: error'));
      expectSubscriptions(task.subscriptions).toBe(sub);
    }),
  );

  it(
    'cancels all when it is unsubscribed from',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const task = cold('----a--|');
      const body = cold('----b--|');
      const unsub = '    ---!    ';
      const sub = '      ^--!    ';
      const expected = ' ----    ';
      const group = taskGroup((group) => {
        group.createTask(task);
        return body;
      });
      expectObservable(group, unsub).toBe(expected);
      expectSubscriptions(task.subscriptions).toBe(sub);
      expectSubscriptions(body.subscriptions).toBe(sub);
    }),
  );

  it.each<[string, (group: TaskGroup) => PromiseLike<number>]>([
    ['a Promise', async (group) => (await group.createTask(of(20))) + (await group.createTask(() => of(22)))],
    ['a thenable', (group) => group.createTask(of(42))],
  ])('waits for a body that returns %s', async (_, body) => {
    await expect(taskGroupPromise(body)).resolves.toBe(42);
  });

  it('gives its tasks their names', () => {
    const names: string[] = [];
    taskGroup((group) => of(names.push(group.createTask(of(1), { name: 'first' }).name))).subscribe();
    expect(names).toEqual(['first']);
  });

  it('waits for what the tasks of its tasks start', async () => {
    const log: string[] = [];
    const group = taskGroupPromise((group) => {
      const nest = (depth: number): Promise<unknown> =>
        new Promise((resolve) => {
          setTimeout(() => {
            log.push(`depth ${depth}`);
            if (depth < 3) group.createTask(() => nest(depth + 1));
            resolve(depth);
          }, 10);
        });
      group.createTask(() => nest(1));
      return of('body');
    });
    await jest.advanceTimersByTimeAsync(30);
    await expect(group).resolves.toBe('body');
    expect(log).toEqual(['depth 1', 'depth 2', 'depth 3']);
  });

  it('is not disturbed by a task that is cancelled', async () => {
    const group = taskGroupPromise(async (group) => {
      const cancelled = group.createTask(NEVER);
      const other = group.createTask(timer(10).pipe(map(() => 'other')));
      cancelled.cancel();
      return [cancelled.status, await other];
    });
    await jest.advanceTimersByTimeAsync(10);
    await expect(group).resolves.toEqual(['cancelled', 'other']);
  });

  it('does not run its body for a subscriber that is closed already', () => {
    const body = jest.fn(() => NEVER);
    forkJoin([throwError(() => new Error()), taskGroup(body)]).subscribe({ error: () => undefined });
    expect(body).not.toHaveBeenCalled();
  });

  it('runs 100,000 synchronous tasks one after the other without overflowing the stack', () => {
    let running = 0;
    let most = 0;
    let ended = 0;
    const task = () => {
      most = Math.max(most, ++running);
      return of(1).pipe(
        finalize(() => {
          running--;
          ended++;
        }),
      );
    };
    const next = jest.fn();
    taskGroup(
      (group) => {
        // One that waits, so that all the others queue up behind it, and one that ends them all in one go.
        const first = group.createTask(timer(10));
        for (let i = 0; i < 100_000; i++) group.createTask(task);
        return first;
      },
      { concurrency: 1 },
    ).subscribe({ next, error: next });
    jest.advanceTimersByTime(10);
    expect([ended, most, next.mock.calls]).toEqual([100_000, 1, [[0]]]);
  });
});

describe('the AggregateError of a taskGroup', () => {
  it('has the failures of the body and of all tasks, those in their cleanup too', async () => {
    const [first, second, third] = ['first', 'second', 'third'].map((name) => new Error(name));
    const last = new Error('last');
    const resource = new Resource();
    const group = failureOf(
      taskGroupPromise(async (group) => {
        group.createTask(resource.hold(20, second));
        group.createTask(resource.hold(10, third));
        group.createTask(timer(10).pipe(mergeMap(() => throwError(() => first))));
        await aborted(group);
        await new Promise((resolve) => setTimeout(resolve, 30));
        throw last;
      }),
    );
    await jest.advanceTimersByTimeAsync(40);
    await expect(group).resolves.toEqual([first, third, second, last]);
  });

  it('has a failure once that the body passes on from a task', async () => {
    const error = new Error('once');
    const group = taskGroupPromise(async (group) => {
      await group.createTask(() => Promise.reject(error));
    });
    await expect(failureOf(group)).resolves.toEqual([error]);
  });

  it('has one within another for a group within a group', async () => {
    const error = new Error('inner');
    const outer = await failureOf(
      taskGroupPromise((group) => group.createTask(taskGroup(() => throwError(() => error)))),
    );
    expect(outer).toHaveLength(1);
    expect(errorsOf((outer as unknown[])[0])).toEqual([error]);
  });

  it('has every failure of many at once, whose cleanup is synchronous', () => {
    // Nobody reads them, and mapping thousands of them to the sources takes seconds.
    Error.stackTraceLimit = 0;
    let failure: unknown;
    taskGroup((group) => {
      for (let i = 0; i < 5000; i++) {
        const fail = () => {
          throw new Error(`${i}`);
        };
        group.createTask(NEVER.pipe(finalize(fail)));
      }
      return throwError(() => new Error('body'));
    }).subscribe({
      error: (error: unknown) => {
        failure = error;
      },
    });
    Error.stackTraceLimit = 10;
    expect(new Set(errorsOf(failure)).size).toBe(5001);
  });

  it('has the EmptyError of a body that has no result', async () => {
    await expect(failureOf(taskGroupPromise(() => EMPTY))).resolves.toEqual([
      expect.objectContaining({ name: 'EmptyError' }),
    ]);
  });
});

describe('group.createTask', () => {
  const refusal = (state: string) =>
    new InvalidStateError(`group.createTask: the group ${state} and takes no more tasks`);

  it.each<[string, (group: TaskGroup) => void]>([
    ['a task has failed', (group) => group.createTask(throwError(() => new Error()))],
    [
      'the group was cancelled',
      (group) => {
        group.cancel();
      },
    ],
  ])('throws once %s', async (_, close) => {
    let thrown: unknown;
    const start = jest.fn(() => NEVER);
    const group = taskGroupPromise((group) => {
      close(group);
      try {
        group.createTask(start);
      } catch (error) {
        thrown = error;
      }
      return of(1);
    });
    await group.catch(() => undefined);
    expect(thrown).toEqual(refusal('is closing'));
    expect(start).not.toHaveBeenCalled();
  });

  it('throws once the group has ended, or was unsubscribed from', () => {
    const groups: TaskGroup[] = [];
    taskGroup((group) => of(groups.push(group))).subscribe();
    taskGroup((group) => (groups.push(group), NEVER))
      .subscribe()
      .unsubscribe();
    expect(groups).toHaveLength(2);
    for (const group of groups) expect(() => group.createTask(of(1))).toThrow(refusal('has ended'));
  });

  it('still takes a task when the body has ended but another task has not', async () => {
    let kept: TaskGroup | undefined;
    const group = taskGroupPromise((group) => ((kept = group), group.createTask(timer(10)), of('body')));
    const late = kept?.createTask(timer(20).pipe(map(() => 'late')));
    await jest.advanceTimersByTimeAsync(19);
    expect(late?.status).toBe('pending');
    await jest.advanceTimersByTimeAsync(1);
    await expect(group).resolves.toBe('body');
    expect(late?.result()).toBe('late');
  });

  it('throws for options that are no object', () => {
    let kept: TaskGroup | undefined;
    taskGroup((group) => ((kept = group), NEVER)).subscribe();
    expect(() => kept?.createTask(of(1), '5' as never)).toThrow(
      new TypeError("group.createTask: options must be an object, got the string '5'"),
    );
  });

  it('throws for what is no awaitable, without disturbing the group', async () => {
    const group = taskGroupPromise((group) => {
      expect(() => group.createTask(7 as never)).toThrow(
        new TypeError('group.createTask: awaitable must be an ObservableInput or a coroutine function, got 7'),
      );
      return of('undisturbed');
    });
    await expect(group).resolves.toBe('undisturbed');
  });
});

describe('group.cancel', () => {
  it('ends the group early with the result of its body, after the cleanup of its tasks', async () => {
    const resource = new Resource();
    const settled = jest.fn();
    void taskGroupPromise(async (group) => {
      group.createTask(resource.hold(20));
      await new Promise((resolve) => setTimeout(resolve, 10));
      group.cancel();
      group.cancel();
      return 'body';
    }).then(settled);
    await jest.advanceTimersByTimeAsync(29);
    expect(settled).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect([settled.mock.calls, resource.held]).toEqual([[['body']], 0]);
  });

  it('gives undefined where the body itself ended in the cancellation', async () => {
    let kept: TaskGroup | undefined;
    const body = jest.fn();
    const group = taskGroupPromise(async (group) => {
      kept = group;
      await group.createTask(NEVER);
      body();
    });
    kept?.cancel();
    await expect(group).resolves.toBeUndefined();
    expect(body).not.toHaveBeenCalled();
  });

  it('gives undefined at once where the body is an Observable', () => {
    const next = jest.fn();
    const complete = jest.fn();
    let kept: TaskGroup | undefined;
    taskGroup((group) => ((kept = group), NEVER)).subscribe({ next, error: next, complete });
    kept?.cancel();
    expect([next.mock.calls, complete.mock.calls]).toEqual([[[undefined]], [[]]]);
  });

  it('does not start a task that still waits for room', () => {
    const started: string[] = [];
    const tasks: Task<unknown>[] = [];
    taskGroup(
      (group) => {
        for (const name of ['a', 'b', 'c']) tasks.push(group.createTask(() => (started.push(name), NEVER)));
        group.cancel();
        return NEVER;
      },
      { concurrency: 1 },
    ).subscribe();
    expect([started, tasks.map(({ status }) => status)]).toEqual([['a'], ['cancelled', 'cancelled', 'cancelled']]);
  });

  it('fails all the same with what fails in the cleanup', async () => {
    const error = new Error('not closed');
    const group = taskGroupPromise((group) => {
      group.createTask(new Resource().hold(20, error));
      group.cancel();
      return of('body');
    });
    const failure = failureOf(group);
    await jest.advanceTimersByTimeAsync(20);
    await expect(failure).resolves.toEqual([error]);
  });

  it('changes nothing in a group that is closing, because its body has cancelled itself', async () => {
    const group = taskGroupPromise((group): Observable<unknown> => {
      const cleanUp = () => {
        group.cancel();
      };
      group.createTask(NEVER.pipe(finalize(cleanUp)));
      return throwError(() => new CancelledError('by itself'));
    });
    await expect(group).rejects.toEqual(new CancelledError('by itself'));
  });

  it('is called by a task as well as by the body', async () => {
    const group = taskGroupPromise((group) => {
      group.createTask(NEVER);
      group.createTask(
        timer(10).pipe(
          map(() => {
            group.cancel();
          }),
        ),
      );
      return of('body');
    });
    await jest.advanceTimersByTimeAsync(10);
    await expect(group).resolves.toBe('body');
  });
});

describe('group.signal', () => {
  it.each<[string, (group: TaskGroup) => unknown]>([
    ['a task fails', (group) => group.createTask(throwError(() => new Error()))],
    [
      'the group is cancelled',
      (group) => {
        group.cancel();
      },
    ],
  ])('aborts when %s', (_, end) => {
    let kept: TaskGroup | undefined;
    taskGroup((group) => ((kept = group), NEVER)).subscribe({ error: () => undefined });
    expect(kept?.signal.aborted).toBe(false);
    if (kept !== undefined) end(kept);
    expect(kept?.signal.reason).toEqual(new CancelledError());
  });

  it('aborts when the group is unsubscribed from, also when the body has ended before', () => {
    const signals: AbortSignal[] = [];
    for (const body of [NEVER, of('body')]) {
      taskGroup((group) => (signals.push(group.signal), group.createTask(NEVER), body))
        .subscribe()
        .unsubscribe();
    }
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it('has the same reason as the signals of its tasks', async () => {
    const reason = new Error('no longer needed');
    const controller = new AbortController();
    const signals: AbortSignal[] = [];
    const group = taskGroupPromise((group) => {
      signals.push(group.signal);
      return group.createTask(({ signal }) => (signals.push(signal), NEVER));
    }, controller);
    controller.abort(reason);
    await expect(group).rejects.toBe(reason);
    expect(signals.map((signal): unknown => signal.reason)).toStrictEqual([reason, reason]);
  });

  it('does not abort when the group ends by itself', () => {
    let signal: AbortSignal | undefined;
    taskGroup((group) => ((signal = group.signal), group.createTask(of(1)))).subscribe();
    expect(signal?.aborted).toBe(false);
  });
});

describe('the body of a taskGroup', () => {
  it('is waited for when a task fails, though it does not heed the signal', async () => {
    const settled = jest.fn();
    void failureOf(
      taskGroupPromise(async (group) => {
        group.createTask(throwError(() => new Error('task')));
        await new Promise((resolve) => setTimeout(resolve, 30));
      }),
    ).then(settled);
    await jest.advanceTimersByTimeAsync(29);
    expect(settled).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(settled.mock.calls).toEqual([[[new Error('task')]]]);
  });

  it('takes the tasks with it when it ends in a CancelledError of its own, which the group ends in, too', async () => {
    const resource = new Resource();
    const error = jest.fn();
    taskGroup((group) => {
      group.createTask(resource.hold(20));
      return throwError(() => new CancelledError('by the body'));
    }).subscribe({ error });
    await jest.advanceTimersByTimeAsync(19);
    expect(error).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(error.mock.calls).toEqual([[expect.objectContaining({ name: 'CancelledError', message: 'by the body' })]]);
    expect(resource.held).toBe(0);
  });

  it('fails the group with what it throws synchronously', async () => {
    const group = taskGroupPromise(() => {
      throw new Error('at once');
    });
    await expect(failureOf(group)).resolves.toEqual([new Error('at once')]);
  });

  it('fails the group when it returns what is no ObservableInput', async () => {
    const group = taskGroupPromise((() => 5) as never);
    await expect(failureOf(group)).resolves.toEqual([
      new TypeError('the body: the coroutine function must return an ObservableInput, got 5'),
    ]);
  });
});

describe('a taskGroup that is cancelled from above', () => {
  it('is waited for, and rejects the Task with an AggregateError of what fails in its cleanup', async () => {
    const [a, b] = [new Error('a'), new Error('b')];
    const resource = new Resource();
    const task = createTask(
      taskGroup((group) => {
        group.createTask(resource.hold(10, a));
        group.createTask(resource.hold(20, b));
        return NEVER;
      }),
    );
    task.subscribe({ error: () => undefined });
    task.cancel();
    await jest.advanceTimersByTimeAsync(19);
    expect(task.status).toBe('pending');
    await jest.advanceTimersByTimeAsync(1);
    expect(errorsOf(task.exception())).toEqual([a, b]);
  });

  it('is waited for when it is ending by itself already, and rejects the Task with all its failures', async () => {
    const [first, second] = [new Error('first'), new Error('second')];
    const task = createTask(
      taskGroup((group) => {
        group.createTask(new Resource().hold(20, second));
        return timer(10).pipe(mergeMap(() => throwError(() => first)));
      }),
    );
    task.subscribe({ error: () => undefined });
    await jest.advanceTimersByTimeAsync(15);
    task.cancel();
    await jest.advanceTimersByTimeAsync(14);
    expect(task.status).toBe('pending');
    await jest.advanceTimersByTimeAsync(1);
    expect(errorsOf(task.exception())).toEqual([first, second]);
  });

  it('rejects the Task with what the teardown of its body throws', async () => {
    const failure = new Error('not closed');
    const body = NEVER.pipe(
      finalize(() => {
        throw failure;
      }),
    );
    const task = createTask(taskGroup(() => body));
    task.cancel();
    await expect(task).rejects.toMatchObject({ errors: [failure] });
  });

  it('reaches through groups within groups', async () => {
    const resource = new Resource();
    const nested = (depth: number) =>
      taskGroup((group): Task<unknown> => group.createTask(depth === 0 ? resource.hold(20) : nested(depth - 1)));
    const task = createTask(nested(5));
    task.cancel();
    await jest.advanceTimersByTimeAsync(19);
    expect([task.status, resource.held]).toEqual(['pending', 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect([task.status, resource.held]).toEqual(['cancelled', 0]);
  });

  it('hands over what its tasks fail with at once', () => {
    const failure = new Error('torn down');
    const broken = NEVER.pipe(
      finalize(() => {
        throw failure;
      }),
    );
    const task = createTask(taskGroup((group) => group.createTask(broken)));
    task.cancel();
    expect(task.exception()).toMatchObject({ errors: [failure] });
  });

  it('hands over its last failure when a listener to its signal is who cancels it', async () => {
    const failure = new Error('last');
    const controller = new AbortController();
    const group = taskGroupPromise((group) => {
      group.signal.addEventListener('abort', () => {
        controller.abort();
      });
      return throwError(() => failure);
    }, controller);
    await expect(failureOf(group)).resolves.toEqual([failure]);
  });

  it('does not wait for what a listener to its signal tears down, which may be anything', async () => {
    const resource = new Resource();
    const task = createTask(
      taskGroup((group) => {
        const loose = gather([resource.hold(20)]).subscribe();
        group.signal.addEventListener('abort', () => {
          loose.unsubscribe();
        });
        return NEVER;
      }),
    );
    task.cancel();
    expect([task.status, resource.held]).toEqual(['cancelled', 1]);
    await jest.advanceTimersByTimeAsync(20);
    expect(resource.held).toBe(0);
  });
});

describe('taskGroup as a Promise, with a signal,', () => {
  it('rejects with what fails in that cleanup in place of the reason', async () => {
    const controller = new AbortController();
    const notClosed = new Error('not closed');
    const group = taskGroupPromise((group) => group.createTask(new Resource().hold(20, notClosed)), controller);
    controller.abort('stop');
    const failure = failureOf(group);
    await jest.advanceTimersByTimeAsync(20);
    await expect(failure).resolves.toEqual([notClosed]);
  });

  it('leaves no listener on it, however it ends', async () => {
    const { signal } = new AbortController();
    await taskGroupPromise(() => of(1), { signal });
    await taskGroupPromise(() => throwError(() => new Error()), { signal }).catch(() => undefined);
    await taskGroupPromise((group) => (group.cancel(), NEVER), { signal });
    expect(listeners(signal)).toBe(0);
  });
});
