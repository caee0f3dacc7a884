import { AsyncLocalStorage } from 'node:async_hooks';
import {
  concat,
  EMPTY,
  endWith,
  finalize,
  lastValueFrom,
  map,
  merge,
  mergeMap,
  NEVER,
  Observable,
  of,
  Subject,
  switchMap,
  take,
  takeUntil,
  throwError,
  type Subscription,
} from 'rxjs';
import { asyncFinalize, createTask, gather, Semaphore, taskGroup, withGrace } from 'rx-asyncio';
import { Semaphore as SemaphoreOfPromises } from 'rx-asyncio/promises';
import { arraySteps } from '../support/array-steps';
import { codeSteps } from '../support/code-steps';
import { deferred } from '../support/deferred';
import { expectType } from '../support/expect-type';
import { useFakeTimers } from '../support/fake-timers';
import { Resource } from '../support/holding';
import { listeners } from '../support/listeners';
import { log } from '../support/log';
import { marbles } from '../support/marbles';
import { emptyError } from '../support/rxjs-errors';
import { unhandledRejections } from '../support/unhandled-rejections';

describe('semaphore.use', () => {
  it(
    'runs as many at a time as there are permits, first come first served',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const semaphore = new Semaphore(2);
      const a = cold('  ---a|        ');
      const b = cold('  -----b|      ');
      const c = cold('      ---c|    ');
      const d = cold('        --d|   ');
      const subA = '    ^---!        ';
      const subB = '    ^-----!      ';
      const subC = '    ----^---!    ';
      const subD = '    ------^--!   ';
      const expected = '----a-b-c(d|)';
      expectObservable(merge(...[a, b, c, d].map((each) => semaphore.use(each)))).toBe(expected);
      expectSubscriptions(a.subscriptions).toBe(subA);
      expectSubscriptions(b.subscriptions).toBe(subB);
      expectSubscriptions(c.subscriptions).toBe(subC);
      expectSubscriptions(d.subscriptions).toBe(subD);
    }),
  );

  it(
    'is one limit for whatever uses it',
    marbles(({ cold, hot, expectObservable }) => {
      const semaphore = new Semaphore(1);
      const one = () => semaphore.use(cold('--r|'));
      const gathered = '   ------(r|)   ';
      const late = hot('   -x-----------');
      const replaced = '   ---------r---';
      expectObservable(gather([one(), one()]).pipe(map(() => 'r'))).toBe(gathered);
      expectObservable(late.pipe(switchMap(one))).toBe(replaced);
    }),
  );

  it(
    'does not start what leaves the line',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const semaphore = new Semaphore(1);
      const a = cold('  ----a|        ');
      const b = cold('  --b|          ');
      const c = cold('       --c|     ');
      const unsubB = '  --!           ';
      const subA = '    ^----!        ';
      const subC = '    -----^--!     ';
      const expectedA = '-----(a|)     ';
      const expectedC = '--------(c|)  ';
      expectObservable(semaphore.use(a)).toBe(expectedA);
      expectObservable(semaphore.use(b), unsubB).toBe('');
      expectObservable(semaphore.use(c)).toBe(expectedC);
      expectSubscriptions(a.subscriptions).toBe(subA);
      expectSubscriptions(b.subscriptions).toBe([]);
      expectSubscriptions(c.subscriptions).toBe(subC);
    }),
  );

  it.each<[string, (sources: readonly Observable<string>[], semaphore: Semaphore) => Observable<unknown>]>([
    ['gather', (sources, semaphore) => gather(sources.map((source) => semaphore.use(source)))],
    ['merge of rxjs', (sources, semaphore) => merge(...sources.map((source) => semaphore.use(source)))],
    [
      'merge of rxjs in a gather',
      (sources, semaphore) => gather([merge(...sources.map((source) => semaphore.use(source)))]),
    ],
    [
      'a taskGroup',
      (sources, semaphore) =>
        taskGroup((group) => gather(sources.map((source) => group.createTask(semaphore.use(source))))),
    ],
  ])('starts none of those that are cancelled together, in %s', (_, run) => {
    const [running, waiting] = [jest.fn(), jest.fn()];
    const noted = (start: () => void) =>
      new Observable<string>(() => {
        start();
      });
    const semaphore = new Semaphore(1);
    const subscription = run([noted(running), noted(waiting), noted(waiting)], semaphore).subscribe();
    expect([semaphore.available, semaphore.waiting]).toEqual([0, 2]);
    subscription.unsubscribe();
    expect(running).toHaveBeenCalledTimes(1);
    expect(waiting).not.toHaveBeenCalled();
    expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
  });

  it(
    'starts none of those that are cancelled because of the failure that would have made room',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const semaphore = new Semaphore(1);
      const a = cold('  --#');
      const b = cold('  --b|');
      const expected = '--#';
      expectObservable(gather([semaphore.use(a), semaphore.use(b)])).toBe(expected);
      expectSubscriptions(b.subscriptions).toBe([]);
    }),
  );

  it('has given the permit back when its end is told', () => {
    const semaphore = new Semaphore(1);
    const seen: number[] = [];
    const look = () => seen.push(semaphore.available);
    semaphore.use(of(1)).subscribe({ next: look, error: look, complete: look });
    semaphore.use(throwError(() => new Error('no'))).subscribe({ error: look });
    expect(seen).toEqual([1, 1, 1]);
  });

  it('runs thousands that end at once, one after the other', () => {
    const semaphore = new Semaphore(0);
    const results = log(merge(...Array.from({ length: 5000 }, (_, index) => semaphore.use(of(index)))));
    semaphore.permits = 1;
    expect(results).toHaveLength(5001);
    expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
  });

  it('lets one that ends at once go on to the next', () => {
    const semaphore = new Semaphore(1);
    const nested = semaphore.use(of(1)).pipe(switchMap(() => semaphore.use(of(2))));
    expect(log(concat(nested, semaphore.use(of(3))))).toEqual([2, 3, 'complete']);
  });

  it('gives the result, starts anew for each subscription, and passes on what it fails with', () => {
    const failure = new Error('failed');
    const semaphore = new Semaphore(1);
    expect(log(semaphore.use(of(1, 2)))).toEqual([2, 'complete']);
    expect(log(semaphore.use(throwError(() => failure)))).toEqual([failure]);
    expect(log(semaphore.use(EMPTY))).toEqual([emptyError('semaphore.use: the awaitable completed without a value')]);
    const started = jest.fn(() => of('x'));
    const used = semaphore.use(started);
    expect(started).not.toHaveBeenCalled();
    expect([...log(used), ...log(used)]).toEqual(['x', 'complete', 'x', 'complete']);
    expect(semaphore.available).toBe(1);
  });

  it('starts nothing for who has gone before it was subscribed to', () => {
    const started = jest.fn(() => NEVER);
    const semaphore = new Semaphore(1);
    merge(
      throwError(() => new Error('first')),
      semaphore.use(started),
    ).subscribe({ error: () => {} });
    new Observable((subscriber) => {
      subscriber.complete();
      semaphore.use(started).subscribe(subscriber);
    }).subscribe();
    expect(started).not.toHaveBeenCalled();
    expect(semaphore.available).toBe(1);
  });

  it('listens to a Task, and lets it run on', () => {
    const task = createTask(NEVER);
    const semaphore = new Semaphore(1);
    const subscription = semaphore.use(task).subscribe();
    expect(semaphore.available).toBe(0);
    subscription.unsubscribe();
    expect([semaphore.available, task.status]).toEqual([1, 'pending']);
  });

  it.each([
    ['at once', 1],
    ['after it has waited', 0],
  ])('is cancelled while it is being started, %s', (_, permits) => {
    const semaphore = new Semaphore(permits);
    const stop = new Subject<void>();
    const used = semaphore.use(
      new Observable(() => {
        stop.next();
      }),
    );
    const seen = log(used.pipe(takeUntil(stop)));
    semaphore.permits = 1;
    expect([...seen, semaphore.available]).toEqual(['complete', 1]);
  });

  it('begins in the order in which they came, also who comes while another begins', () => {
    const semaphore = new Semaphore(0);
    const begun: string[] = [];
    const use = (name: string, begins = () => {}) =>
      semaphore
        .use(() => {
          begun.push(name);
          begins();
          return NEVER;
        })
        .subscribe();
    use('first', () => use('third'));
    use('second');
    semaphore.permits = 3;
    expect(begun).toEqual(['first', 'second', 'third']);
  });

  it('does not lose a failure in whose teardown it is cancelled, and gives back one permit', async () => {
    const failure = new Error('failed');
    const semaphore = new Semaphore(1);
    const failing = new Subject<never>();
    const reported = await unhandledRejections(() => {
      const subscription = semaphore
        .use(
          failing.pipe(
            finalize(() => {
              subscription.unsubscribe();
            }),
          ),
        )
        .subscribe();
      failing.error(failure);
    });
    expect([reported, semaphore.available]).toEqual([[failure], 1]);
  });
});

