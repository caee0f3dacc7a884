import {
  asCompleted,
  asyncFinalize,
  CancelledError,
  type CoroutineContext,
  createTask,
  FIRST_COMPLETED,
  gather,
  shield,
  type Task,
  type TaskStatus,
  taskGroup,
  wait,
  waitFor,
} from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import {
  defer,
  finalize,
  fromEvent,
  lastValueFrom,
  map,
  mergeMap,
  NEVER,
  Observable,
  of,
  Subject,
  switchMap,
  take,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { useFakeTimers } from '../support/fake-timers';
import { Resource } from '../support/holding';
import { marbles } from '../support/marbles';

useFakeTimers();

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('cancelling a Task', () => {
  it('while it settles changes nothing, and says so', () => {
    const source = new Subject<string>();
    const task = createTask(source);
    const cancelled: boolean[] = [];
    task.subscribe({ next: () => cancelled.push(task.cancel()), error: () => cancelled.push(true) });
    source.next('result');
    source.complete();
    expect([cancelled, task.cancelling, task.status]).toEqual([[false], false, 'fulfilled']);
  });

  it('while its cleanup is awaited leaves it the result it has', async () => {
    const resource = new Resource();
    const source = timer(0, 10).pipe(
      take(2),
      switchMap((index) => (index === 0 ? asCompleted([resource.hold(20)]) : of('result'))),
    );
    const task = createTask(source);
    await jest.advanceTimersByTimeAsync(15);
    expect([task.status, task.cancel(), task.cancelling]).toEqual(['pending', true, true]);
    await jest.advanceTimersByTimeAsync(15);
    expect([task.result(), resource.held]).toEqual(['result', 0]);
  });

  it('whose source has yet to complete, though only its own cleanup holds that back, cancels it', async () => {
    const task = createTask(of('result').pipe(asyncFinalize(() => sleep(20).then(() => undefined))));
    task.cancel();
    await jest.advanceTimersByTimeAsync(19);
    expect(task.status).toBe('pending');
    await jest.advanceTimersByTimeAsync(1);
    expect(task.status).toBe('cancelled');
  });

  it('while its cleanup is awaited leaves it the error it has', async () => {
    const task = createTask(
      throwError(() => new Error('failed')).pipe(
        asyncFinalize(async () => {
          await sleep(20);
        }),
      ),
    );
    task.subscribe({ error: () => undefined });
    task.cancel();
    await jest.advanceTimersByTimeAsync(20);
    expect(task.exception()).toEqual(new Error('failed'));
  });

  it('lets it be fulfilled when it settles meanwhile', async () => {
    const task = createTask(async ({ signal }) => {
      await sleep(10);
      return signal.aborted;
    });
    await jest.advanceTimersByTimeAsync(9);
    task.cancel();
    expect(task.status).toBe('pending');
    await jest.advanceTimersByTimeAsync(1);
    expect(task.result()).toBe(true);
  });

  it('twice cleans up once, and keeps the first message', async () => {
    const resource = new Resource();
    const task = createTask(resource.hold(20));
    expect([task.cancel('first'), task.cancel('second')]).toEqual([true, true]);
    await jest.advanceTimersByTimeAsync(20);
    expect([task.cancel('third'), resource.released]).toEqual([false, 1]);
    expect(() => task.result()).toThrow('first');
  });

  it('from inside its own coroutine makes it see the signal at once', async () => {
    const seen: boolean[] = [];
    const coroutine = async ({ signal }: { signal: AbortSignal }) => {
      await sleep(10);
      seen.push(signal.aborted);
      task.cancel();
      seen.push(signal.aborted);
      signal.throwIfAborted();
    };
    const task = createTask(coroutine);
    await jest.advanceTimersByTimeAsync(10);
    expect([seen, task.status]).toEqual([[false, true], 'cancelled']);
  });

  it('from inside its own cleanup does not make it wait for itself', async () => {
    const task: Task<unknown> = createTask(
      NEVER.pipe(
        asyncFinalize(async () => {
          task.cancel();
          await sleep(20);
          task.cancel();
        }),
        finalize(() => task.cancel()),
      ),
    );
    task.cancel();
    await jest.advanceTimersByTimeAsync(20);
    expect(task.status).toBe('cancelled');
  });

  it('from inside the cleanup of what its coroutine awaits does not make it wait for itself', async () => {
    const task: Task<unknown> = createTask((context) =>
      promises.gather([NEVER.pipe(finalize(() => task.cancel()))], context),
    );
    task.cancel();
    await jest.advanceTimersByTimeAsync(0);
    expect(task.status).toBe('cancelled');
  });

  it.each<[string, (part: Observable<unknown>) => Observable<unknown>]>([
    ['a group', (part) => taskGroup((group) => group.createTask(part))],
    ['a gather that its coroutine awaits', (part) => defer(() => promises.gather([part]))],
  ])('from inside the cleanup of a part of it, in %s, does not make that wait for it', async (_, contain) => {
    const part = timer(10).pipe(
      mergeMap(() => throwError(() => new Error('failed'))),
      finalize(() => task.cancel()),
    );
    const task: Task<unknown> = createTask(({ signal }) => (signal.throwIfAborted(), lastValueFrom(contain(part))));
    const heard = jest.fn();
    task.subscribe({ error: heard });
    await jest.advanceTimersByTimeAsync(10);
    expect([task.status, heard.mock.calls.length]).toEqual(['rejected', 1]);
  });

  it('by a gather of it that its own teardown unsubscribes from does not make it wait for itself', () => {
    const task = createTask(
      NEVER.pipe(
        finalize(() => {
          gathering.unsubscribe();
        }),
      ),
    );
    const gathering = gather([task]).subscribe({ error: () => undefined });
    task.cancel();
    expect(task.status).toBe('cancelled');
  });

  it('from inside the teardown of its source changes nothing when that has failed', async () => {
    const failure = new Error('failed');
    const failing = timer(10).pipe(mergeMap(() => throwError(() => failure)));
    const task: Task<unknown> = createTask(failing.pipe(finalize(() => task.cancel())));
    const heard: unknown[] = [];
    task.subscribe({ error: (error: unknown) => heard.push(error) });
    await jest.advanceTimersByTimeAsync(10);
    expect([task.status, heard]).toEqual(['rejected', [failure]]);
  });

  it('from inside the teardown of its source cancels it when that has ended, as it is not done yet', async () => {
    const task: Task<unknown> = createTask(timer(10).pipe(finalize(() => task.cancel())));
    await jest.advanceTimersByTimeAsync(10);
    expect(task.status).toBe('cancelled');
  });

  it.each<[TaskStatus, Observable<number>]>([
    ['fulfilled', of(1)],
    ['rejected', throwError(() => new Error('failed'))],
  ])('leaves it %s by an Observable that ends at once when the signal aborts', (status, end) => {
    const coroutine = ({ signal }: CoroutineContext) =>
      fromEvent(signal, 'abort').pipe(
        take(1),
        switchMap(() => end),
      );
    const task = createTask(coroutine);
    const heard: TaskStatus[] = [];
    const hear = () => heard.push(task.status);
    task.subscribe({ error: hear, complete: hear });
    expect([task.cancel(), task.status, heard]).toEqual([true, status, [status]]);
  });

  it('that cancels another which cancels the first ends both', async () => {
    const tasks: Task<unknown>[] = [];
    for (const other of [1, 0]) {
      const cancelOther = async () => {
        tasks[other]?.cancel();
        await sleep(20);
      };
      tasks.push(createTask(NEVER.pipe(asyncFinalize(cancelOther))));
    }
    tasks[0]?.cancel();
    await jest.advanceTimersByTimeAsync(20);
    expect(tasks.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });

  it('from a subscriber while its source emits ends it with that very value unseen', () => {
    const source = new Subject<number>();
    const task: Task<unknown> = createTask(source.pipe(tap(() => task.cancel())));
    source.next(1);
    source.complete();
    expect([task.status, source.observed]).toEqual(['cancelled', false]);
  });

  it('before it had room to run starts nothing', () => {
    const start = jest.fn(() => of(1));
    const next = jest.fn();
    taskGroup(
      (group) => {
        const first = group.createTask(timer(10));
        group.createTask(start).cancel();
        return first;
      },
      { concurrency: 1 },
    ).subscribe({ next, error: next });
    jest.advanceTimersByTime(10);
    expect([start.mock.calls, next.mock.calls]).toEqual([[], [[0]]]);
  });

  it('while it is still being started stops it as soon as it can be', () => {
    const emitted: number[] = [];
    const cancel = new Subject<Task<unknown>>();
    taskGroup((group) => {
      const source = new Observable<number>((subscriber) => {
        for (let i = 0; i < 5 && !subscriber.closed; i++) {
          emitted.push(i);
          subscriber.next(i);
          if (i === 2) group.cancel();
        }
      });
      cancel.next(group.createTask(source));
      return of('body');
    }).subscribe();
    expect(emitted).toEqual([0, 1, 2]);
  });
});

describe('in one and the same frame', () => {
  it(
    'a result that was there before the timeout wins, and one after it does not',
    marbles(({ hot, expectObservable }) => {
      const result = hot('----(a|)');
      const timeout = hot('---t    ');
      expectObservable(waitFor(result, hot('----t'))).toBe('----(a|)');
      expectObservable(waitFor(result, timeout.pipe(map((t) => t)))).toBe(
        '---#',
        {},
        expect.objectContaining({ name: 'TimeoutError' }),
      );
    }),
  );

  it(
    'a result and a failure: the first one notified decides',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const result = hot(' ---(a|)');
      const failure = hot('---#   ');
      const other = hot('  -------');
      const sub = '        ^--!   ';
      const expected = '   ---#   ';
      expectObservable(gather([result, failure, other])).toBe(expected);
      expectSubscriptions(other.subscriptions).toBe(sub);
    }),
  );

  it(
    'unsubscribing and a result: nothing comes after unsubscribing',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('---(a|)');
      const unsub = '      ---!   ';
      const sub = '        ^--!   ';
      expectObservable(gather([source]), unsub).toBe('---(a|)'.replace('(a|)', '-'));
      expectSubscriptions(source.subscriptions).toBe(sub);
    }),
  );
});

