import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import path from 'node:path';
import { promisify } from 'node:util';
import { createTask, type Awaitable, type Task, taskGroup } from 'rx-asyncio';
import { waitFor } from 'rx-asyncio/promises';
import { map, merge, Subject, take, timer } from 'rxjs';
import { collectGarbage } from '../support/garbage';

// Real timers and the real heap, since what is left of them is the question. Nobody waits for their time to pass.

const count = 10_000;
const aMinute = 60_000;
const turnOfTheEventLoop = () => new Promise((resolve) => setImmediate(resolve));
const activeTimers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

/** Starts so many tasks in a group, cancels half of them a few at a time, in a random order, and lets the others finish. */
async function runManyTasks(seed: number) {
  const random = randomNumbers(seed);
  const finish = new Subject<string>();
  const tasks: Task<string>[] = [];
  const timersBefore = activeTimers();
  const ended = jest.fn();
  let signal = new AbortController().signal;

  taskGroup((group) => {
    signal = group.signal;
    const finished = merge(finish, timer(aMinute).pipe(map(() => 'late'))).pipe(take(1));
    const kinds: Awaitable<string>[] = [
      finished,
      (context) =>
        new Promise((resolve, reject) => {
          const timeout = setTimeout(resolve, aMinute, 'late');
          finish.pipe(take(1)).subscribe({
            next: resolve,
            error: reject,
            complete: () => {
              clearTimeout(timeout);
            },
          });
          context.signal.addEventListener('abort', () => {
            clearTimeout(timeout);
            // Some of the cleanup takes another turn.
            void turnOfTheEventLoop().then(() => {
              reject(context.signal.reason as Error);
            });
          });
        }),
      // It heeds the signal of the group only, so a task of it is let go of, and it runs on to the end.
      () => waitFor(finished, aMinute, group),
    ];
    for (let i = 0; i < count; i++) tasks.push(group.createTask(kinds[i % kinds.length] ?? finish));
    return finish.pipe(take(1));
  }).subscribe({ next: ended, error: ended });

  const during = { timers: activeTimers() - timersBefore, listeners: getEventListeners(signal, 'abort').length };
  const cancelled = shuffled(tasks, random).slice(0, count / 2);
  for (const [index, task] of cancelled.entries()) {
    task.cancel();
    if (random() < 0.01) await turnOfTheEventLoop();
    if (index === count / 4) expect(ended).not.toHaveBeenCalled();
  }
  // For the cleanups that take another turn: a result that comes before their end would win.
  await turnOfTheEventLoop();
  finish.next('finished');
  finish.complete();
  for (let turn = 0; turn < 5; turn++) await turnOfTheEventLoop();

  const after = { timers: activeTimers() - timersBefore, listeners: getEventListeners(signal, 'abort').length };
  return { tasks, cancelled: new Set(cancelled), ended: ended.mock.calls, during, after };
}

/** Pseudo-random numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

function heapUsed(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe('of 10,000 tasks, half of them cancelled at random instants,', () => {
  it('each ends in the one status it must have, and no timer or listener is left', async () => {
    const { tasks, cancelled, ended, during, after } = await runManyTasks(42);
    const expected = tasks.map((task) => (cancelled.has(task) ? 'cancelled' : 'fulfilled'));
    expect(tasks.map(({ status }) => status)).toEqual(expected);
    expect(ended).toEqual([['finished']]);
    // They were there to be left behind.
    expect(during.timers).toBeGreaterThan(count);
    // One for all of them.
    expect(during.listeners).toBe(1);
    // Fewer than before, where one of Jest's own has run out meanwhile.
    expect(after.timers).toBeLessThanOrEqual(0);
    expect(after.listeners).toBe(0);
  });

  it('nothing is left on the heap', async () => {
    await runManyTasks(1);
    const before = heapUsed();
    await runManyTasks(2);
    // A task with all it holds takes more than a kilobyte.
    expect((heapUsed() - before) / count).toBeLessThan(200);
  });
});

it('a Task that is done keeps nothing of what it ran, as a Promise does not', async () => {
  // Not made by what fails with it, which its stack would keep.
  const failure = new Error('no');
  const functions: WeakRef<object>[] = [];
  const running = (result: () => Promise<number>) => {
    functions.push(new WeakRef(result));
    return createTask(result);
  };
  const tasks = [
    running(() => Promise.resolve(1)),
    running(() => Promise.reject(failure)),
    running(() => new Promise(() => {})),
  ];
  tasks[2]?.cancel();
  await Promise.allSettled(tasks);
  await turnOfTheEventLoop();
  heapUsed();
  expect(functions.map((each) => each.deref())).toEqual([undefined, undefined, undefined]);
  expect(tasks.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'cancelled']);
});

it('a pending Task takes 625 bytes, give or take a tenth', async () => {
  const program = path.join(__dirname, 'bytes.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', program]);
  const [each, done, pending] = stdout.split(' ').map(Number);
  expect([done, pending]).toEqual([0, 100_000]);
  expect(each).toBeGreaterThan(0.9 * 625);
  expect(each).toBeLessThan(1.1 * 625);
});