it('waits with a permit for the cleanup below a Proxy of a subscriber that binds its methods', async () => {
  const watched = <T>(source: Observable<T>) =>
    new Observable<T>((subscriber) =>
      source.subscribe(
        new Proxy(subscriber, {
          get: (of, key) => {
            const value: unknown = Reflect.get(of, key);
            return typeof value === 'function' ? (value.bind(of) as unknown) : value;
          },
        }),
      ),
    );
  const closing = deferred();
  const stop = new Subject<void>();
  const semaphore = new Semaphore(1);
  const used = concat(of('first'), NEVER).pipe(
    asyncFinalize(() => closing.promise),
    takeUntil(stop),
  );
  const first = lastValueFrom(semaphore.use(watched(used)));
  stop.next();
  expect(semaphore.available).toBe(0);
  closing.resolve();
  expect(await first).toBe('first');
  expect(semaphore.available).toBe(1);
});

describe('what a finalizer of somebody throws who has used a semaphore', () => {
  const thrown = new Error('metrics are down');
  const failing = <T>(source: Observable<T>) =>
    source.pipe(
      finalize(() => {
        throw thrown;
      }),
    );

  /** In whatever rxjs has packed it. */
  const unpacked = (reported: unknown[]) =>
    reported.flatMap((error) => (error as { errors?: unknown[] }).errors ?? error);

  it.each<[string, number, (semaphore: Semaphore) => void]>([
    ['as there are more permits', 0, (semaphore) => (semaphore.permits = 1)],
    ['as one comes back', 1, () => undefined],
  ])('keeps nobody else from having a permit, %s, and is reported', async (_, permits, go) => {
    const semaphore = new Semaphore(permits);
    const source = new Subject<string>();
    const results: string[] = [];
    const note = (each: Observable<string>) => lastValueFrom(each).then((result) => results.push(result));
    const reported = await unhandledRejections(() => {
      void note(semaphore.use(source.pipe(endWith('first'))));
      void note(failing(semaphore.use(of('second'))));
      void note(semaphore.use(of('third')));
      go(semaphore);
      source.complete();
    });
    expect([semaphore.available, semaphore.waiting, results]).toEqual([1, 0, ['first', 'second', 'third']]);
    expect(unpacked(reported)).toEqual([thrown]);
  });

  it('does not reach whoever gives back a permit', async () => {
    const semaphore = new Semaphore(1);
    const permit = await semaphore.acquire();
    const used = [failing(semaphore.use(of(1))), semaphore.use(of(2))].map((each) => lastValueFrom(each));
    const reported = await unhandledRejections(() => {
      permit.release();
    });
    expect([await Promise.all(used), unpacked(reported)]).toEqual([[1, 2], [thrown]]);
  });
});

