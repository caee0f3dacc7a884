// Draws docs/pictures: a timeline of each combinator, from a real run of it in virtual time.
import { withGlobal } from '@sinonjs/fake-timers';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  catchError,
  EMPTY,
  ignoreElements,
  interval,
  lastValueFrom,
  map,
  type Observable,
  take,
  takeUntil,
  timer,
} from 'rxjs';
import {
  asCompleted,
  type Awaitable,
  type Coroutine,
  createTask,
  FIRST_COMPLETED,
  gather,
  shield,
  taskGroup,
  wait,
  waitFor,
  type WaitResult,
} from 'rx-asyncio';
import { recordTimeline, renderTimeline, type Timeline } from 'rx-asyncio/timeline';

export const folder = path.join(__dirname, '../docs/pictures');

/** The pictures, each under the name of its file. */
export async function drawPictures(): Promise<Map<string, string>> {
  const pictures = new Map<string, string>();
  for (const scene of scenes) pictures.set(`${scene.file}.svg`, await draw(scene));
  return pictures;
}

interface Scene {
  readonly file: string;
  readonly title: string;
  readonly description: string;
  readonly run: (timeline: Timeline) => Observable<unknown>;
  /** Whether all that runs is recorded, nested. */
  readonly all?: boolean;
}

const scenes: readonly Scene[] = [
  {
    file: 'gather',
    title: 'gather([user, orders, prices])',
    description: 'All run at the same time. The results come together, when the last of them is there.',
    run: ({ track, output }) =>
      gather([
        track('user', job('Ada', 60)),
        track('orders', job(3, 120)),
        track('prices', interval(30).pipe(take(3), map((n) => n + 10))), // prettier-ignore
      ]).pipe(output('gather')),
  },
  {
    file: 'gather-failure',
    title: 'gather([user, orders, upload]), and orders fails',
    description: 'The first failure cancels the rest. It is passed on once all that was cancelled has cleaned up.',
    run: ({ track, output }) =>
      gather([
        track('user', job('Ada', 120)),
        track('orders', failing('no connection', 60)),
        track('upload', job('stored', 140, { cleanup: 50 })),
      ]).pipe(output('gather')),
  },
  {
    file: 'as-completed',
    title: 'asCompleted([slow, fast, middle])',
    description: 'Each result comes as soon as it is there, whatever the order in the list.',
    run: ({ track, output }) =>
      asCompleted([
        track('slow', job('tortoise', 150)),
        track('fast', job('hare', 40)),
        track('middle', job('fox', 90)),
      ]).pipe(output('asCompleted')),
  },
  {
    file: 'as-completed-concurrency',
    title: 'asCompleted(pages, { concurrency: 2 })',
    description: 'Two run at a time. The next one is started as soon as a slot frees up.',
    run: ({ track, output }) => {
      const pages = [60, 100, 80, 30].map((ms, index) => track(`page ${index + 1}`, job(index + 1, ms)));
      return asCompleted(pages, { concurrency: 2 }).pipe(output('asCompleted'));
    },
  },
  {
    file: 'wait-timeout',
    title: 'wait([quick, slow, task], { timeout: 100 })',
    description:
      'At the timeout it emits what is done and what is pending. What it started itself it then cancels, and completes after the cleanup. The Task was started by someone else, so it runs on.',
    run: ({ track, output }) => {
      const quick = track('quick', job(1, 50));
      const slow = track('slow', job(2, 200, { cleanup: 40 }));
      const task = track('task', createTask(job(3, 180)));
      return wait([quick, slow, task], { timeout: 100 }).pipe(map(counted), output('wait'));
    },
  },
  {
    file: 'wait-first-completed',
    title: 'wait([mirror 1, mirror 2, mirror 3], { returnWhen: FIRST_COMPLETED })',
    description:
      'A race: it emits when the first is done, cancels the others, and completes when they have cleaned up.',
    run: ({ track, output }) => {
      const mirrors = [130, 70, 160].map((ms, index) =>
        track(`mirror ${index + 1}`, job(`${ms} ms`, ms, { cleanup: index * 15 })),
      );
      return wait(mirrors, { returnWhen: FIRST_COMPLETED }).pipe(map(counted), output('wait'));
    },
  },
  {
    file: 'wait-for',
    title: 'waitFor(download, 100)',
    description: 'At the timeout it cancels. The TimeoutError comes after the cleanup: nothing runs on behind it.',
    run: ({ track, output }) =>
      waitFor(track('download', job('file', 200, { cleanup: 50 })), 100).pipe(output('waitFor')),
  },
  {
    file: 'shield',
    title: 'waitFor(shield(save), 80)',
    description: 'Shielded from the cancellation: the wait for it ends, and it runs on.',
    run: ({ track, output }) =>
      waitFor(shield(track('save', job('saved', 140, { cleanup: 50 }))), 80).pipe(output('waitFor')),
  },
  {
    file: 'task-group-failure',
    title: 'taskGroup((group) => …), and one of its tasks fails',
    description:
      'The other tasks are cancelled. The group fails once all of them have ended, with every failure there was.',
    run: ({ track, output }) =>
      taskGroup(async (group) => {
        const start = (name: string, awaitable: Awaitable<unknown>) =>
          group.createTask(track(name, awaitable), { name });
        void start('parse', job('parsed', 40));
        void start('fetch', failing('no connection', 80));
        void start('write', job('written', 150, { cleanup: 60 }));
        void start('count', timer(130).pipe(map(() => 42)));
        return Promise.resolve('ok');
      }).pipe(output('taskGroup')),
  },
  {
    file: 'rule-1',
    title: 'gather([search, upload]), unsubscribed after 80 ms',
    description: 'Unsubscribing cancels what was started, in that very moment.',
    run: ({ track, output }) =>
      gather([track('search', job('found', 150)), track('upload', job('stored', 120, { cleanup: 40 }))]).pipe(
        output('gather'),
        takeUntil(timer(80)),
      ),
  },
  {
    file: 'rule-4',
    title: 'gather([check, upload]), and the cleanup fails as well',
    description: 'The first failure is what gather fails with. What fails later is listed with it: suppressed(error).',
    run: ({ track, output }) =>
      gather([
        track('check', failing('disk full', 60)),
        track('upload', job('stored', 140, { cleanup: 50, untidy: 'cannot delete' })),
      ]).pipe(output('gather')),
  },
  {
    file: 'nested',
    title: 'recordTimeline({ all: true })',
    description:
      'A group with two tasks. One of them fails, so the rest is cancelled; the group ends when all has cleaned up.',
    all: true,
    run: () =>
      taskGroup((group) => {
        const page = gather({ user: job('Ada', 40), orders: gather([1, 2].map((n) => job(n, n * 60))) });
        group.createTask(page, { name: 'page' });
        group.createTask(gather({ upload: job('stored', 200, { cleanup: 40 }), check: failing('disk full', 130) }), {
          name: 'backup',
        });
        return job('served', 300)(group);
      }),
  },
];

