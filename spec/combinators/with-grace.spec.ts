import { EMPTY, finalize, merge, NEVER, Observable, of, Subject, switchMap, take, throwError, timer } from 'rxjs';
import {
  asyncFinalize,
  type Awaitable,
  createTask,
  gather,
  suppressed,
  taskGroup,
  wait,
  waitFor,
  withGrace,
} from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { useFakeTimers } from '../support/fake-timers';
import { Resource } from '../support/holding';
import { log } from '../support/log';
import { marbles } from '../support/marbles';
import { emptyError, timeoutError } from '../support/rxjs-errors';
import { unhandledRejections } from '../support/unhandled-rejections';

const late = (milliseconds: number, name = 'the awaitable') =>
  timeoutError(`withGrace: the cleanup of ${name} timed out after ${milliseconds} ms`);

describe('withGrace', () => {
  it(
    'gives the result, passes on what it fails with, and cancels what it started',
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const a = cold('       --a-b|   ');
      const failing = cold(' ---#     ');
      const unsub = '        ---!     ';
      const subs = ['        ^----!   ', '^--!'];
      expectObservable(withGrace(a, 1)).toBe('-----(b|)');
      expectObservable(withGrace(a, 1), unsub).toBe('----');
      expectObservable(withGrace(failing, 1)).toBe('---#');
      expectObservable(withGrace(EMPTY, 1)).toBe(
        '#',
        {},
        emptyError('withGrace: the awaitable completed without a value'),
      );
      expectSubscriptions(a.subscriptions).toBe(subs);
    }),
  );

  it('starts nothing for who has gone before it was subscribed to', () => {
    const started = jest.fn(() => NEVER);
    merge(
      throwError(() => new Error('first')),
      withGrace(started, 1),
    ).subscribe({ error: () => {} });
    expect(started).not.toHaveBeenCalled();
  });

  it('does not lose a failure in whose teardown it is cancelled', async () => {
    const failure = new Error('failed');
    const failing = new Subject<never>();
    const reported = await unhandledRejections(() => {
      const leave = () => {
        subscription.unsubscribe();
      };
      const subscription = withGrace(failing.pipe(finalize(leave)), 10).subscribe();
      failing.error(failure);
    });
    expect(reported).toEqual([failure]);
  });

  it.each([
    [undefined, TypeError, 'undefined'],
    ['1', TypeError, "the string '1'"],
    [-1, RangeError, '-1'],
    [NaN, RangeError, 'NaN'],
  ])('refuses %p milliseconds', (milliseconds, kind, got) => {
    const expected = new kind(`withGrace: milliseconds must be milliseconds, 0 or more, got ${got}`);
    expect(() => withGrace(of(1), milliseconds as number)).toThrow(expected);
    expect(() => promises.withGrace(of(1), milliseconds as number)).toThrow(expected);
  });

  it('refuses what is no awaitable', () => {
    expect(() => withGrace(1 as never, 1)).toThrow('withGrace: awaitable must be');
  });
});