describe('the permit of what is cancelled', () => {
  useFakeTimers();

  it('is free only when that has cleaned up', async () => {
    const resource = new Resource();
    const semaphore = new Semaphore(1);
    const task = createTask(semaphore.use(resource.hold(20)));
    const next = createTask(semaphore.use(() => of(resource.held)));
    task.cancel();
    await jest.advanceTimersByTimeAsync(19);
    expect([semaphore.available, semaphore.waiting, task.status]).toEqual([0, 1, 'pending']);
    await jest.advanceTimersByTimeAsync(1);
    expect(await next).toBe(0);
    expect([semaphore.available, task.status]).toEqual([1, 'cancelled']);
  });

  it('is so, too, after a plain unsubscribe, which waits for nothing', async () => {
    const resource = new Resource();
    const semaphore = new Semaphore(1);
    semaphore.use(resource.hold(20)).subscribe().unsubscribe();
    const next = jest.fn();
    semaphore.use(of('next')).subscribe({ next, error: next });
    await jest.advanceTimersByTimeAsync(19);
    expect(next).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect([next.mock.calls, semaphore.available]).toEqual([[['next']], 1]);
  });

  it('is kept while something that was replaced below cleans up after the end', async () => {
    const cleanup = deferred();
    const semaphore = new Semaphore(1);
    const replaced = of(1, 2).pipe(
      switchMap((n) => (n === 1 ? NEVER.pipe(asyncFinalize(() => cleanup.promise)) : of('result'))),
    );
    const used = log(semaphore.use(replaced));
    const gathered = log(gather([replaced]));
    expect([used, gathered, semaphore.available]).toEqual([['result'], [['result']], 0]);
    cleanup.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect([used, gathered, semaphore.available]).toEqual([['result', 'complete'], [['result'], 'complete'], 1]);
  });

  it.each<[name: string, relay: (awaitable: Observable<unknown>) => Observable<unknown>]>([
    ['use', (awaitable) => new Semaphore(1).use(awaitable)],
    ['withGrace', (awaitable) => withGrace(awaitable, 50)],
  ])('%s: that is waited for where the value ends all that is above', async (_, relay) => {
    const cleanup = deferred();
    const replaced = of(1, 2).pipe(
      switchMap((n) => (n === 1 ? NEVER.pipe(asyncFinalize(() => cleanup.promise)) : of('result'))),
    );
    const gathered = log(gather([relay(replaced).pipe(take(1))]));
    const mapped = log(gather([of(1).pipe(mergeMap(() => relay(replaced).pipe(take(1))))]));
    await jest.advanceTimersByTimeAsync(0);
    expect([gathered, mapped]).toEqual([[['result']], [['result']]]);
    cleanup.resolve();
    await jest.advanceTimersByTimeAsync(0);
    expect([gathered, mapped]).toEqual([
      [['result'], 'complete'],
      [['result'], 'complete'],
    ]);
  });

  it('does not come back twice where that is cancelled meanwhile', async () => {
    const cleanup = deferred();
    const semaphore = new Semaphore(1);
    const replaced = of(1, 2).pipe(
      switchMap((n) => (n === 1 ? NEVER.pipe(asyncFinalize(() => cleanup.promise)) : throwError(() => 'failed'))),
    );
    const task = createTask(semaphore.use(replaced));
    const caught = task.catch((error: unknown) => error);
    task.cancel();
    expect([task.status, semaphore.available]).toEqual(['pending', 0]);
    cleanup.resolve();
    expect(await caught).toBe('failed');
    await jest.advanceTimersByTimeAsync(0);
    expect(semaphore.available).toBe(1);
  });
});

