import { Observable, type Subscriber } from 'rxjs';
import type { Awaitable } from '../awaitable/types.js';
import type { Client } from './client.js';
import type { Group } from './groups.js';
import { Runner } from './runner.js';

/** Runs a group for whoever subscribes; `clientOf` says what becomes of its results. */
export function run<T, R>(
  group: Group<Awaitable<T>>,
  concurrency: number,
  clientOf: (subscriber: Subscriber<R>) => Client<T>,
): Observable<R> {
  return new Observable((subscriber) => {
    const runner = new Runner(subscriber, group, concurrency, clientOf(subscriber));
    subscriber.add(runner);
    runner.start();
  });
}
