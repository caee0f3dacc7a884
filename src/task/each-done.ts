import type { Source } from '../cleanup/upstream.js';
import type { Feed } from '../awaitable/feed.js';
import { run } from '../running/run.js';
import { startTask, type Task } from './task.js';

/** Starts the Tasks that are `owned`, and emits each Task when it is done. */
export function eachDone<T>(feed: Feed<Task<T>>, owned: ReadonlySet<Task<T>>): Source<Task<T>> {
  const started: Task<T>[] = [];
  return run<T, Task<T>>({ feed: () => feed, first: 0 }, Infinity, (subscriber) => {
    const done = (_: unknown, index: number) => {
      subscriber.next(started[index] as unknown as Task<T>);
    };
    return {
      name: 'wait',
      starting: (awaitable) => {
        const task = awaitable as Task<T>;
        started.push(task);
        if (owned.has(task)) startTask(task);
      },
      fulfilled: done,
      failed: done,
      finished: () => {
        subscriber.complete();
      },
    };
  });
}
