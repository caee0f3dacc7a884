import * as fc from 'fast-check';
import {
  asCompleted,
  asyncFinalize,
  type Awaitable,
  CancelledError,
  createTask,
  FIRST_COMPLETED,
  gather,
  gatherAll,
  type Task,
  taskGroup,
  wait,
  waitAll,
  waitFor,
} from 'rx-asyncio';
import {
  catchError,
  concat,
  concatMap,
  EMPTY,
  exhaustMap,
  finalize,
  forkJoin,
  from,
  ignoreElements,
  lastValueFrom,
  map,
  merge,
  mergeMap,
  NEVER,
  Observable,
  of,
  race,
  repeat,
  retry,
  share,
  startWith,
  Subject,
  Subscriber,
  switchMap,
  take,
  takeUntil,
  tap,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import { useFakeTimers } from '../support/fake-timers';
import { Resource } from '../support/holding';
import { marbles } from '../support/marbles';
import { unhandledRejections } from '../support/unhandled-rejections';

useFakeTimers();

/** What an Observable notifies of, and when, from now on. */
function record(source: Observable<unknown>): string[] {
  const notifications: string[] = [];
  const started = Date.now();
  const note = (what: string) => notifications.push(`${Date.now() - started}: ${what}`);
  source.subscribe({
    next: (value) => note(`next ${String(value)}`),
    error: (error: unknown) => note(String(error)),
    complete: () => note('complete'),
  });
  return notifications;
}

describe('cancelling a Task waits for the cleanup of a coroutine below', () => {
  type Operators = (source: Observable<unknown>) => Observable<unknown>;
  const ways: [string, Operators][] = [
    ['switchMap', (source) => of(0).pipe(switchMap(() => source))],
    ['mergeMap', (source) => of(0).pipe(mergeMap(() => source))],
    ['concatMap', (source) => of(0).pipe(concatMap(() => source))],
    ['exhaustMap', (source) => of(0).pipe(exhaustMap(() => source))],
    ['concat', (source) => concat(of(0), source)],
    ['merge', (source) => merge(NEVER, source)],
    ['race', (source) => race(NEVER, source)],
    ['forkJoin', (source) => forkJoin([NEVER, source])],
    ['share', share()],
    [
      'share and switchMap',
      (source) =>
        of(0).pipe(
          switchMap(() => source),
          share(),
        ),
    ],
    ['retry', retry(2)],
    ['repeat', repeat(2)],
    ['takeUntil', takeUntil(NEVER)],
    ['take', take(1)],
    ['timeout', timeout(1000)],
    ['catchError', catchError(() => EMPTY)],
    ['what catchError falls back to', (source) => throwError(() => new Error()).pipe(catchError(() => source))],
    ['an Observable made by hand', (source) => new Observable((subscriber) => source.subscribe(subscriber))],
    ['gather', (source) => gather([of(1), source])],
    ['a gather within a gather', (source) => gather({ outer: gather([source]) })],
    ['gather with concurrency', (source) => gather([source], { concurrency: 1 })],
    ['asCompleted', (source) => asCompleted([of(1), source])],
    ['wait', (source) => wait([source])],
    ['waitFor', (source) => waitFor(source, 1000)],
    ['taskGroup, as its body', (source) => taskGroup(() => source)],
    ['taskGroup, as a task of it', (source) => taskGroup((group) => group.createTask(source))],
    ['a coroutine function', (source) => gather([() => source])],
    ['a Task that gather cancels', (source) => gather([createTask(source)])],
    ['a Task that waitFor cancels', (source) => waitFor(createTask(source), 1000)],
  ];

  it.each(ways)('through %s', async (_, operators) => {
    const resource = new Resource();
    const task = createTask(operators(asCompleted([resource.hold(20)])));
    task.cancel();
    await jest.advanceTimersByTimeAsync(19);
    expect([task.status, task.cancelling, resource.taken, resource.released]).toEqual(['pending', true, 1, 0]);
    await jest.advanceTimersByTimeAsync(1);
    expect([task.status, resource.released]).toEqual(['cancelled', 1]);
  });

  it.each(ways)('not at all through %s, when there is nothing to wait for', (_, operators) => {
    const finalized = jest.fn();
    const task = createTask(operators(NEVER.pipe(finalize(finalized))));
    task.cancel();
    expect([task.status, finalized.mock.calls.length]).toEqual(['cancelled', 1]);
  });
});

describe('a cleanup that an operator has set off earlier', () => {
  const replaced = (resource: Resource, then: Observable<unknown>) =>
    timer(0, 10).pipe(
      take(2),
      switchMap((index) => (index === 0 ? asCompleted([resource.hold(20)]) : then)),
    );

  it('is waited for when the Task is cancelled', async () => {
    const resource = new Resource();
    const task = createTask(replaced(resource, NEVER));
    await jest.advanceTimersByTimeAsync(15);
    task.cancel();
    await jest.advanceTimersByTimeAsync(14);
    expect([task.status, resource.held]).toEqual(['pending', 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect([task.status, resource.held]).toEqual(['cancelled', 0]);
  });

  it('is waited for when the Task completes', async () => {
    const resource = new Resource();
    const task = createTask(replaced(resource, of('result')));
    await jest.advanceTimersByTimeAsync(29);
    expect([task.status, resource.held]).toEqual(['pending', 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect([task.status, resource.held]).toEqual(['fulfilled', 0]);
  });

  it('is waited for when the Task fails', async () => {
    const resource = new Resource();
    const task = createTask(
      replaced(
        resource,
        throwError(() => new Error('late')),
      ),
    );
    task.subscribe({ error: () => undefined });
    await jest.advanceTimersByTimeAsync(29);
    expect([task.status, resource.held]).toEqual(['pending', 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect([task.status, resource.held]).toEqual(['rejected', 0]);
  });

  it('is waited for also by a gather above that completes', async () => {
    const resource = new Resource();
    const notifications = record(gather([replaced(resource, of('result'))]));
    await jest.advanceTimersByTimeAsync(100);
    expect(notifications).toEqual(['10: next result', '30: complete']);
  });

  it.each<[string, (source: Observable<unknown>) => Observable<unknown>]>([
    ['gather', (source) => gather([source])],
    ['asCompleted', (source) => asCompleted([source])],
    ['a Task', (source) => createTask(source)],
  ])('is waited for by %s also through share() and takeUntil, which end it', async (_, above) => {
    const resource = new Resource();
    const source = asCompleted([resource.hold(20)]).pipe(share(), startWith('result'), takeUntil(timer(10)));
    const notifications = record(above(source));
    await jest.advanceTimersByTimeAsync(100);
    expect(resource.taken).toBe(1);
    expect(notifications.at(-1)).toBe('30: complete');
  });

  it('is waited for also by waitAll', async () => {
    const resource = new Resource();
    const arriving = replaced(resource, of('result')).pipe(map((result) => of(result)));
    const notifications = record(
      arriving.pipe(
        waitAll(),
        map(({ done }) => done.size),
      ),
    );
    await jest.advanceTimersByTimeAsync(100);
    expect(notifications).toEqual(['10: next 1', '30: complete']);
  });

  it.each<[string, (stopped: Observable<unknown>) => Observable<unknown>]>([
    ['concat after takeUntil', (stopped) => concat(stopped.pipe(takeUntil(timer(10))), of('result'))],
    ['race', (stopped) => race(stopped, timer(10))],
    [
      'timeout with catchError',
      (stopped) =>
        stopped.pipe(
          timeout(10),
          catchError(() => of('result')),
        ),
    ],
    ['merge and take', (stopped) => merge(stopped, timer(10)).pipe(take(1))],
    [
      'concatMap after take',
      (stopped) =>
        of(0, 1).pipe(
          concatMap((index) =>
            index === 0 ?
              stopped.pipe(
                startWith(0),
                mergeMap((value) => timer(10).pipe(map(() => value))),
                take(1),
              )
            : of(2),
          ),
        ),
    ],
  ])('is waited for after %s', async (_, operators) => {
    const resource = new Resource();
    const task = createTask(operators(asCompleted([resource.hold(20)])));
    await jest.advanceTimersByTimeAsync(29);
    expect([task.status, resource.taken, resource.held]).toEqual(['pending', 1, 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect([task.status, resource.held]).toEqual(['fulfilled', 0]);
  });

  it('is waited for each time that retry sets it off', async () => {
    const resource = new Resource();
    const failing = merge(
      asCompleted([resource.hold(50)]),
      timer(10).pipe(
        tap(() => {
          throw new Error('again');
        }),
      ),
    );
    const task = createTask(failing.pipe(retry(2)));
    task.subscribe({ error: () => undefined });
    await jest.advanceTimersByTimeAsync(79);
    expect([task.status, resource.taken, resource.held]).toEqual(['pending', 3, 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect([task.status, resource.held]).toEqual(['rejected', 0]);
  });
});

describe('the last notification comes after the cleanup of what was cancelled', () => {
  const failing = () =>
    timer(10).pipe(
      map(() => {
        throw new Error('failed');
      }),
    );

  it.each<[string, (resource: Resource) => Observable<unknown>, string[]]>([
    ['when gather fails', (resource) => gather([resource.hold(20), failing()]), ['30: Error: failed']],
    ['when asCompleted fails', (resource) => asCompleted([resource.hold(20), failing()]), ['30: Error: failed']],
    [
      'when a taskGroup fails',
      (resource) => taskGroup((group) => merge(group.createTask(resource.hold(20)), failing())),
      ['30: AggregateError: the body failed: failed'],
    ],
    [
      'when asCompleted times out',
      (resource) => asCompleted([resource.hold(20)], { timeout: 10 }),
      ['30: TimeoutError: asCompleted timed out after 10 ms'],
    ],
    [
      'when waitFor times out',
      (resource) => waitFor(resource.hold(20), 10),
      ['30: TimeoutError: waitFor: the awaitable timed out after 10 ms'],
    ],
    [
      'when wait has its first',
      (resource) =>
        wait([resource.hold(20), timer(10)], { returnWhen: FIRST_COMPLETED }).pipe(map(({ pending }) => pending.size)),
      ['10: next 1', '30: complete'],
    ],
    [
      'when wait times out',
      (resource) => wait([resource.hold(20)], { timeout: 10 }).pipe(map(({ pending }) => pending.size)),
      ['10: next 1', '30: complete'],
    ],
  ])('%s', async (_, combinator, expected) => {
    const resource = new Resource();
    const notifications = record(combinator(resource));
    await jest.advanceTimersByTimeAsync(29);
    expect(resource.held).toBe(1);
    await jest.advanceTimersByTimeAsync(71);
    expect(notifications).toEqual(expected);
    expect(resource.held).toBe(0);
  });

  it('when several levels cancel, one after the other', async () => {
    const resource = new Resource();
    const inner = gather([
      asCompleted([resource.hold(20)]).pipe(asyncFinalize(() => new Promise((resolve) => setTimeout(resolve, 5)))),
    ]);
    const notifications = record(gather([waitFor(inner, 10)]));
    await jest.advanceTimersByTimeAsync(100);
    expect(notifications).toEqual(['30: TimeoutError: waitFor: the awaitable timed out after 10 ms']);
    expect(resource.held).toBe(0);
  });
});

describe('without asynchronous cleanup, everything is synchronous', () => {
  it(
    'when a sibling fails',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('  --a---b---|');
      const b = cold('  -----#     ');
      const sub = '     ^----!     ';
      const expected = '-----#     ';
      expectObservable(gather([a, b])).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(sub);
      expectSubscriptions(b.subscriptions).toBe(sub);
    }),
  );

  it(
    'when a Task is cancelled, with everything below it',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const a = cold('    --a---b---|');
      const b = cold('    ----------|');
      const cancel = hot('-----c     ');
      const subs = '      ^----!     ';
      const expected = '  -----#     ';
      const task = createTask(
        gather({
          a: gather([a]),
          b: of(0).pipe(
            switchMap(() => b),
            share(),
          ),
        }),
      );
      expectObservable(cancel.pipe(tap(() => task.cancel()))).toBe('-----c');
      expectObservable(task).toBe(expected, {}, expect.any(CancelledError));
      expectSubscriptions(a.subscriptions).toBe(subs);
      expectSubscriptions(b.subscriptions).toBe(subs);
    }),
  );

  it(
    'when switchMap replaces a gather',
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const outer = hot('---x---y-------|');
      const inner = cold('  -----r|       ');
      const subs = ['    ---^---!       ', '    -------^-----! '];
      const expected = ' -------------r-|';
      expectObservable(outer.pipe(switchMap(() => gather([inner]).pipe(map(([r]) => r))))).toBe(expected);
      expectSubscriptions(inner.subscriptions).toBe(subs);
    }),
  );
});

describe('a source that fails while the combinator is still subscribing', () => {
  const error = new Error('at once');

  it.each<[string, (sources: Awaitable<unknown>[]) => Observable<unknown>]>([
    ['gather', (sources) => gather(sources)],
    ['gather with concurrency', (sources) => gather(sources, { concurrency: 3 })],
    ['asCompleted', (sources) => asCompleted(sources)],
    ['asCompleted with concurrency', (sources) => asCompleted(sources, { concurrency: 3 })],
    [
      'taskGroup',
      (sources) =>
        taskGroup((group) => from(sources).pipe(map((source) => group.createTask(source)))).pipe(
          catchError((failure: unknown) => throwError(() => (failure as AggregateError).errors[0] as Error)),
        ),
    ],
  ])('lets %s wait for what was started before it, and start nothing after it', async (_, combinator) => {
    const resource = new Resource();
    const after = jest.fn(() => NEVER);
    const sources = [resource.hold(20), throwError(() => error), after];
    let failure: unknown;
    combinator(sources).subscribe({ error: (reason: unknown) => (failure = reason) });
    await jest.advanceTimersByTimeAsync(19);
    expect([failure, resource.held]).toEqual([undefined, 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect([failure, resource.held]).toEqual([error, 0]);
    expect(after).not.toHaveBeenCalled();
  });
});

describe('a coroutine that gets its own Task cancelled during its call', () => {
  it('is waited for when it heeds its signal', async () => {
    const resource = new Resource();
    const cancel = new Subject<void>();
    const task: Task<unknown> = createTask(
      gather([
        (context) => {
          cancel.next();
          return resource.hold(20)(context);
        },
      ]).pipe(takeUntil(cancel)),
    );
    task.subscribe({ error: () => undefined });
    await jest.advanceTimersByTimeAsync(19);
    expect([task.status, resource.held]).toEqual(['pending', 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect([task.done, resource.held]).toEqual([true, 0]);
  });

  it('is let go of when it does not', async () => {
    const cancel = new Subject<void>();
    const source = gather([() => (cancel.next(), new Promise<never>(() => undefined))]).pipe(takeUntil(cancel));
    const notifications = record(source);
    await jest.advanceTimersByTimeAsync(0);
    expect(notifications).toEqual(['0: complete']);
  });

  it('does not keep the Task above it when it reads no signal and never settles', async () => {
    const cancel = new Subject<void>();
    const source = gather([() => (cancel.next(), new Promise<never>(() => undefined))]).pipe(takeUntil(cancel));
    const task = createTask(concat(source, of('result')));
    await jest.advanceTimersByTimeAsync(0);
    expect(task.result()).toBe('result');
  });

  it('does not keep its taskGroup when it reads no signal and never settles', async () => {
    const notifications = record(
      taskGroup(async (group) => {
        const own = group.createTask(() => (group.cancel(), new Promise<never>(() => undefined)));
        return Promise.resolve(own.status);
      }),
    );
    await jest.advanceTimersByTimeAsync(0);
    expect(notifications).toEqual(['0: next cancelled', '0: complete']);
  });

  it('has the Observable that it returns not subscribed to, and ends at once', () => {
    const subscribed = jest.fn();
    let status: string | undefined;
    taskGroup((group) => {
      const task: Task<unknown> = group.createTask(of(0).pipe(switchMap(() => NEVER)));
      const own: Task<unknown> = group.createTask(() => {
        group.cancel();
        return NEVER.pipe(tap({ subscribe: subscribed }));
      });
      status = `${task.status} ${own.status}`;
      return of('body');
    }).subscribe();
    expect(status).toBe('cancelled cancelled');
    expect(subscribed).not.toHaveBeenCalled();
  });

  it('ends it with what it throws', () => {
    const error = new Error('instead');
    let own: Task<unknown> | undefined;
    taskGroup((group) => {
      own = group.createTask(() => {
        group.cancel();
        throw error;
      });
      return of('body');
    }).subscribe({ error: () => undefined });
    expect(own?.exception()).toBe(error);
  });
});

describe('a teardown that throws', () => {
  const broken = () =>
    NEVER.pipe(
      finalize(() => {
        throw new Error('broken');
      }),
    );

  it.each<[string, (source: Observable<number>) => Observable<unknown>]>([
    ['gather', (source) => gather([source, of(1)])],
    ['gather, of a coroutine,', (source) => gather([() => source, of(1)])],
    ['gather with concurrency', (source) => gather([source, of(1)], { concurrency: 1 })],
    ['asCompleted', (source) => asCompleted([source])],
    ['gatherAll', (source) => source.pipe(ignoreElements(), gatherAll())],
    ['gatherAll with concurrency', (source) => source.pipe(ignoreElements(), gatherAll({ concurrency: 1 }))],
    ['waitFor', (source) => waitFor(source, 20)],
    ['a Task', (source) => createTask(source)],
  ])('at the end of its source fails %s', async (_, combine) => {
    const source = timer(10).pipe(
      finalize(() => {
        throw new Error('broken');
      }),
    );
    const notifications = record(combine(source));
    await jest.advanceTimersByTimeAsync(10);
    expect(notifications).toEqual(['10: Error: broken']);
  });

  it('does not keep gather from cancelling its Tasks', () => {
    const task = createTask(NEVER);
    const cancelled = createTask(gather([broken(), task]));
    cancelled.cancel();
    expect([task.status, cancelled.exception()]).toEqual(['cancelled', new Error('broken')]);
  });

  it('does not keep the callback of asyncFinalize from being called', () => {
    const callback = jest.fn();
    const cancelled = createTask(broken().pipe(asyncFinalize(callback)));
    cancelled.cancel();
    expect([callback.mock.calls.length, cancelled.exception()]).toEqual([1, new Error('broken')]);
  });

  it('does not keep wait from cancelling what it started', () => {
    const finalized = jest.fn();
    const cancelled = createTask(concat(of(NEVER.pipe(finalize(finalized))), broken()).pipe(waitAll()));
    cancelled.cancel();
    expect([finalized.mock.calls.length, cancelled.exception()]).toEqual([1, new Error('broken')]);
  });
});

it('what a subscriber of a Task throws by itself while the Task is being cancelled is reported', async () => {
  // eslint-disable-next-line rxjs-x/no-subclass -- rxjs catches what an observer throws, but nothing of a Subscriber
  class Throwing extends Subscriber<unknown> {
    override error(): void {
      throw new Error('thrown');
    }
  }
  jest.useRealTimers();
  const thrown = await unhandledRejections(async () => {
    await lastValueFrom(
      wait([of(1), NEVER], { returnWhen: FIRST_COMPLETED }).pipe(
        tap(({ pending: [task] }) => {
          // eslint-disable-next-line rxjs-x/no-subscribe-in-pipe, @typescript-eslint/no-deprecated -- as an operator makes it
          task?.subscribe(new Throwing());
        }),
      ),
    );
  });
  expect(thrown).toEqual([new Error('thrown')]);
});

it('a pipeline cancelled at any instant is done only when all that had started has cleaned up', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 120 }), fc.boolean(), async (instant, failing) => {
      const resource = new Resource();
      const coroutine = resource.hold(20);
      const task = createTask(
        timer(0, 25).pipe(
          take(4),
          switchMap((index) => asCompleted(index % 2 === 0 ? [coroutine] : [coroutine, coroutine])),
          timeout({ each: failing ? 60 : 1000 }),
          retry({ count: 1, delay: 5 }),
          share(),
          takeUntil(timer(110)),
        ),
      );
      const ended = task.then(
        () => resource.held,
        () => resource.held,
      );
      await jest.advanceTimersByTimeAsync(instant);
      task.cancel();
      await jest.advanceTimersByTimeAsync(200);
      expect(resource.taken).toBeGreaterThanOrEqual(instant > 0 ? 1 : 0);
      expect(await ended).toBe(0);
    }),
    { numRuns: 60 },
  );
});
