import {
  asCompleted,
  asyncFinalize,
  CancelledError,
  type CoroutineContext,
  createTask,
  gather,
  Progress,
  Semaphore,
  suppressed,
  taskGroup,
  until,
  wait,
  waitFor,
} from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import {
  combineLatest,
  connect,
  defer,
  finalize,
  forkJoin,
  merge,
  NEVER,
  Observable,
  of,
  publish,
  refCount,
  share,
  shareReplay,
  Subject,
  switchMap,
  takeUntil,
  throwError,
  timer,
} from 'rxjs';
import { useFakeTimers } from '../support/fake-timers';
import { Resource } from '../support/holding';
import { log } from '../support/log';
import { failing, ofOneAwaitable, structures } from '../support/structures';
import { unhandledRejections } from '../support/unhandled-rejections';

// Nothing outlives its combinator (rule 3): each of these faults once let something.

useFakeTimers();

const error = new Error('failed');
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Its teardown is known only when it has ended. */
function ending(teardown: () => void, failure?: Error): Observable<string> {
  return new Observable((subscriber) => {
    subscriber.next('x');
    if (failure === undefined) subscriber.complete();
    else subscriber.error(failure);
    return teardown;
  });
}

/** Unsubscribes from a coroutine that then takes so many milliseconds to clean up. */
function release(resource: Resource, milliseconds: number, failure?: Error): () => void {
  const subscription = asCompleted([resource.hold(milliseconds, failure)]).subscribe();
  return () => {
    subscription.unsubscribe();
  };
}

describe('a source that ends while it is being subscribed to', () => {
  const lasting = structures.filter(({ name }) => name !== 'taskGroup');

  describe.each([...lasting, ...ofOneAwaitable])('in $name', ({ run }) => {
    it('has what its teardown cleans up waited for', async () => {
      const resource = new Resource();
      const emitted = log(run([ending(release(resource, 20))]));
      await jest.advanceTimersByTimeAsync(19);
      expect([emitted.at(-1), resource.held]).not.toContain('complete');
      await jest.advanceTimersByTimeAsync(1);
      expect([emitted.at(-1), resource.held]).toEqual(['complete', 0]);
    });
  });

  describe.each(failing)('in $name', ({ run }) => {
    const throwing = () => {
      throw error;
    };

    it('fails with what its teardown throws', () => {
      expect(log(run([ending(throwing)]))).toEqual([error]);
    });

    it('fails with what its teardown fails to clean up', async () => {
      const emitted = log(run([ending(release(new Resource(), 20, error))]));
      await jest.advanceTimersByTimeAsync(20);
      expect(emitted.at(-1)).toBe(error);
    });

    it('fails with its error, with which that of the teardown is listed', () => {
      const first = new Error('first');
      const emitted = log(run([ending(throwing, first)]));
      expect([emitted, suppressed(first)]).toEqual([[first], [error]]);
    });
  });

  it('has its asynchronous finalizer waited for, also by a Task', async () => {
    const resource = new Resource();
    const task = createTask(ending(release(resource, 20)).pipe(asyncFinalize(() => {})));
    expect([task.status, resource.held]).toEqual(['pending', 1]);
    await jest.advanceTimersByTimeAsync(20);
    expect([task.status, resource.held]).toEqual(['fulfilled', 0]);
  });
});