async function draw({ title, description, run, all }: Scene): Promise<string> {
  // Virtual time for rxjs and for promises alike.
  const clock = withGlobal(globalThis).install({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] }); // prettier-ignore
  try {
    using timeline = recordTimeline({ all });
    const ended = lastValueFrom(
      run(timeline).pipe(
        ignoreElements(),
        catchError(() => EMPTY),
      ),
      { defaultValue: null },
    );
    await clock.runAllAsync();
    await ended;
    return renderTimeline(timeline.events, { title, description });
  } finally {
    clock.uninstall();
  }
}

/** Takes so many milliseconds, and so many more to clean up when it is cancelled. */
function job<T>(result: T, ms: number, { cleanup = 0, untidy = '' } = {}): Coroutine<T> {
  return async ({ signal }) => {
    try {
      await sleep(ms, signal);
      return result;
    } finally {
      if (signal.aborted) await cleanUp(cleanup, untidy);
    }
  };
}

async function cleanUp(ms: number, failure: string): Promise<void> {
  if (ms > 0) await sleep(ms);
  if (failure !== '') throw new Error(failure);
}

function failing(message: string, ms: number): Coroutine<never> {
  return async ({ signal }) => {
    await sleep(ms, signal);
    throw new Error(message);
  };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timeout = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timeout);
      reject(signal.reason as Error);
    });
  });
}

function counted({ done, pending }: WaitResult<unknown>): { done: number; pending: number } {
  return { done: done.size, pending: pending.size };
}

async function writePictures(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [name, svg] of await drawPictures()) writeFileSync(path.join(folder, name), svg);
}

if (require.main === module) void writePictures();