describe('a Task that finishes while a combinator is still subscribing to others', () => {
  it('ends a wait for the first, and the rest is never started', () => {
    const start = jest.fn(() => NEVER);
    const next = jest.fn();
    const deferred = new Subject<number>();
    const task = createTask(deferred);
    const finishing = () => {
      deferred.next(1);
      deferred.complete();
      return NEVER;
    };
    const waiting = wait([task, finishing, start], { returnWhen: FIRST_COMPLETED });
    waiting.pipe(map(({ done, pending }) => [...done, pending.size])).subscribe({ next, error: next });
    expect(next.mock.calls).toEqual([[[task, 2]]]);
    expect(start).not.toHaveBeenCalled();
  });

  it('fails a gather, which starts no more and cancels what it has started', async () => {
    const start = jest.fn(() => NEVER);
    const finalized = jest.fn();
    const failing = new Subject();
    const error = jest.fn();
    const fail = () => {
      failing.error('failed');
      return NEVER;
    };
    gather([NEVER.pipe(finalize(finalized)), createTask(failing), fail, start]).subscribe({ error });
    // The coroutine on the stack was cancelled by its own call, so whether to wait for it is known only after that.
    await jest.advanceTimersByTimeAsync(0);
    expect([error.mock.calls, finalized.mock.calls.length]).toEqual([[['failed']], 1]);
    expect(start).not.toHaveBeenCalled();
  });
});

