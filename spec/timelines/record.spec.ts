import {
  concatMap,
  defer,
  EMPTY,
  interval,
  lastValueFrom,
  map,
  NEVER,
  Observable,
  of,
  repeat,
  Subject,
  take,
  takeUntil,
  throwError,
  timer,
} from 'rxjs';
import {
  asCompleted,
  asyncFinalize,
  type Awaitable,
  CancelledError,
  type Coroutine,
  type CoroutineContext,
  createTask,
  gather,
  Semaphore,
  wait,
  waitFor,
} from 'rx-asyncio';
import { gather as gatherPromise } from 'rx-asyncio/promises';
import { recordTimeline, type Timeline, type Track } from 'rx-asyncio/timeline';
import { marbles } from '../support/marbles';
import { unhandledRejections } from '../support/unhandled-rejections';

/** What there is without a timeline. */
const untracked = ((_name: string, awaitable: Awaitable<unknown>) => awaitable) as Track;
const withAndWithout: [string, () => Track][] = [
  ['tracked', () => recordTimeline().track],
  ['untracked', () => untracked],
];

const failure = new Error('failed');
const timedOut: unknown = expect.objectContaining({ name: 'TimeoutError' });

/** One line for each event: when, what of, what, and with which value. */
function recorded({ events }: Timeline): string[] {
  return events.map(({ time, name, type, ...event }) =>
    [time, name, type, ...('value' in event ? [String(event.value)] : [])].join(' '),
  );
}

