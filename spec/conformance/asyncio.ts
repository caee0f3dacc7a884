import { Subject } from 'rxjs';
import { type CoroutineContext, createTask, type Task, type WaitResult } from 'rx-asyncio';

// What the cases take from asyncio besides what they are about: a loop with a clock of its own, sleep() and Future.

/** Each test starts at millisecond 0, and time passes only where the test says so. */
export function virtualTime(): void {
  beforeEach(() => {
    jest.useFakeTimers({ now: 0, doNotFake: ['nextTick', 'queueMicrotask'] });
  });
  afterEach(() => {
    jest.useRealTimers();
  });
}

/** Lets time pass until all is over, and tells how the promise ended, and when. As `loop.run_until_complete()`. */
export async function run<T>(promise: PromiseLike<T>): Promise<PromiseSettledResult<Awaited<T>> & { at: number }> {
  const ended = Promise.allSettled([promise]).then(([outcome]) => ({ ...outcome, at: Date.now() }));
  await jest.runAllTimersAsync();
  return ended;
}

/** Lets time pass. `pass(0)` lets everything happen that can without. */
export async function pass(milliseconds: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(milliseconds);
}

/** Ends after a while, or at once when the signal aborts. As `asyncio.sleep()`. */
export function sleep(milliseconds: number, context: CoroutineContext): Promise<void>;
export function sleep<T>(milliseconds: number, context: CoroutineContext, result: T): Promise<T>;
export function sleep<T>(milliseconds: number, { signal }: CoroutineContext, result?: T): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve(result);
    }, milliseconds);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/** As {@link sleep}, but it cannot be told to end earlier. */
export function crunch(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** A Task that others settle. As `loop.create_future()`. */
export interface Future<T> {
  readonly task: Task<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: Error) => void;
}

export function future<T>(name = 'future'): Future<T> {
  const source = new Subject<T>();
  return {
    task: createTask(source, { name }),
    resolve(value) {
      source.next(value);
      source.complete();
    },
    reject(reason) {
      source.error(reason);
    },
  };
}

/** The names of the Tasks: to `toEqual` one Task is as good as any other. */
export function names({ done, pending }: WaitResult<unknown>): { done: string[]; pending: string[] } {
  const namesOf = (tasks: Set<Task<unknown>>) => [...tasks].map((task) => task.name);
  return { done: namesOf(done), pending: namesOf(pending) };
}
