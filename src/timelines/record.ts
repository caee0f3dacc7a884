import { asyncScheduler, type MonoTypeOperatorFunction, type Observable } from 'rxjs';
import { checkAwaitable, checkFunction, checkOptions } from '../arguments/check.js';
import type { Input } from '../awaitable/input.js';
import type { Candidate, Result, Valid } from '../awaitable/inference.js';
import type { Awaitable, Coroutine } from '../awaitable/types.js';
import type { Task } from '../task/task.js';
import type { TimelineEvent, TimelineEventType } from './event.js';
import { observeAwaitable } from '../observing/awaitable.js';
import { observeSource } from '../observing/input.js';
import { Run } from '../observing/run.js';

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
  const newRow = (name: string, output: boolean) => {
    const row = rows++;
    return (type: TimelineEventType, ...value: [] | [unknown]) => {
      events.push({ time: now() - start, name, row, output, type, ...(value.length > 0 && { value: value[0] }) });
    };
  };
  const newRun = (name: string, output: boolean) => new Run(newRow(name, output));
  const track = (name: string, awaitable: Awaitable<unknown>) => {
    checkAwaitable('timeline.track', awaitable);
    const row = newRow(name, false);
    row('tracked');
    let first: Run | undefined = new Run(row);
    const nextRun = () => {
      const run = first ?? newRun(name, false);
      first = undefined;
      return run;
    };
    return observeAwaitable(awaitable, nextRun);
  };
  return {
    events,
    track: track as Track,
    output: (name) => (source) => observeSource(source, () => newRun(name, true)),
  };
}