describe('what is tracked', () => {
  describe.each(withAndWithout)('behaves the same: %s', (_, start) => {
    let track: Track;
    beforeEach(() => {
      track = start();
    });

    it(
      'gather gives the results together',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  --a--b|        ');
        const b = cold('  ---------c|    ');
        const a_sub = '   ^-----!        ';
        const b_sub = '   ^---------!    ';
        const expected = '----------(r|) ';

        const result = gather([track('a', a), track('b', b)]).pipe(map((values) => values.join('')));
        expectObservable(result).toBe(expected, { r: 'bc' });
        expectSubscriptions(a.subscriptions).toBe(a_sub);
        expectSubscriptions(b.subscriptions).toBe(b_sub);
      }),
    );

    it(
      'gather cancels the rest after a failure, and starts none after one that failed at once',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  ------a| ');
        const b = cold('  ---#     ', {}, failure);
        const a_sub = '   ^--!     ';
        const expected = '---#     ';

        const failedAtOnce = gather([
          track(
            'c',
            throwError(() => failure),
          ),
          track('a', a),
        ]);
        expectObservable(gather([track('a', a), track('b', b)])).toBe(expected, {}, failure);
        expectObservable(failedAtOnce).toBe('#', {}, failure);
        expectSubscriptions(a.subscriptions).toBe([a_sub]);
      }),
    );

    it(
      'asCompleted gives the results as they come, and unsubscribing cancels',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  ------a|   ');
        const b = cold('  --b|       ');
        const c = cold('  ---------c|');
        const c_sub = '   ^-------!  ';
        const unsub = '   --------!  ';
        const expected = '---b---a-  ';

        expectObservable(asCompleted([track('a', a), track('b', b), track('c', c)]), unsub).toBe(expected);
        expectSubscriptions(c.subscriptions).toBe(c_sub);
      }),
    );

    it(
      'wait and waitFor cancel at their timeouts',
      marbles(({ cold, expectObservable, expectSubscriptions }) => {
        const a = cold('  --a|      ');
        const b = cold('  ---------b');
        const b_subs = ['^----!    ', '^----!    '];
        const done = wait([track('a', a), track('b', b)], { timeout: 5 }).pipe(map((result) => result.done.size));

        expectObservable(done).toBe('                  -----(d|)', { d: 1 });
        expectObservable(waitFor(track('b', b), 5)).toBe('-----#   ', {}, timedOut); // prettier-ignore
        expectSubscriptions(b.subscriptions).toBe(b_subs);
      }),
    );

    it(
      'takes its first value from a source that emits at once, and stops it',
      marbles(({ expectObservable }) => {
        let emitted = 0;
        const source = defer(() => of(1, 2, 3)).pipe(map(() => ++emitted));
        expectObservable(track('a', source).pipe(take(1), map(() => emitted))).toBe('(a|)', { a: 1 }); // prettier-ignore
      }),
    );

    it('a coroutine function that returns nothing to wait for is named in the error', async () => {
      const named = (() => 1) as unknown as () => Promise<number>;
      await expect(lastValueFrom(gather([track('a', named)]))).rejects.toThrow(
        'the coroutine function named must return an ObservableInput, got 1',
      );
    });

    it('a Task that fails with nobody listening is an unhandled rejection', async () => {
      const reasons = await unhandledRejections(() => {
        void track(
          'a',
          createTask(() => Promise.reject(failure)),
        );
      });
      expect(reasons).toEqual([failure]);
    });

    it('a Task that fails is none once somebody listens, even in the same turn', async () => {
      const reasons = await unhandledRejections(async () => {
        const early = track('a', createTask(() => Promise.reject(failure))); // prettier-ignore
        const late = track('b', createTask(throwError(() => failure))); // prettier-ignore
        await expect(early).rejects.toBe(failure);
        expect(late.exception()).toBe(failure);
      });
      expect(reasons).toEqual([]);
    });

    it('the failing cleanup of a Task is told to whoever cancels it, and to nobody else', async () => {
      const reasons = await unhandledRejections(async () => {
        const task = track('a', createTask(NEVER.pipe(asyncFinalize(() => Promise.reject(failure)))));
        await expect(lastValueFrom(waitFor(task, 1))).rejects.toBe(failure);
      });
      expect(reasons).toEqual([]);
    });

    it('an error in a teardown is thrown by unsubscribe', () => {
      const source = new Observable(() => () => {
        throw failure;
      });
      const subscription = track('a', source).subscribe();
      expect(() => {
        subscription.unsubscribe();
      }).toThrow('failed');
    });
  });

  it.each<[string, () => Awaitable<unknown>]>([
    ['a Promise', () => async () => Promise.resolve(1)],
    ['a failed Promise', () => async () => Promise.reject(failure)],
    ['an AsyncIterable', () => () => counting(3)],
    ['an Observable', () => () => of(1)],
    ['a PromiseLike', () => () => thenable(ignore)],
  ])('a coroutine function that gives %s takes no turn longer', async (_, make) => {
    const untrackedTurns = await turnsOf(gather([make()]));
    expect(await turnsOf(gather([recordTimeline().track('a', make())]))).toBe(untrackedTurns);
  });

  it('a PromiseLike is asked once, for it may start something each time', async () => {
    const started = jest.fn();
    await lastValueFrom(gather([recordTimeline().track('a', () => thenable(started))]));
    expect(started).toHaveBeenCalledTimes(1);
  });

  it('a coroutine function has its signal made when it reads it, and not before', async () => {
    let made = 0;
    class CountedController extends AbortController {
      constructor() {
        super();
        made++;
      }
    }
    const { AbortController: original } = globalThis;
    globalThis.AbortController = CountedController;
    const { track } = recordTimeline();
    await lastValueFrom(gather([track('a', async (context) => Promise.resolve(typeof context))]));
    expect(made).toBe(0);
    await lastValueFrom(gather([track('a', async ({ signal }) => Promise.resolve(signal.aborted))]));
    expect(made).toBe(1);
    globalThis.AbortController = original;
  });

  it.each<[string, Coroutine<boolean>]>([
    ['spreads its context', (context) => aborted({ ...context }.signal)],
    [
      'declares no parameter, and reads its signal later',
      (...contexts: CoroutineContext[]) => Promise.resolve().then(() => aborted(contexts[0]?.signal)),
    ],
  ])('a coroutine function that %s is told through its signal, and recorded', async (_, coroutine) => {
    const timeline = recordTimeline();
    const task = createTask(timeline.track('a', coroutine));
    await Promise.resolve();
    task.cancel();
    expect(await task).toBe(true);
    expect(timeline.events.map(({ type }) => type)).toEqual(['tracked', 'started', 'cancelled', 'done']);
  });

  it('a coroutine function that never reads its signal is let go of at once', () => {
    const { track } = recordTimeline();
    const task = createTask(track('a', (context) => new Promise(() => context)));
    task.cancel();
    expect(task.status).toBe('cancelled');
  });

  it('a coroutine function that gives a Task is done at once when it is cancelled', () => {
    const given = createTask(NEVER);
    const { track } = recordTimeline();
    const task = createTask(
      track('a', ({ signal }) => {
        expect(signal.aborted).toBe(false);
        return given;
      }),
    );
    task.cancel();
    expect([task.status, given.status]).toEqual(['cancelled', 'pending']);
    given.cancel();
  });

  it('a coroutine function that reads its signal often has it listened to once', () => {
    const { track } = recordTimeline();
    const signals = new Set<AbortSignal>();
    const listen = jest.spyOn(AbortSignal.prototype, 'addEventListener');
    const task = createTask(
      track('a', (context) => {
        for (let n = 0; n < 3; n++) signals.add(context.signal);
        return NEVER;
      }),
    );
    expect([signals.size, listen.mock.calls.length]).toEqual([1, 1]);
    listen.mockRestore();
    task.cancel();
  });

  it('is the very same Task', () => {
    const task = createTask(NEVER);
    expect(recordTimeline().track('a', task)).toBe(task);
    expect([task.cancel(), task.cancel()]).toEqual([true, false]);
  });

  it('stays cold', () => {
    const subscribed = jest.fn(() => EMPTY);
    const { track } = recordTimeline();
    void track('a', defer(subscribed));
    void track('b', subscribed);
    expect(subscribed).not.toHaveBeenCalled();
  });
});

