import { asyncScheduler, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { checkAwaitable, checkFunction, checkOptions } from '../arguments/check.js';
import type { Input } from '../awaitable/input.js';
import type { Candidate, Result, Valid } from '../awaitable/inference.js';
import type { Awaitable, Coroutine } from '../awaitable/types.js';
import type { Task } from '../task/task.js';
import type { TimelineEvent, TimelineEventType } from './event.js';
import { dispose } from '../cleanup/dispose.js';
import { observeAwaitable } from '../observing/awaitable.js';
import { observeSource } from '../observing/input.js';
import { Run } from '../observing/run.js';
import { recordAll, type RecordedRow } from './record-all.js';

/** What {@link recordTimeline} takes. */
export interface TimelineOptions {
  /** The clock, in milliseconds: that of rxjs's `asyncScheduler` by default, so virtual where rxjs's time is. */
  readonly now?: (() => number) | undefined;
  /**
   * Whether every Task, every combinator and all that these run is recorded by itself, nested, from now on, until the timeline is
   * disposed of. `false` by default.
   */
  readonly all?: boolean | undefined;
}

/** A recording of what awaitables and combinators do, made by {@link recordTimeline}. */
export interface Timeline extends Disposable {
  /** What has happened so far, for {@link renderTimeline}. It keeps the values, so drop it when it has been drawn. */
  readonly events: readonly TimelineEvent[];

  /** Gives an awaitable that does what the given one does, and is recorded. */
  readonly track: Track;

  /** Passes on what a combinator emits, and records it. Each subscription has a row of its own. */
  readonly output: <T>(name: string) => MonoTypeOperatorFunction<T>;

  /** With `all`: what begins from now on is recorded no more. What has begun is, to its end. */
  [dispose](): void;
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
  <A extends Candidate>(name: string, awaitable: A & Valid<A>): Awaitable<Result<A>>;
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
 * With `all` nothing has to be tracked: what runs, and on whose behalf, is known as it is to `inspectTasks()` of
 * `rx-asyncio/inspect`.
 *
 * ```ts
 * import { recordTimeline } from 'rx-asyncio/timeline';
 *
 * using timeline = recordTimeline({ all: true });
 * gather([timer(10), async () => 'two']).subscribe(() => {
 *   console.log(timeline.events.map(({ row, parent, name, type }) => [row, parent, name, type].join(' ')).join(', '));
 * });
 * // 0  gather started, 1 0 [0] started, 2 0 [1] started, 2 0 [1] done, 1 0 [0] done
 * ```
 *
 * asyncio: its debug mode, which logs what takes long.
 *
 * @throws TypeError when `now` is no function
 */
export function recordTimeline(options: TimelineOptions = {}): Timeline {
  checkOptions('recordTimeline', options, ['now', 'all']);
  const { now = () => asyncScheduler.now(), all = false } = options;
  checkFunction('recordTimeline', 'now', now);
  const start = now();
  const events: TimelineEvent[] = [];
  let rows = 0;
  const newRow = (name: string, output: boolean, place: Pick<TimelineEvent, 'parent'> = {}): RecordedRow => {
    const row = rows++;
    const record = (type: TimelineEventType, ...value: [] | [unknown]) => {
      const time = now() - start;
      events.push({ time, name, row, output, ...place, type, ...(value.length > 0 && { value: value[0] }) });
    };
    return { row, record };
  };
  const newRun = (name: string, output: boolean) => new Run(newRow(name, output).record);
  const track = (name: string, awaitable: Awaitable<unknown>) => {
    checkAwaitable('timeline.track', awaitable);
    const { record } = newRow(name, false);
    record('tracked');
    let first: Run | undefined = new Run(record);
    const nextRun = () => {
      const run = first ?? newRun(name, false);
      first = undefined;
      return run;
    };
    return observeAwaitable(awaitable, nextRun);
  };
  const recording = all ? recordAll((name, parent) => newRow(name, false, { parent })) : undefined;
  return {
    events,
    track: track as Track,
    output: (name) => (source) => observeSource(source, () => newRun(name, true)),
    [dispose]: () => recording?.[dispose](),
  };
}