describe('unsubscribing inside next', () => {
  it('of asCompleted cancels the rest, in the same frame too', async () => {
    const resource = new Resource();
    const notifications: unknown[] = [];
    const note = (notification: unknown) => {
      notifications.push(notification);
      subscription.unsubscribe();
    };
    const subscription = asCompleted([timer(10), timer(10), resource.hold(20)]).subscribe({ next: note, error: note });
    await jest.advanceTimersByTimeAsync(30);
    expect([notifications, resource.taken, resource.held]).toEqual([[0], 1, 0]);
  });

  it.each<[string, (source: Observable<unknown>) => Observable<unknown>]>([
    ['gather', (source) => gather([source])],
    ['wait', (source) => wait([source])],
    ['waitFor', (source) => waitFor(source, 1000)],
    ['shield', (source) => shield(source)],
    ['taskGroup', (source) => taskGroup(() => source)],
    ['a Task', (source) => createTask(source)],
  ])('of %s is the end of it', (_, combinator) => {
    const notifications: unknown[] = [];
    const subscription = combinator(timer(10)).subscribe({
      next: () => {
        notifications.push('next');
        subscription.unsubscribe();
      },
      error: (error: unknown) => notifications.push(error),
      complete: () => notifications.push('complete'),
    });
    jest.advanceTimersByTime(10);
    expect([notifications, jest.getTimerCount()]).toEqual([['next'], 0]);
  });
});

describe('a coroutine that ignores its signal', () => {
  it('is waited for when it has read it, and its result dropped below a combinator', async () => {
    const task = createTask(
      gather([
        async ({ signal }) => {
          await sleep(30);
          return signal.aborted;
        },
        async ({ signal }) => {
          signal.throwIfAborted();
          await sleep(30);
          return 'dropped';
        },
      ]),
    );
    task.cancel();
    await jest.advanceTimersByTimeAsync(29);
    expect(task.status).toBe('pending');
    await jest.advanceTimersByTimeAsync(1);
    expect(task.status).toBe('cancelled');
  });

  it('sees why it was cancelled when it reads it only after having been let go of', async () => {
    let reason: unknown;
    const task = createTask(async (context) => {
      await sleep(10);
      reason = context.signal.reason;
    });
    task.cancel('no longer needed');
    expect(task.status).toBe('cancelled');
    await jest.advanceTimersByTimeAsync(10);
    expect(reason).toEqual(new CancelledError('no longer needed'));
  });
});