describe('what is recorded', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('starts, emissions and results', async () => {
    const timeline = recordTimeline();
    const { track, output } = timeline;
    gather([track('a', interval(10).pipe(take(2))), track('b', () => sleep(15)), track('c', Promise.resolve('p'))])
      .pipe(output('gather'))
      .subscribe();
    await jest.runAllTimersAsync();
    expect(recorded(timeline)).toEqual([
      ...['0 a tracked', '0 b tracked', '0 c tracked', '0 gather started', '0 a started', '0 b started', '0 c started'],
      ...['0 c emitted p', '0 c done p', '10 a emitted 0', '15 b done undefined', '20 a emitted 1', '20 a done 1'],
      ...['20 gather emitted 1,,p', '20 gather done 1,,p'],
    ]);
  });

  it('a failure, the cancellation of the others, and the end of their cleanup', async () => {
    const timeline = recordTimeline();
    const { track, output } = timeline;
    const awaitables = [
      track('fails', failAfter(10)),
      track('coroutine', cleaning(5)),
      track('stream', NEVER.pipe(asyncFinalize(() => sleep(7)))),
      track('nested', gather([cleaning(9)])),
      track('clean', NEVER),
    ];
    gather(awaitables).pipe(output('gather')).subscribe({ error: ignore });
    await jest.runAllTimersAsync();
    expect(recorded(timeline).filter((line) => !/tracked|started/.test(line))).toEqual([
      ...['10 fails failed Error: failed', '10 coroutine cancelled', '10 stream cancelled', '10 nested cancelled'],
      ...['10 clean cancelled', '10 clean cleaned up', '15 coroutine cleaned up', '17 stream cleaned up'],
      ...['19 nested cleaned up', '19 gather failed Error: failed'],
    ]);
  });

  it('a Task: what it ends with, and its cancellation by whomever', async () => {
    const timeline = recordTimeline();
    const { track } = timeline;
    const task = track('cancelled', createTask(cleaning(5)));
    void track(
      'fulfilled',
      createTask(() => sleep(3)),
    );
    track('rejected', createTask(failAfter(4))).subscribe({ error: ignore });
    void track('done', createTask(of('at once')));
    waitFor(task, 10).subscribe({ error: ignore });
    await jest.runAllTimersAsync();
    expect(recorded(timeline).filter((line) => !/tracked|started/.test(line))).toEqual([
      ...['0 done done at once', '3 fulfilled done undefined', '4 rejected failed Error: failed'],
      ...['10 cancelled cancelled', '15 cancelled cleaned up'],
    ]);
  });

  it('a result and a failure in spite of the cancellation', async () => {
    const timeline = recordTimeline();
    const { track } = timeline;
    const stubborn = createTask(
      track(
        'value',
        cleaning(5, () => 'kept'),
      ),
    );
    const broken = createTask(track('failure', cleaning(5, () => Promise.reject(failure)))); // prettier-ignore
    stubborn.cancel();
    broken.cancel();
    broken.subscribe({ error: ignore });
    await jest.runAllTimersAsync();
    expect(recorded(timeline).slice(4)).toEqual([
      ...['0 value cancelled', '0 failure cancelled', '5 value done kept', '5 failure failed Error: failed'],
    ]);
  });

  it('what a coroutine function throws, and the result of a list that it returns', async () => {
    const timeline = recordTimeline();
    const thrown = createTask(
      timeline.track('thrown', () => {
        throw failure;
      }),
    );
    const list = createTask(timeline.track('list', () => [1, 2]));
    await expect(thrown).rejects.toBe(failure);
    await expect(list).resolves.toBe(2);
    expect(recorded(timeline).filter((line) => !/tracked|started/.test(line))).toEqual([
      ...['0 thrown failed Error: failed', '0 list emitted 1', '0 list emitted 2', '0 list done 2'],
    ]);
  });

  it('an async iterable that a coroutine function returns, which fails or is left', async () => {
    const timeline = recordTimeline();
    const { track } = timeline;
    const broken = createTask(
      // eslint-disable-next-line require-yield -- what is tested here
      track('broken', async function* () {
        await Promise.reject(failure);
      }),
    );
    await expect(broken).rejects.toBe(failure);
    const endless = () => ({ next: () => Promise.resolve({ done: false as const, value: 1 }) });
    const left = createTask(track('left', () => ({ [Symbol.asyncIterator]: endless })));
    left.cancel();
    await jest.runAllTimersAsync();
    expect(recorded(timeline).filter((line) => !/tracked|started/.test(line))).toEqual([
      '0 broken failed Error: failed',
      ...['0 left emitted 1', '0 left done 1'],
    ]);
  });

  it('one cancellation, however often the signal is read', async () => {
    const timeline = recordTimeline();
    const twice = createTask(
      timeline.track('twice', (context) => {
        const { signal } = { ...context };
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reject(context.signal.reason);
          });
        });
      }),
    );
    twice.cancel();
    await jest.runAllTimersAsync();
    expect(recorded(timeline).slice(2)).toEqual(['0 twice cancelled', '0 twice cleaned up']);
  });

  it('a cancellation during the call, of which the coroutine function learns when it reads its signal', async () => {
    const timeline = recordTimeline();
    const stop = new Subject<void>();
    const late = timeline.track('late', (context) => {
      stop.next();
      return Promise.reject(context.signal.reason);
    });
    gather([late]).pipe(takeUntil(stop)).subscribe();
    await jest.runAllTimersAsync();
    expect(recorded(timeline).slice(2)).toEqual(['0 late cancelled', '0 late cleaned up']);
  });

  it('a cancellation during the call when that is, though its cleanup takes longer', async () => {
    const timeline = recordTimeline();
    const stop = new Subject<void>();
    const late = timeline.track('late', async (context) => {
      stop.next();
      const { signal } = context;
      await sleep(5);
      throw signal.reason;
    });
    gather([late]).pipe(takeUntil(stop)).subscribe({ error: ignore });
    await jest.runAllTimersAsync();
    expect(recorded(timeline).slice(2)).toEqual(['0 late cancelled', '5 late cleaned up']);
  });

  it('a failure that looks like a cancellation where there was none', () => {
    const timeline = recordTimeline();
    const aborted = new DOMException('by somebody else', 'AbortError');
    const failing = throwError(() => aborted);
    timeline.track('a', failing).subscribe({ error: ignore });
    expect(recorded(timeline).slice(2)).toEqual(['0 a failed AbortError: by somebody else']);
  });

  it('a cleanup of a Task that fails', async () => {
    const timeline = recordTimeline();
    const cleaned = NEVER.pipe(asyncFinalize(() => Promise.reject(failure)));
    const task = timeline.track('a', createTask(cleaned));
    task.cancel();
    await expect(task).rejects.toBe(failure);
    expect(recorded(timeline).slice(2)).toEqual(['0 a cancelled', '0 a failed Error: failed']);
  });

  it('what is not started, what is still running, and what runs again', async () => {
    const timeline = recordTimeline();
    const { track, output } = timeline;
    void track('idle', of(1));
    const running = track('running', NEVER).subscribe();
    track('again', timer(5)).pipe(repeat(2), output('repeat')).subscribe();
    await jest.runAllTimersAsync();
    expect(timeline.events.map(({ row, name, type, time }) => `${row} ${time} ${name} ${type}`)).toEqual([
      ...['0 0 idle tracked', '1 0 running tracked', '1 0 running started', '2 0 again tracked', '3 0 repeat started'],
      ...['2 0 again started', '2 5 again emitted', '3 5 repeat emitted', '2 5 again done'],
      ...['4 5 again started', '4 10 again emitted', '3 10 repeat emitted', '4 10 again done', '3 10 repeat done'],
    ]);
    running.unsubscribe();
  });

  it('a cancellation for a reason of your own', async () => {
    const timeline = recordTimeline();
    const controller = new AbortController();
    const heeding = timeline.track('a', cleaning(5, () => Promise.reject(failure))); // prettier-ignore
    const gathered = gatherPromise([heeding], { signal: controller.signal });
    controller.abort(failure);
    await expect(Promise.all([gathered, jest.runAllTimersAsync()])).rejects.toBe(failure);
    expect(recorded(timeline).slice(2)).toEqual(['0 a cancelled', '5 a cleaned up']);
  });

  it('a cancellation that nobody asked for', async () => {
    const timeline = recordTimeline();
    const cancelled = () => Promise.reject(new CancelledError());
    const task = createTask(timeline.track('a', cancelled));
    await jest.runAllTimersAsync();
    expect(task.status).toBe('cancelled');
    expect(recorded(timeline)).toEqual(['0 a tracked', '0 a started', '0 a cancelled', '0 a cleaned up']);
  });

  it(
    'the time that rxjs goes by, also when it is virtual, or that of a clock of your own',
    marbles(({ flush }) => {
      const timeline = recordTimeline();
      timeline.track('a', timer(30)).subscribe();
      flush();
      expect(recorded(timeline)).toEqual(['0 a tracked', '0 a started', '30 a emitted 0', '30 a done 0']);

      let time = 100;
      const own = recordTimeline({ now: () => time++ });
      own.track('a', EMPTY).subscribe();
      expect(recorded(own)).toEqual(['1 a tracked', '2 a started', '3 a done']);
    }),
  );

  it('refuses what makes no sense', () => {
    expect(() => recordTimeline({ now: 1 as never })).toThrow(
      new TypeError('recordTimeline: now must be a function, got 1'),
    );
    expect(() => recordTimeline().track('a', 1 as never)).toThrow(
      new TypeError('timeline.track: awaitable must be an ObservableInput or a coroutine function, got 1'),
    );
  });
});