describe('permits', () => {
  it(
    'may be raised and lowered at any time, and 0 pauses',
    marbles(({ cold, hot, expectObservable }) => {
      const semaphore = new Semaphore(1);
      const set = hot('     ----3-0--------1-');
      const jobs = Array.from({ length: 5 }, () => semaphore.use(cold('------x|')));
      // One starts at 0, two more at 4, none at 7 and 11, the others at 15 and 22.
      const expected = '    -------x---(xx)-------x------(x|)';
      const apply = (permits: unknown) => (semaphore.permits = Number(permits));
      set.subscribe({ next: apply, error: apply });
      expectObservable(merge(...jobs)).toBe(expected);
    }),
  );

  it('that are fewer than run leave none available, and no fewer than that', () => {
    const semaphore = new Semaphore(2);
    const subscriptions = [1, 2].map(() => semaphore.use(NEVER).subscribe());
    semaphore.permits = 1;
    expect(semaphore.available).toBe(0);
    subscriptions[0]?.unsubscribe();
    expect(semaphore.available).toBe(0);
    subscriptions[1]?.unsubscribe();
    expect(semaphore.available).toBe(1);
  });

  it('may be without end', () => {
    const semaphore = new Semaphore(Infinity);
    semaphore.use(NEVER).subscribe();
    expect([semaphore.permits, semaphore.available]).toEqual([Infinity, Infinity]);
  });
});

