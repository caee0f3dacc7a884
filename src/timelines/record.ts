import { listen } from '../awaitable/source.js';
import { isTask } from '../task/symbols.js';
import { asyncScheduler, type MonoTypeOperatorFunction, Observable, tap } from 'rxjs';
import { type Awaitable, type Coroutine, type CoroutineContext, type Result } from '../awaitable/types.js';
import { checkAwaitable, checkFunction, checkOptions } from '../arguments/check.js';
import { type Cleanup, overhear } from '../cleanup/collector.js';
import { fromInput, type Input, isAsyncIterable, isInput, isObservable, isPromiseLike } from '../awaitable/input.js'; // prettier-ignore
import type { Task } from '../task/task.js';
import { Run, type TimelineEvent } from './event.js';

/** What {@link recordTimeline} takes. */
export interface TimelineOptions {
  /** The clock, in milliseconds: that of rxjs's `asyncScheduler` by default, so virtual where rxjs's time is. */
  readonly now?: (() => number) | undefined;
}

/** A recording of what awaitables and combinators do, made by {@link recordTimeline}. */
export interface Timeline {
  /** What has happened so far, for {@link renderTimeline}. It keeps the values, so drop it when it has been drawn. */
  readonly events: readonly TimelineEvent[];

  /** Gives an awaitable that does what the given one does, and is recorded. */
  readonly track: Track;

  /** Passes on what a combinator emits, and records it. Each subscription has a row of its own. */
  readonly output: <T>(name: string) => MonoTypeOperatorFunction<T>;
}

/**
 * What is cold stays cold, a coroutine function stays one, and a Task stays the very same Task, whose bar begins where it
 * is tracked. What is run again gets a row of its own each time.
 *
 * A coroutine function that never reads its `signal` is not told of its cancellation, and so neither is the timeline:
 * its bar goes on as long as it does. Cleanup is seen of what whoever cancels waits for.
 *
 * ```ts
 * import { recordTimeline } from 'rx-asyncio/timeline';
 *
 * const { track, events } = recordTimeline();
 * track('a', of(1)).subscribe(() => console.log(events.map(({ type }) => type)));
 * // [ 'tracked', 'started', 'emitted' ]
 * ```
 *
 * @throws TypeError when it is no awaitable
 */
export interface Track {
  <T>(name: string, task: Task<T>): Task<T>;
  <T>(name: string, coroutine: Coroutine<T>): Coroutine<T>;
  <T>(name: string, input: Input<T>): Observable<T>;
  <A extends Awaitable<unknown>>(name: string, awaitable: A): Awaitable<Result<A>>;
}

/**
 * Records when awaitables start, emit, end, are cancelled and have cleaned up, for {@link renderTimeline} to draw.
 *
 * ```ts
 * import { recordTimeline } from 'rx-asyncio/timeline';
 *
 * const timeline = recordTimeline();
 * gather([timeline.track('a', timer(10)), timeline.track('b', async () => 'two')])
 *   .pipe(timeline.output('gather'))
 *   .subscribe(() => console.log(timeline.events.map(({ name, type }) => `${name} ${type}`).join(', ')));
 * // a tracked, b tracked, gather started, a started, b started, b done, a emitted, a done, gather emitted
 * ```
 *
 * asyncio: its debug mode, which logs what takes long.
 *
 * @throws TypeError when `now` is no function
 */
export function recordTimeline(options: TimelineOptions = {}): Timeline {
  checkOptions('recordTimeline', options, ['now']);
  const { now = () => asyncScheduler.now() } = options;
  checkFunction('recordTimeline', 'now', now);
  const start = now();
  const events: TimelineEvent[] = [];
  let rows = 0;
  const newRun = (name: string, output: boolean) => {
    const row = rows++;
    return new Run((type, ...value) => {
      events.push({ time: now() - start, name, row, output, type, ...(value.length > 0 && { value: value[0] }) });
    });
  };
  const track = (name: string, awaitable: Awaitable<unknown>) => {
    checkAwaitable('timeline.track', awaitable);
    let first: Run | undefined = newRun(name, false);
    first.track();
    const nextRun = () => {
      const run = first ?? newRun(name, false);
      first = undefined;
      return run;
    };
    if (isTask(awaitable)) return observeTask(awaitable as unknown as Task<unknown>, nextRun());
    return typeof awaitable === 'function' ?
        observeCoroutine(awaitable, nextRun)
      : observe(fromInput(awaitable), nextRun);
  };
  return {
    events,
    track: track as Track,
    output: (name) => (source) => observe(source, () => newRun(name, true)),
  };
}