function ignore(): void {
  // What fails here is looked for in the recording.
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function failAfter(ms: number): Observable<never> {
  return timer(ms).pipe(concatMap(() => throwError(() => failure)));
}

/** Ends when it is cancelled. */
function aborted(signal: AbortSignal | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    signal?.addEventListener('abort', () => {
      resolve(signal.aborted);
    });
  });
}

/** Runs until it is cancelled, and then for so many milliseconds more. */
function cleaning<T>(ms: number, end: () => T | Promise<T> = () => Promise.reject(new CancelledError())) {
  return ({ signal }: { signal: AbortSignal }) =>
    new Promise<T>((resolve) => {
      signal.addEventListener('abort', () => {
        setTimeout(() => {
          resolve(end());
        }, ms);
      });
    });
}

async function* counting(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) yield await Promise.resolve(n);
}

/** Such as a database query that is sent when `then` is called. */
function thenable(started: () => void): PromiseLike<number> {
  return {
    then: (...callbacks) => {
      started();
      return Promise.resolve(1).then(...callbacks);
    },
  };
}

/** How many turns of the microtask queue pass until it has ended. */
async function turnsOf(source: Observable<unknown>): Promise<number> {
  const end = jest.fn();
  source.subscribe({ error: end, complete: end });
  for (let turns = 0; turns < 1000; turns++) {
    if (end.mock.calls.length > 0) return turns;
    await Promise.resolve();
  }
  throw new Error('it has not ended');
}