describe('with per, a semaphore', () => {
  it(
    'lets so many start in that time, exactly, however short they run',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const semaphore = new Semaphore(2, { per: 5 });
      const source = cold('-x|              ');
      const subs = [
        '                  ^-!              ',
        '                  ^-!              ',
        '                  -----^-!         ',
        '                  -----^-!         ',
        '                  ----------^-!    ',
      ];
      const expected = '   --(xx)-(xx)-(x|) ';
      expectObservable(merge(...subs.map(() => semaphore.use(source)))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'does so however long they run, and whatever else becomes of them',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const semaphore = new Semaphore(1, { per: 3 });
      const long = cold('  --------x|   ');
      const failing = cold('-#           ');
      const last = cold('  x|           ');
      const subLong = '    ^--------!   ';
      const subFailing = ' ---^!        ';
      const subLast = '    ---------^!  ';
      expectObservable(semaphore.use(long)).toBe('  ---------(x|)');
      expectObservable(semaphore.use(failing)).toBe('----#');
      expectObservable(semaphore.use(NEVER)).toBe(' ');
      expectObservable(semaphore.use(last)).toBe('  ----------(x|)');
      expectSubscriptions(long.subscriptions).toBe(subLong);
      expectSubscriptions(failing.subscriptions).toBe(subFailing);
      expectSubscriptions(last.subscriptions).toBe(subLast);
    }),
  );

  it(
    'goes with a limit of how many run, one in the other',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const [rate, limit] = [new Semaphore(1, { per: 2 }), new Semaphore(2)];
      const source = cold('----x|         ');
      const subs = [
        '                  ^----!         ',
        '                  --^----!       ',
        '                  -----^----!    ',
        '                  -------^----!  ',
      ];
      const expected = '   -----x-x--x-(x|)';
      expectObservable(merge(...subs.map(() => rate.use(limit.use(source))))).toBe(expected);
      expectSubscriptions(source.subscriptions).toBe(subs);
    }),
  );

  it(
    'begins more at once when it is given more permits, and the more in each time from then on',
    marbles(({ cold, hot, expectObservable }) => {
      const semaphore = new Semaphore(1, { per: 10 });
      const raise = () => (semaphore.permits = 3);
      hot('             ----3-').subscribe({ next: raise, error: raise });
      const expected = '  x---(xx)--x---(x|)';
      expectObservable(merge(...Array.from({ length: 5 }, () => semaphore.use(cold('(x|)'))))).toBe(expected);
    }),
  );
});

describe('the timer of a semaphore', () => {
  useFakeTimers();

  it('is there only while somebody waits', () => {
    const semaphore = new Semaphore(1, { per: 1000 });
    semaphore.use(of(1)).subscribe();
    expect(jest.getTimerCount()).toBe(0);
    const waiting = [1, 2].map(() => semaphore.use(of(1)).subscribe());
    expect([jest.getTimerCount(), semaphore.waiting]).toEqual([1, 2]);
    waiting[0]?.unsubscribe();
    expect(jest.getTimerCount()).toBe(1);
    waiting[1]?.unsubscribe();
    expect([jest.getTimerCount(), semaphore.available]).toEqual([0, 0]);
    jest.advanceTimersByTime(1000);
    expect(semaphore.available).toBe(1);
  });

  it('is there although the clock is set back meanwhile', async () => {
    const semaphore = new Semaphore(1, { per: 100 });
    const begun: number[] = [];
    for (const each of [0, 1, 2]) void lastValueFrom(semaphore.use(of(each))).then((value) => begun.push(value));
    await jest.advanceTimersByTimeAsync(50);
    jest.setSystemTime(Date.now() - 3_600_000);
    await jest.advanceTimersByTimeAsync(200);
    expect(begun).toEqual([0, 1]);
    await jest.advanceTimersByTimeAsync(100);
    expect(begun).toEqual([0, 1, 2]);
  });

  it('is none without per', () => {
    const semaphore = new Semaphore(1);
    semaphore.use(NEVER).subscribe();
    semaphore.use(NEVER).subscribe();
    expect([jest.getTimerCount(), semaphore.waiting]).toEqual([0, 1]);
  });

  it('is none while there are no permits to wait for', () => {
    const semaphore = new Semaphore(1, { per: 1000 });
    semaphore.use(of(1)).subscribe();
    const next = log(semaphore.use(of('next')));
    semaphore.permits = 0;
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(5000);
    semaphore.permits = 1;
    expect(next).toEqual(['next', 'complete']);
    const forever = new Semaphore(1, { per: Infinity });
    forever.use(of(1)).subscribe();
    forever.use(of(1)).subscribe();
    expect([jest.getTimerCount(), forever.waiting]).toEqual([0, 1]);
  });

  it('may come early, as those of the platform do, and lets nobody begin before the time', () => {
    const semaphore = new Semaphore(1, { per: 10 });
    semaphore.use(of(1)).subscribe();
    const next = log(semaphore.use(of('next')));
    jest.setSystemTime(Date.now() - 1);
    jest.advanceTimersByTime(10);
    expect(next).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(next).toEqual(['next', 'complete']);
  });
});

