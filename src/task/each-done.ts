import type { Observable, Subscriber } from 'rxjs';
import type { Feed } from '../awaitable/feed.js';
import { shared } from '../cleanup/shared.js';
import { run } from '../running/run.js';
import { startTask, type Task } from './task.js';

/** Starts the Tasks that are `owned`. Calls `done` with each when it is done, and `finished` when all are. */
export function eachDone<T, R>(
  feed: Feed<Task<T>>,
  owned: ReadonlySet<Task<T>>,
  done: (task: Task<T>, subscriber: Subscriber<R>) => void,
  finished: (subscriber: Subscriber<R>) => void,
): Observable<R> {
  const started: Task<T>[] = [];
  return run<T, R>({ feed: () => feed, first: 0 }, Infinity, (subscriber) => {
    const ended = (_: unknown, index: number) => {
      done(started[index] as unknown as Task<T>, subscriber);
    };
    return {
      name: 'wait',
      awaitableOf: (pulled) => {
        const task = pulled as Task<T>;
        started.push(task);
        if (owned.has(task)) {
          shared.inspector?.adopt(task, subscriber);
          startTask(task, subscriber);
        }
        return task;
      },
      fulfilled: ended,
      failed: ended,
      finished: () => {
        finished(subscriber);
      },
    };
  });
}