describe('cleanup below what several may be connected to', () => {
  const ways: [string, (source: Observable<unknown>) => Observable<unknown>][] = [
    ['share', share()],
    ['share, twice', (source) => source.pipe(share(), share())],
    ['shareReplay with refCount', shareReplay({ bufferSize: 1, refCount: true })],
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- still in use
    ['publish and refCount', (source) => publish()(source).pipe(refCount())],
    ['connect', connect((shared) => merge(shared, NEVER))],
    [
      'an Observable that forwards through an observer literal',
      (source) =>
        new Observable((subscriber) =>
          source.subscribe({
            next: (value) => {
              subscriber.next(value);
            },
            error: (failure: unknown) => {
              subscriber.error(failure);
            },
            complete: () => {
              subscriber.complete();
            },
          }),
        ),
    ],
  ];

  /** Each cancels it at 10 ms. */
  const cancellers: [string, (source: Observable<unknown>) => Observable<unknown>][] = [
    [
      'a Task that is cancelled',
      (source) => cancelledAfter(10, (signal) => promises.gather([createTask(source)], { signal })),
    ],
    ['a facade whose signal aborts', (source) => cancelledAfter(10, (signal) => promises.gather([source], { signal }))],
    ['a gather that fails', (source) => gather([source, failAfter(10)])],
    ['a lazy gather that fails', (source) => gather([source, failAfter(10)], { concurrency: 2 })],
    ['an asCompleted that fails', (source) => asCompleted([source, failAfter(10)])],
    ['an asCompleted that times out', (source) => asCompleted([source], { timeout: 10 })],
    ['a wait that times out', (source) => wait([source], { timeout: 10 })],
    ['a waitFor that times out', (source) => waitFor(source, 10)],
    ['a taskGroup that fails', (source) => taskGroup((group) => (group.createTask(source), failAfter(10)))],
    [
      'a taskGroup that is cancelled',
      (source) =>
        taskGroup((group) => {
          group.createTask(source);
          setTimeout(() => {
            group.cancel();
          }, 10);
          return NEVER;
        }),
    ],
  ];

  describe.each(ways)('%s', (_, connected) => {
    it.each(cancellers)('is waited for by %s', async (_title, cancelling) => {
      const resource = new Resource();
      const ended = jest.fn();
      cancelling(connected(asCompleted([resource.hold(20)]))).subscribe({ error: ended, complete: ended });
      await jest.advanceTimersByTimeAsync(29);
      expect([ended.mock.calls.length, resource.taken, resource.released]).toEqual([0, 1, 0]);
      await jest.advanceTimersByTimeAsync(1);
      expect([ended.mock.calls.length, resource.released]).toEqual([1, 1]);
    });

    it('is waited for by nobody when an operator drops it; what fails in it is reported', async () => {
      const resource = new Resource();
      const ended = jest.fn();
      const reported = await unhandledRejections(async () => {
        const dropped = connected(asCompleted([resource.hold(20, error)]));
        gather([
          timer(0, 10).pipe(
            takeUntil(timer(15)),
            switchMap((index) => (index === 0 ? dropped : of('y'))),
          ),
        ]).subscribe({
          error: ended,
          complete: ended,
        });
        await jest.advanceTimersByTimeAsync(15);
        expect([ended.mock.calls.length, resource.taken, resource.released]).toEqual([1, 1, 0]);
        await jest.advanceTimersByTimeAsync(15);
      });
      expect([reported, resource.released]).toEqual([[error], 1]);
    });
  });
});

describe.each<[string, (sources: Observable<unknown>[]) => Observable<unknown>]>([
  ['forkJoin', (sources) => forkJoin(sources)],
  ['combineLatest', (sources) => combineLatest(sources)],
])('%s, which goes on subscribing after a source that failed at once,', (_, joined) => {
  const failed = throwError(() => error);

  it.each([...structures, ...ofOneAwaitable])('starts nothing of $name', ({ run }) => {
    const coroutine = jest.fn(() => of('x'));
    const subscribed = jest.fn();
    const cold = new Observable(subscribed);
    expect(log(joined([failed, run([coroutine]), run([cold])]))).toEqual([error]);
    expect([coroutine.mock.calls, subscribed.mock.calls]).toEqual([[], []]);
  });

  it('calls no callback of asyncFinalize, and subscribes to nothing below it', () => {
    const callback = jest.fn();
    const subscribed = jest.fn();
    expect(log(joined([failed, new Observable(subscribed).pipe(asyncFinalize(callback))]))).toEqual([error]);
    expect([callback.mock.calls, subscribed.mock.calls]).toEqual([[], []]);
  });

  it('starts nothing in a Task', () => {
    const coroutine = jest.fn(() => of('x'));
    const task = createTask(joined([failed, gather([coroutine])]));
    expect(task.exception()).toBe(error);
    expect(coroutine).not.toHaveBeenCalled();
  });
});