describe('semaphore.acquire', () => {
  it('gives a permit when there is one, which comes back once', async () => {
    const semaphore = new Semaphore(1);
    const permit = await semaphore.acquire();
    const second = semaphore.acquire();
    const third = semaphore.acquire();
    expect([semaphore.available, semaphore.waiting]).toEqual([0, 2]);
    permit.release();
    permit[Symbol.dispose]();
    permit.release();
    (await second)[Symbol.dispose]();
    (await third).release();
    expect([semaphore.available, semaphore.waiting]).toEqual([1, 0]);
  });

  it('gives it back at the end of a using block, an error or not', async () => {
    const semaphore = new Semaphore(1);
    const failing = async () => {
      using permit = await semaphore.acquire();
      expect([typeof permit.release, semaphore.available]).toEqual(['function', 0]);
      throw new Error('in the block');
    };
    await expect(failing()).rejects.toThrow('in the block');
    expect(semaphore.available).toBe(1);
  });

  it('leaves the line when its signal aborts, and rejects with the reason', async () => {
    const semaphore = new Semaphore(1);
    const controller = new AbortController();
    const permit = await semaphore.acquire({ signal: controller.signal });
    const second = semaphore.acquire({ signal: controller.signal });
    const third = semaphore.acquire();
    controller.abort('enough');
    await expect(second).rejects.toBe('enough');
    await expect(semaphore.acquire({ signal: controller.signal })).rejects.toBe('enough');
    expect(semaphore.waiting).toBe(1);
    permit.release();
    (await third).release();
    expect(semaphore.available).toBe(1);
    expect(listeners(controller.signal)).toBe(0);
  });

  it('takes the context of a coroutine function as its options', async () => {
    const semaphore = new Semaphore(0);
    const task = createTask(async (context) => {
      using permit = await semaphore.acquire(context);
      return permit;
    });
    expect(semaphore.waiting).toBe(1);
    task.cancel();
    await expect(task).rejects.toThrow('cancelled');
    expect(semaphore.waiting).toBe(0);
  });

  it('with per gives what comes back by itself, and only then', async () => {
    const semaphore = new Semaphore(1, { per: 60_000 });
    (await semaphore.acquire()).release();
    expect(semaphore.available).toBe(0);
  });
});

describe('a coroutine that has waited for its permit', () => {
  const request = new AsyncLocalStorage<string>();

  it('runs in the context of its subscriber, though another one has made room', async () => {
    const semaphore = new Semaphore(1);
    const seen: unknown[] = [];
    const look = async () => {
      seen.push(request.getStore());
      await Promise.resolve();
      seen.push(request.getStore());
    };
    const busy = new Subject<number>();
    semaphore.use(busy).subscribe();
    const a = request.run('a', () => createTask(semaphore.use(look)));
    const b = request.run('b', () => createTask(semaphore.use(look)));
    request.run('freeing', () => {
      busy.next(1);
      busy.complete();
    });
    await Promise.all([a, b]);
    expect(seen).toEqual(['a', 'a', 'b', 'b']);
  });

  it('does so when it was a timer, and when the number of permits was raised', async () => {
    const semaphore = new Semaphore(1, { per: 1 });
    const seen: unknown[] = [];
    const look = () => of(seen.push(request.getStore()));
    const tasks = ['a', 'b', 'c'].map((name) => request.run(name, () => createTask(semaphore.use(look))));
    await tasks[1];
    request.run('raising', () => {
      semaphore.permits = 5;
    });
    await Promise.all(tasks);
    expect(seen).toEqual(['a', 'b', 'c']);
  });
});