function observe<T>(source: Observable<T>, nextRun: () => Run): Observable<T> {
  return new Observable((subscriber) => {
    const run = nextRun();
    run.start();
    let cleanups: () => readonly Cleanup[];
    // A Subscriber tears down in the order in which things were added to it, so these two are before and after the source.
    subscriber.add(() => {
      run.cancel();
      cleanups = overhear();
    });
    source
      .pipe(
        tap({
          next: (value) => {
            run.emit(value);
          },
          error: (error: unknown) => {
            run.fail(error);
          },
          complete: () => {
            run.complete();
          },
        }),
      )
      .subscribe(subscriber);
    subscriber.add(() => {
      const pending = cleanups();
      const end = () => {
        run.endCancelled();
      };
      if (pending.length === 0) end();
      else void Promise.all(pending).then(end);
    });
  });
}

function observeCoroutine<T>(coroutine: Coroutine<T>, nextRun: () => Run): Coroutine<T> {
  const observed = (context: CoroutineContext) => {
    const run = nextRun();
    run.start();
    try {
      return observeReturned(coroutine(observeSignal(context, run)), run);
    } catch (error) {
      run.fail(error);
      throw error;
    }
  };
  // The name is for error messages. The length tells whether it is given a context of its own.
  return Object.defineProperties(observed, {
    name: { value: coroutine.name },
    length: { value: coroutine.length },
  });
}

function observeSignal(context: CoroutineContext, run: Run): CoroutineContext {
  return {
    get signal() {
      const { signal } = context;
      run.heed(signal);
      return signal;
    },
  };
}

/** Observes what a coroutine function has returned, as the kind of thing that it is: that decides how it is cancelled. */
function observeReturned<T>(returned: Input<T>, run: Run): Input<T> {
  if (isObservable<T>(returned)) return observe(fromInput(returned), () => run);
  if (isPromiseLike<T>(returned)) {
    const promise = returned instanceof Promise ? (returned as Promise<T>) : Promise.resolve(returned);
    void promise.then(
      (value) => {
        run.done(value);
      },
      (error: unknown) => {
        run.fail(error);
      },
    );
    return promise;
  }
  if (isAsyncIterable<T>(returned)) return observeIterable(returned, run);
  // Whatever else it is will be refused by who has called it.
  return isInput(returned) ? observe(fromInput<T>(returned), () => run) : returned;
}

function observeIterable<T>(iterable: AsyncIterable<T>, run: Run): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = iterable[Symbol.asyncIterator]();
      const observed = (result: Promise<IteratorResult<T, unknown>>) => {
        void result.then(
          ({ done, value }) => {
            if (done !== true) run.emit(value);
            else run.complete();
          },
          (error: unknown) => {
            run.fail(error);
          },
        );
        return result;
      };
      return {
        next: () => observed(iterator.next()),
        return: (value?: unknown) => observed(iterator.return?.(value) ?? Promise.resolve({ done: true, value })),
      };
    },
  };
}

/** A Task cannot be wrapped and stay what it is, so what is added to it is added in place. */
function observeTask<T>(task: Task<T>, run: Run): Task<T> {
  run.start();
  const settled = () => {
    if (task.status === 'fulfilled') run.done(task.result());
    else if (task.status === 'cancelled') run.endCancelled();
    else run.fail(task.exception());
  };
  if (task.done) {
    // Reading the reason would count as having heard of the failure.
    if (task.status === 'rejected') run.fail(undefined);
    else settled();
    return task;
  }
  task[listen]({
    settled: () => {
      settled();
      // The failure is for others to take.
      return false;
    },
  });
  const cancel = task.cancel.bind(task);
  const cancelObserved = (message?: string) => {
    if (!task.done) run.cancel();
    return cancel(message);
  };
  return Object.defineProperty(task, 'cancel', { value: cancelObserved, configurable: true, writable: true });
}