describe('a ReadableStream that owes a chunk', () => {
  /** What hears of its cancellation, which takes 20 ms. */
  function owing(): { stream: ReadableStream<never>; cancelled: jest.Mock } {
    const cancelled = jest.fn(() => new Promise<void>((resolve) => setTimeout(resolve, 20)));
    return { stream: new ReadableStream({ cancel: cancelled }), cancelled };
  }

  const ways: [string, (stream: ReadableStream<never>) => Observable<unknown>][] = [
    ['a waitFor that times out', (stream) => waitFor(stream, 10)],
    ['an asCompleted that times out', (stream) => asCompleted([stream], { timeout: 10 })],
    ['a wait that times out', (stream) => wait([stream], { timeout: 10 })],
    ['a gather that fails', (stream) => gather([stream, failAfter(10)])],
    ['a waitFor of the function that gives it', (stream) => waitFor(() => stream, 10)],
    ['a waitFor of a watched function that gives it', (stream) => waitFor(new Progress().watch([() => stream])[0], 10)],
    ['an asCompleted of what it gives that times out', (stream) => asCompleted(stream, { timeout: 10 })],
    ['a gather of what it gives that is given up', (stream) => waitFor(gather(stream, { concurrency: 1 }), 10)],
  ];

  it.each(ways)('is cancelled by %s, which waits for that', async (_, cancelling) => {
    const { stream, cancelled } = owing();
    const ended = jest.fn();
    cancelling(stream).subscribe({ error: ended, complete: ended });
    await jest.advanceTimersByTimeAsync(9);
    expect(cancelled).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect([cancelled.mock.calls.length, ended.mock.calls.length]).toEqual([1, 0]);
    await jest.advanceTimersByTimeAsync(20);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it.each<[string, (stream: ReadableStream<never>) => Observable<unknown>]>([
    ['until() has ended', (stream) => asCompleted(until(stream, 10))],
    ['a Progress watches, when it is left', (stream) => waitFor(gather(new Progress().watch(stream)), 10)],
  ])('is cancelled where %s', async (_, leaving) => {
    const { stream, cancelled } = owing();
    const ended = jest.fn();
    leaving(stream).subscribe({ error: ended, complete: ended });
    await jest.advanceTimersByTimeAsync(10);
    expect([cancelled.mock.calls.length, ended.mock.calls.length]).toEqual([1, 1]);
  });

  it('is a list also where streams are no async iterables', () => {
    const { stream } = owing();
    Object.defineProperty(stream, Symbol.asyncIterator, { value: undefined });
    gather(stream).subscribe().unsubscribe();
    expect(stream.locked).toBe(true);
  });
});

describe('what is torn down by somebody who hears of a cancellation', () => {
  it('is waited for by the structure that it is a part of', async () => {
    const resource = new Resource();
    const task = createTask(NEVER);
    // The gather cancels the Task, of which the other source hears while it is still there.
    const heard = merge(task, asCompleted([resource.hold(20)]));
    const ended = jest.fn();
    asCompleted([gather([task]), heard], { timeout: 10 }).subscribe({ error: ended });
    await jest.advanceTimersByTimeAsync(29);
    expect([task.status, resource.taken, resource.released, ended.mock.calls.length]).toEqual(['cancelled', 1, 0, 0]);
    await jest.advanceTimersByTimeAsync(1);
    expect([resource.released, ended.mock.calls.length]).toEqual([1, 1]);
  });

  it('is waited for by a Task, too, that it is a part of', async () => {
    const resource = new Resource();
    const task = createTask(NEVER);
    const heard = task.pipe((source) => merge(source, asCompleted([resource.hold(20)])));
    const whole = createTask(merge(gather([task]), gather([heard])));
    whole.cancel();
    await jest.advanceTimersByTimeAsync(19);
    expect([whole.status, resource.released]).toEqual(['pending', 0]);
    await jest.advanceTimersByTimeAsync(1);
    expect([whole.status, resource.released]).toEqual(['cancelled', 1]);
  });
});

it('what ends by itself while something else is cancelled is waited for by its own combinator', async () => {
  const resource = new Resource();
  const source = new Subject<unknown>();
  const replaced = source.pipe(switchMap((index) => (index === 0 ? asCompleted([resource.hold(20)]) : of(index))));
  const ended = jest.fn();
  gather([replaced]).subscribe({ error: ended, complete: ended });
  source.next(0);
  source.next(1);
  const other = createTask(
    new Observable(() => () => {
      source.complete();
    }),
  );
  other.cancel();
  expect(other.status).toBe('cancelled');
  await jest.advanceTimersByTimeAsync(19);
  expect([resource.released, ended.mock.calls.length]).toEqual([0, 0]);
  await jest.advanceTimersByTimeAsync(1);
  expect([resource.released, ended.mock.calls.length]).toEqual([1, 1]);
});

describe('what a stranger drops, because a teardown has emitted,', () => {
  const reason = new Error('not wanted');
  const ends: Record<string, (source: Observable<unknown>, signal: AbortSignal) => Promise<unknown>> = {
    gather: (source, signal) => promises.gather([source], { signal }),
    'a Task': (source, signal) => {
      const task = createTask(source);
      signal.addEventListener('abort', () => task.cancel());
      return task.then((value) => [value]);
    },
    'semaphore.use': (source, signal) => promises.gather([new Semaphore(1).use(source)], { signal }),
    'waitFor, when it times out,': (source, signal) =>
      promises.waitFor(source, 10, { signal }).then((value) => [value]),
  };

  /** A page whose spinner is shown while something is loaded, and goes on with its cleanup for longer than that. */
  function page(cleanup: () => Promise<unknown>) {
    const reasons: unknown[] = [];
    const isLoading = new Subject<boolean>();
    const spinner = async ({ signal }: CoroutineContext) => {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      reasons.push(signal.reason);
      await cleanup();
    };
    const shown = createTask(isLoading.pipe(switchMap((on) => (on ? gather([spinner]) : NEVER))));
    shown.catch(() => undefined);
    const loading = (source: Observable<unknown>) =>
      defer(() => {
        isLoading.next(true);
        return source;
      }).pipe(
        finalize(() => {
          isLoading.next(false);
        }),
      );
    return { shown, reasons, loading };
  }

  describe.each(Object.entries(ends))('does not concern %s', (_, run) => {
    it.each<[string, Observable<unknown>, number, unknown]>([
      ['which has its result', timer(5), 5, [0]],
      ['which fails', failAfter(5), 5, error],
      ['which is cancelled', NEVER, 10, expect.any(Error)],
    ])('%s', async (_, source, after, expected) => {
      const { shown, reasons, loading } = page(() => sleep(1000).then(() => Promise.reject(error)));
      const controller = new AbortController();
      setTimeout(() => {
        controller.abort(reason);
      }, 10);
      const ended = jest.fn();
      run(loading(source), controller.signal).then(ended, ended);
      await jest.advanceTimersByTimeAsync(after);
      expect(ended.mock.calls).toEqual([[expected]]);
      expect([shown.status, reasons]).toEqual(['pending', [expect.any(CancelledError)]]);
      expect((reasons[0] as CancelledError).cause).toBeUndefined();
      shown.cancel();
      await jest.advanceTimersByTimeAsync(1000);
      expect(shown.exception()).toBe(error);
    });
  });

  it('may wait for what has been torn down', async () => {
    const { loading } = page(() => whole.catch(() => undefined));
    const whole: Promise<unknown> = promises.gather([loading(failAfter(5)), new Resource().hold(5)]);
    const ended = jest.fn();
    whole.catch(ended);
    await jest.advanceTimersByTimeAsync(10);
    expect(ended.mock.calls).toEqual([[error]]);
  });
});

function failAfter(milliseconds: number): Observable<never> {
  return timer(milliseconds).pipe(switchMap(() => throwError(() => error)));
}

/** What a facade comes to whose signal aborts so much later. */
function cancelledAfter(milliseconds: number, start: (signal: AbortSignal) => Promise<unknown>): Observable<unknown> {
  return defer(() => {
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort();
    }, milliseconds);
    return start(controller.signal);
  });
}
