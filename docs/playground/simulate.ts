import { defer, forkJoin, lastValueFrom, map, type Observable, of, timer, VirtualTimeScheduler } from 'rxjs';
import { asCompleted, asyncFinalize, createTask, gather, shield, taskGroup, wait, waitFor } from 'rx-asyncio'; // prettier-ignore
import { type Bar, type Rival, type Scene, shownBars } from './scene';

/** What became of one bar. Times are milliseconds. */
export interface Lane {
  readonly name: string;
  start?: number;
  cancelled?: number;
  /** When it has ended, its cleanup included; none if it never started. */
  end?: number;
  how: 'not started' | 'value' | 'failure' | 'cancelled';
}

/** What the combinator tells. */
export interface Told {
  readonly time: number;
  readonly type: 'value' | 'error' | 'complete' | 'unsubscribed';
  readonly text: string;
}

export interface Story {
  readonly lanes: readonly Lane[];
  readonly told: readonly Told[];
  /** When the last of it has ended. */
  readonly end: number;
}

/**
 * Plays the scene with the library itself, or with a rival of it, in virtual time: nothing waits for a clock, only for the
 * promises that are settled on the way.
 */
export async function simulate(scene: Scene, rival?: Rival): Promise<Story> {
  const clock = new VirtualTimeScheduler();
  const bars = shownBars(scene);
  const played = bars.map((bar) => {
    const lane: Lane = { name: bar.name, how: 'not started' };
    return { lane, job: job(bar, lane, clock) };
  });
  const lanes = played.map(({ lane }) => lane);
  const jobs = played.map((each) => each.job);
  const told: Told[] = [];
  const tell = (type: Told['type'], text = '') => told.push({ time: clock.now(), type, text });
  const result = rival === undefined ? ours(scene, jobs, clock) : rivals[rival](jobs);
  const subscription = result.subscribe({
    next: (value) => tell('value', inWords(value)),
    error: (error: unknown) => tell('error', error instanceof Error ? error.message || error.name : String(error)),
    complete: () => tell('complete'),
  });
  if (scene.unsubscribe !== undefined)
    clock.schedule(() => {
      if (subscription.closed) return;
      subscription.unsubscribe();
      tell('unsubscribed');
    }, scene.unsubscribe);
  await playOut(clock);
  const times = [...lanes.map(({ end = 0 }) => end), ...told.map(({ time }) => time)];
  return { lanes, told, end: Math.max(0, ...times) };
}

function ours(scene: Scene, jobs: readonly Job[], clock: VirtualTimeScheduler): Observable<unknown> {
  const { concurrency, returnExceptions, returnWhen } = scene;
  const timeout = scene.timeout === undefined ? undefined : timer(scene.timeout, clock);
  const [first] = jobs as [Job];
  switch (scene.structure) {
    case 'gather':
      return gather(jobs, { concurrency, returnExceptions });
    case 'asCompleted':
      return asCompleted(jobs, { concurrency, returnExceptions, timeout });
    case 'wait':
      return wait(jobs, { returnWhen, timeout }).pipe(map(({ done, pending }) => new Text(`${done.size} done, ${pending.size} pending`))); // prettier-ignore
    case 'waitFor':
      return timeout === undefined ? gather([first]).pipe(map(([value]) => value)) : waitFor(first, timeout);
    case 'shield':
      return shield(first);
    case 'taskGroup':
      return taskGroup(
        (group) => {
          jobs.forEach((each, index) => void group.createTask(each, { name: scene.bars[index]?.name ?? '' }));
          return of(new Text('all tasks have ended'));
        },
        { concurrency },
      );
  }
}

const rivals: Readonly<Record<Rival, (jobs: readonly Job[]) => Observable<unknown>>> = {
  'Promise.all': (jobs) => defer(() => Promise.all(jobs.map((each) => lastValueFrom(observable(each))))),
  forkJoin: (jobs) => forkJoin(jobs.map(observable)),
  // asyncio makes Tasks of its coroutines, which run on after a failure.
  'asyncio.gather': (jobs) => defer(() => gather(jobs.map((each) => createTask(each)))),
};

/** Without us a function is called, and its Promise listened to. */
function observable(awaitable: Job): Observable<string> {
  return typeof awaitable === 'function' ? defer(awaitable) : awaitable;
}

/** One that heeds its cancellation, and one that cannot. */
type Job = Observable<string> | (() => Promise<string>);

function job({ name, duration, ending, cleanup }: Bar, lane: Lane, clock: VirtualTimeScheduler): Job {
  const end = (how: Lane['how']) => {
    lane.how = how;
    lane.end = clock.now();
  };
  const ended = () => {
    end('cancelled');
  };
  const begin = () => {
    lane.start = clock.now();
    return timer(duration, clock);
  };
  if (ending === 'ignores')
    return () =>
      lastValueFrom(begin()).then(() => {
        end('value');
        return name;
      });
  return defer(() =>
    begin().pipe(
      map(() => {
        end(ending);
        if (ending === 'failure') throw new Error(`${name} has failed`);
        return name;
      }),
      asyncFinalize(() => {
        if (lane.end !== undefined) return undefined;
        lane.cancelled = clock.now();
        if (cleanup > 0) return lastValueFrom(timer(cleanup, clock)).then(ended);
        ended();
        return undefined;
      }),
    ),
  );
}

/** Goes from one moment to the next, and lets promises have their say in between. */
async function playOut(clock: VirtualTimeScheduler): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const turn = () =>
    new Promise((resolve) => {
      port1.onmessage = resolve;
      port2.postMessage(undefined);
    });
  try {
    await turn();
    for (let next = clock.actions[0]; next !== undefined; next = clock.actions[0]) {
      clock.maxFrames = next.delay;
      clock.flush();
      await turn();
    }
  } finally {
    port1.close();
  }
}

class Text extends String {}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inWords).join(', ')}]`;
  if (isOutcome(value)) return value.status === 'fulfilled' ? inWords(value.value) : `✕ ${String(value.reason)}`;
  return String(value);
}

function isOutcome(value: unknown): value is PromiseSettledResult<unknown> {
  return typeof value === 'object' && value !== null && 'status' in value;
}
