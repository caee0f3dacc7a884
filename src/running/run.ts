import type { Subscriber } from 'rxjs';
import type { Awaitable } from '../awaitable/types.js';
import type { Subscribe } from '../cleanup/upstream.js';
import type { Group } from './groups.js';
import { type Client, Runner } from './runner.js';

/** Runs a group for whoever subscribes; `clientOf` says what becomes of its results. */
export function run<T, R>(
  group: Group<Awaitable<T>>,
  concurrency: number,
  clientOf: (subscriber: Subscriber<R>, runner: () => Runner<T>) => Client<T>,
): Subscribe<R> {
  return (subscriber) => {
    const runner: Runner<T> = new Runner(
      subscriber,
      group,
      concurrency,
      clientOf(subscriber, () => runner),
    );
    subscriber.add(() => {
      runner.stop();
    });
    runner.start();
  };
}