describe('with all', () => {
  const job =
    (ms: number, cleanup = 0): Coroutine<number> =>
    async ({ signal }) => {
      await new Promise((resolve, reject) => {
        const timeout = setTimeout(resolve, ms);
        signal.addEventListener('abort', () => {
          clearTimeout(timeout);
          setTimeout(() => {
            reject(signal.reason as Error);
          }, cleanup);
        });
      });
      return ms;
    };

  /** Each with the row that it runs for. */
  const nested = ({ events }: Timeline) =>
    events.map(({ row, parent = '-', time, name, type, ...event }) =>
      [`${parent}>${row}`, time, name, type, ...('value' in event ? [String(event.value)] : [])].join(' '),
    );

  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('records what runs, and for whom, with nothing tracked', async () => {
    using timeline = recordTimeline({ all: true });
    createTask(gather({ a: job(10), b: timer(20) }), { name: 'both' });
    await jest.advanceTimersByTimeAsync(20);
    expect(nested(timeline)).toEqual([
      '->0 0 both started',
      '0>1 0 gather started',
      '1>2 0 a started',
      '1>3 0 b started',
      '1>2 10 a done 10',
      '1>3 20 b done 0',
      '0>1 20 gather done [object Object]',
      '->0 20 both done [object Object]',
    ]);
  });

  it('tells a cancellation, the cleanup, and what has failed', async () => {
    using timeline = recordTimeline({ all: true });
    const failing = gather([job(100, 5), timer(10).pipe(concatMap(() => throwError(() => failure)))]);
    failing.subscribe({ error: () => {} });
    await jest.advanceTimersByTimeAsync(20);
    expect(nested(timeline).slice(3)).toEqual([
      '0>2 10 [1] failed Error: failed',
      '0>1 10 [0] cancelled',
      '0>1 15 [0] cleaned up',
      '->0 15 gather failed Error: failed',
    ]);
  });

  it('tells of a combinator when it is cancelled, and when its cleanup is over', async () => {
    using timeline = recordTimeline({ all: true });
    const running = gather([job(100, 5)]).subscribe();
    await jest.advanceTimersByTimeAsync(10);
    running.unsubscribe();
    await jest.advanceTimersByTimeAsync(10);
    expect(nested(timeline).slice(2)).toEqual([
      '->0 10 gather cancelled',
      '0>1 10 [0] cancelled',
      '0>1 15 [0] cleaned up',
      '->0 15 gather cleaned up',
    ]);
  });

  it('takes failing for no cancellation', async () => {
    using timeline = recordTimeline({ all: true });
    const failing = timer(10).pipe(concatMap(() => throwError(() => failure)));
    gather({ a: gather([failing]) }).subscribe({ error: () => {} });
    await jest.advanceTimersByTimeAsync(10);
    expect(nested(timeline).slice(3)).toEqual([
      '1>2 10 [0] failed Error: failed',
      '0>1 10 a failed Error: failed',
      '->0 10 gather failed Error: failed',
    ]);
  });

  it('takes the place in a line and what it is for as two, and completing for no cancellation', async () => {
    using timeline = recordTimeline({ all: true });
    const one = new Semaphore(1);
    gather([one.use(timer(10)), one.use(timer(10))]).subscribe();
    await jest.advanceTimersByTimeAsync(20);
    expect(nested(timeline).filter((line) => line.includes('started'))).toEqual([
      '->0 0 gather started',
      '0>1 0 [0] started',
      '1>2 0 the awaitable started',
      '0>3 0 [1] started',
      '3>4 10 the awaitable started',
    ]);
    expect(nested(timeline).filter((line) => line.includes('cancelled'))).toEqual([]);
  });

  it('is over when it is disposed of, but for what has begun', async () => {
    const timeline = recordTimeline({ all: true });
    createTask(timer(10), { name: 'before' });
    timeline[Symbol.dispose]();
    createTask(timer(10), { name: 'after' });
    await jest.advanceTimersByTimeAsync(10);
    expect(nested(timeline)).toEqual(['->0 0 before started', '->0 10 before done 0']);
  });

  it('gives no value where there is none', async () => {
    using timeline = recordTimeline({ all: true });
    createTask(() => Promise.resolve(), { name: 'void' });
    await jest.advanceTimersByTimeAsync(0);
    expect(nested(timeline)).toEqual(['->0 0 void started', '->0 0 void done']);
  });

  it('is off unless it is asked for', () => {
    using timeline = recordTimeline();
    createTask(of(1));
    expect(timeline.events).toEqual([]);
  });
});
