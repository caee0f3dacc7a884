import { Observable, type Subscriber, type TeardownLogic } from 'rxjs';
import { shared } from './shared.js';

/** What a combinator gives: `subscribe` is called for each subscriber that is still there. */
export function combinator<T>(kind: string, subscribe: (subscriber: Subscriber<T>) => TeardownLogic): Observable<T> {
  return new Observable((subscriber) => {
    // rxjs goes on subscribing to the rest after a source that failed at once: nobody could cancel this one.
    if (subscriber.closed) return;
    const { inspector } = shared;
    if (inspector === undefined) return subscribe(subscriber);
    inspector.subscribe(kind, new Observable(subscribe), subscriber);
    return;
  });
}