describe('a semaphore refuses', () => {
  it.each<[string, () => unknown, ErrorConstructor, string]>([
    [
      'permits below 0',
      () => new Semaphore(-1),
      RangeError,
      'permits must be an integer of at least 0 or Infinity, got -1',
    ],
    [
      'half a permit',
      () => new Semaphore(0.5),
      RangeError,
      'permits must be an integer of at least 0 or Infinity, got 0.5',
    ],
    [
      'permits that are NaN',
      () => new Semaphore(NaN),
      RangeError,
      'permits must be an integer of at least 0 or Infinity, got NaN',
    ],
    [
      'no permits',
      () => new Semaphore(undefined as never),
      TypeError,
      'permits must be an integer of at least 0 or Infinity, got undefined',
    ],
    ['a per below 0', () => new Semaphore(1, { per: -1 }), RangeError, 'per must be milliseconds, 0 or more, got -1'],
    [
      'a per that is NaN',
      () => new Semaphore(1, { per: NaN }),
      RangeError,
      'per must be milliseconds, 0 or more, got NaN',
    ],
    [
      'a per that is no number',
      () => new Semaphore(1, { per: '1' as never }),
      TypeError,
      "per must be milliseconds, 0 or more, got the string '1'",
    ],
    ['other options', () => new Semaphore(1, { every: 1 } as never), TypeError, 'there is no option every, only per'],
  ])('%s, at once, and says what it was given', (_, call, Kind, message) => {
    expect(call).toThrow(new Kind(`Semaphore: ${message}`));
    expect(call).toThrow(Kind);
  });

  it('what is none later on as well, and keeps the permits it has', () => {
    const semaphore = new Semaphore(2);
    expect(() => {
      semaphore.permits = -1;
    }).toThrow(RangeError);
    expect(semaphore.permits).toBe(2);
  });

  it('what is no awaitable, and no signal', () => {
    const semaphore = new Semaphore(1);
    expect(() => semaphore.use(1 as never)).toThrow(
      new TypeError('semaphore.use: awaitable must be an ObservableInput or a coroutine function, got 1'),
    );
    expect(() => semaphore.acquire({ signal: 1 as never })).toThrow(
      new TypeError('semaphore.acquire: signal must be an AbortSignal, got 1'),
    );
    expect(semaphore.available).toBe(1);
  });
});

it('both entries have the same Semaphore', () => {
  expect(SemaphoreOfPromises).toBe(Semaphore);
});

it('a semaphore tells the type of the result, and of inline functions', () => {
  const semaphore = new Semaphore(1);
  expectType<Observable<number>>()(semaphore.use(of(1)));
  expectType<Observable<string>>()(semaphore.use((context) => Promise.resolve(String(context.signal.aborted))));
  expect(semaphore.waiting).toBe(0);
});

describe('the line of a semaphore', () => {
  /** For each: joining, and leaving from the middle or being let in. */
  const stepsEach = (count: number, act: (semaphore: Semaphore, subscriptions: Subscription[]) => void) => {
    const semaphore = new Semaphore(0);
    let steps = 0;
    const { steps: ofArrays } = arraySteps(() => {
      steps = codeSteps(() => {
        const subscriptions = Array.from({ length: count }, () => semaphore.use(of(1)).subscribe());
        act(semaphore, subscriptions);
      });
    });
    expect([semaphore.waiting, steps > count]).toEqual([0, true]);
    return { code: steps / count, arrays: ofArrays / count };
  };

  it.each<[string, (semaphore: Semaphore, subscriptions: Subscription[]) => void]>([
    [
      'leaving from the middle outwards',
      (_, subscriptions) => {
        const middle = subscriptions.length / 2;
        subscriptions.forEach((_, index) => {
          subscriptions[middle + (index % 2 === 0 ? index / 2 : -(index + 1) / 2)]?.unsubscribe();
        });
      },
    ],
    [
      'leaving from its end',
      (_, subscriptions) => {
        for (const subscription of subscriptions.reverse()) subscription.unsubscribe();
      },
    ],
    [
      'being let in one by one',
      (semaphore) => {
        semaphore.permits = 1;
      },
    ],
  ])('takes as many steps for each, however long it is: %s', (_, act) => {
    stepsEach(10, act);
    const [short, long] = [stepsEach(100, act), stepsEach(2000, act)];
    expect(long.code).toBeLessThan(short.code * 1.1);
    expect(long.arrays).toBeLessThan(short.arrays + 1);
  });
});