describe('withGrace, when it is cancelled from outside,', () => {
  useFakeTimers();

  it('waits for what cleans up in time', async () => {
    const resource = new Resource();
    const task = createTask(withGrace(resource.hold(20), 20.5));
    task.cancel();
    await jest.advanceTimersByTimeAsync(19);
    expect([task.status, resource.held]).toEqual(['pending', 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect([task.status, resource.held, jest.getTimerCount()]).toEqual(['cancelled', 0, 0]);
  });

  it('lets go of what does not, exactly when the time is up, and names it', async () => {
    const hold = new Resource().hold(30, new Error('not heard any more'));
    const stubborn = (context: { signal: AbortSignal }) => hold(context);
    const task = createTask(withGrace(stubborn, 20));
    task.cancel();
    await jest.advanceTimersByTimeAsync(19);
    expect(task.status).toBe('pending');
    await jest.advanceTimersByTimeAsync(1);
    expect(task.exception()).toStrictEqual(late(20, 'stubborn'));
    expect(await unhandledRejections(() => jest.advanceTimersByTimeAsync(100))).toEqual([]);
  });

  it('passes on what fails in the cleanup', async () => {
    const failure = new Error('failed');
    const task = createTask(withGrace(new Resource().hold(10, failure), 20));
    const failed = task.catch((error: unknown) => error);
    task.cancel();
    await jest.advanceTimersByTimeAsync(10);
    expect(await failed).toBe(failure);
    const throwing = new Observable(() => () => {
      throw failure;
    });
    const other = createTask(withGrace(throwing, 20));
    other.cancel();
    expect(other.exception()).toBe(failure);
  });

  it('lists the TimeoutError with the failure of whoever has cancelled it', async () => {
    const failure = new Error('failed');
    const events = log(gather([withGrace(new Resource().hold(100), 20), throwError(() => failure)]));
    await jest.advanceTimersByTimeAsync(19);
    expect(events).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(events).toEqual([failure]);
    expect(suppressed(failure)).toEqual([late(20)]);
  });

  it('takes the place of the TimeoutError of waitFor, as all that fails in a cleanup', async () => {
    const events = log(waitFor(withGrace(new Resource().hold(100), 20), 10));
    await jest.advanceTimersByTimeAsync(30);
    expect(events).toStrictEqual([late(20)]);
  });

  it('reports it where nobody can be told', async () => {
    const reported = await unhandledRejections(async () => {
      withGrace(new Resource().hold(100), 20).subscribe().unsubscribe();
      await jest.advanceTimersByTimeAsync(20);
    });
    expect(reported).toStrictEqual([late(20)]);
  });

  it('sets no limit with Infinity, and with 0 waits for what needs no time', async () => {
    const patient = createTask(withGrace(new Resource().hold(1e6), Infinity));
    const hasty = createTask(withGrace(NEVER.pipe(asyncFinalize(() => Promise.resolve())), 0));
    patient.cancel();
    hasty.cancel();
    await jest.advanceTimersByTimeAsync(1e6);
    expect([patient.status, hasty.status]).toEqual(['cancelled', 'cancelled']);
  });

  it('lets a Task run on', () => {
    const task = createTask(NEVER);
    withGrace(task, 10).subscribe().unsubscribe();
    expect(task.status).toBe('pending');
  });
});

describe('withGrace, when something below it is cancelled,', () => {
  useFakeTimers();

  let failure: Error;
  beforeEach(() => {
    failure = new Error('failed');
  });
  const failing = () => timer(5).pipe(switchMap(() => throwError(() => failure)));

  const inAGroup = () => expect.objectContaining({ errors: [failure] }) as unknown;
  const asItIs = () => failure;

  /** What it fails with when it cannot wait, and when it can. */
  const failingCombinators: [
    string,
    (hung: Awaitable<unknown>) => Observable<unknown>,
    error: () => unknown,
    errorInTime: () => unknown,
  ][] = [
    ['gather', (hung) => gather([hung, failing()]), asItIs, asItIs],
    ['gather below operators', (hung) => of(0).pipe(switchMap(() => gather([hung, failing()]))), asItIs, asItIs],
    ['gather in a waitFor', (hung) => waitFor(gather([hung, failing()]), 1e9), asItIs, asItIs],
    ['gather in a gather', (hung) => gather([NEVER, gather([hung, failing()])]), asItIs, asItIs],
    ['gather in a wait', (hung) => wait([gather([hung, failing()]), NEVER], { timeout: 50 }), asItIs, () => undefined],
    [
      'gather in a taskGroup',
      (hung) => taskGroup((group) => group.createTask(gather([hung, failing()]))),
      asItIs,
      inAGroup,
    ],
    [
      'gather in a function in a taskGroup',
      (hung) => taskGroup((group) => group.createTask(() => gather([hung, failing()]))),
      asItIs,
      inAGroup,
    ],
    [
      'taskGroup',
      (hung) =>
        taskGroup((group) => {
          group.createTask(hung);
          return failing();
        }),
      inAGroup,
      inAGroup,
    ],
  ];

  it.each(failingCombinators)('lets go of that in time: %s', async (_, run, error) => {
    const events = log(withGrace(run(new Resource().hold(100, new Error('not heard'))), 20));
    await jest.advanceTimersByTimeAsync(24);
    expect(events).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(events).toEqual([error()]);
    expect(suppressed(events[0])).toEqual([late(20)]);
    expect(await unhandledRejections(() => jest.advanceTimersByTimeAsync(100))).toEqual([]);
    expect(events).toHaveLength(1);
  });

  it.each(failingCombinators)('waits for what is in time: %s', async (_, run, __, error) => {
    const resource = new Resource();
    const events = log(withGrace(run(resource.hold(19)), 20));
    await jest.advanceTimersByTimeAsync(23);
    expect(events).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect([events[0], resource.held]).toEqual([error(), 0]);
    expect(suppressed(events[0])).toEqual([]);
  });

  it.each<[string, (hung: Awaitable<unknown>) => Observable<unknown>]>([
    ['waitFor', (hung) => waitFor(hung, 5)],
    ['wait', (hung) => wait([hung], { timeout: 5 })],
    [
      'an operator, while the rest goes on,',
      (hung) => timer(0, 5).pipe(switchMap((n) => (n === 0 ? gather([hung]) : NEVER))),
    ],
    [
      'a group that cancels itself',
      (hung) =>
        taskGroup(async (group) => {
          group.createTask(hung);
          await new Promise((resolve) => setTimeout(resolve, 5));
          group.cancel();
        }),
    ],
    ['asyncFinalize, after the end,', () => timer(5).pipe(asyncFinalize(() => new Promise(() => {})))],
  ])('fails with the TimeoutError where nothing else has failed: %s', async (_, run) => {
    const events = log(withGrace(run(new Resource().hold(100)), 20));
    await jest.advanceTimersByTimeAsync(24);
    expect(events).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(events).toStrictEqual([late(20)]);
  });

  it('cancels what still runs, and does not hear of it any more', async () => {
    const [cleanup, thrown] = [new Error('cleanup'), jest.fn()];
    const throwing = new Observable(() => () => {
      thrown();
      throw cleanup;
    });
    const dropped = timer(0, 5).pipe(
      switchMap((n) => (n === 0 ? NEVER.pipe(asyncFinalize(() => new Promise(() => {}))) : NEVER)),
    );
    const events = log(withGrace(gather([dropped, throwing]), 20));
    await jest.advanceTimersByTimeAsync(25);
    expect(thrown).toHaveBeenCalledTimes(1);
    expect(events).toStrictEqual([late(20)]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('has one clock for all of it, which stops when nothing cleans up any more', async () => {
    const failsAt = (ms: number, cleanup: number) =>
      gather([new Resource().hold(cleanup), timer(ms).pipe(switchMap(() => throwError(() => failure)))]);
    const events = log(
      withGrace(gather([failsAt(5, 15), failsAt(30, 10), failsAt(35, 100)], { returnExceptions: true }), 20),
    );
    await jest.advanceTimersByTimeAsync(49);
    expect(events).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect([events, suppressed(failure)]).toStrictEqual([[failure], [late(20)]]);
  });

  it('is not cancelled when two have cleaned up in time, one beside the other', async () => {
    const failsAt = (ms: number) =>
      gather([new Resource().hold(10), timer(ms).pipe(switchMap(() => throwError(() => failure)))]);
    const events = log(withGrace(gather([failsAt(5), failsAt(10), NEVER], { returnExceptions: true }), 20));
    await jest.advanceTimersByTimeAsync(1000);
    expect([events, jest.getTimerCount()]).toEqual([[], 0]);
  });

  it('is cancelled from outside meanwhile: there is one clock for both', async () => {
    const task = createTask(withGrace(gather([new Resource().hold(100), failing()]), 20));
    const failed = task.catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(15);
    task.cancel();
    await jest.advanceTimersByTimeAsync(9);
    expect(task.status).toBe('pending');
    await jest.advanceTimersByTimeAsync(1);
    expect(await failed).toBe(failure);
    expect(suppressed(failure)).toEqual([late(20)]);
  });

  it('is cancelled from outside meanwhile: what a group had failed with by then is not lost', async () => {
    const group = taskGroup((group) => {
      group.createTask(new Resource().hold(10));
      group.createTask(throwError(() => failure));
      return of(undefined);
    });
    const task = createTask(withGrace(group, 20));
    const failed = task.catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(5);
    task.cancel();
    await jest.advanceTimersByTimeAsync(5);
    const message = expect.stringContaining('1 of 2 tasks failed') as string;
    expect(await failed).toMatchObject({ message, errors: [failure] });
  });

  it('gives each that is nested its own time', async () => {
    const inner = withGrace(gather([new Resource().hold(100), failing()]), 10);
    const events = log(withGrace(gather([inner]), 20));
    await jest.advanceTimersByTimeAsync(15);
    expect(events).toEqual([failure]);
    expect([suppressed(failure), jest.getTimerCount()]).toEqual([[late(10)], 1]);
  });

  it('bounds also what is dropped below what a coroutine function has returned', async () => {
    const dropping = timer(0, 5).pipe(switchMap((n) => (n === 0 ? gather([new Resource().hold(100)]) : NEVER)));
    const events = log(withGrace(() => dropping, 20));
    await jest.advanceTimersByTimeAsync(24);
    expect(events).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(events).toStrictEqual([late(20)]);
  });

  it('waits in time for what an operator has dropped before the end', async () => {
    const run = (milliseconds: number) =>
      timer(0, 5).pipe(
        take(2),
        switchMap((n) =>
          n === 0 ?
            NEVER.pipe(asyncFinalize(() => new Promise((resolve) => setTimeout(resolve, milliseconds))))
          : of('result'),
        ),
      );
    const [inTime, tooLate] = [log(withGrace(run(19), 20)), log(withGrace(run(30), 20))];
    await jest.advanceTimersByTimeAsync(24);
    expect([inTime, tooLate]).toEqual([['result', 'complete'], ['result']]);
    await jest.advanceTimersByTimeAsync(1);
    expect(tooLate).toStrictEqual(['result', late(20)]);
  });
});

describe('withGrace of promises', () => {
  useFakeTimers();

  it('gives the result, and passes on what fails', async () => {
    expect(await promises.withGrace(of(1), 10)).toBe(1);
    const failure = new Error('failed');
    await expect(promises.withGrace(() => Promise.reject(failure), 10)).rejects.toBe(failure);
  });

  it('rejects with the reason of the signal when all has cleaned up in time, else with the TimeoutError', async () => {
    const controller = new AbortController();
    const run = (cleanup: number) =>
      promises.withGrace(new Resource().hold(cleanup), 20, controller).catch((error: unknown) => error);
    const [inTime, tooLate] = [run(10), run(30)];
    controller.abort('enough');
    await jest.advanceTimersByTimeAsync(20);
    expect(await inTime).toBe('enough');
    expect(await tooLate).toStrictEqual(late(20));
  });

  it('refuses options that it does not know', () => {
    expect(() => promises.withGrace(of(1), 10, { timeout: 1 } as never)).toThrow(
      'withGrace: there is no option timeout',
    );
  });
});
