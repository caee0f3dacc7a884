import type { Subscriber } from 'rxjs';
import { inTurn } from '../cleanup/turns.js';
import type { GroupFailures } from './group-failures.js';
import type { Task } from './task.js';

/** Tells of the end of a group, all of which has ended. */
export function tellEnd<R>(
  subscriber: Subscriber<R>,
  body: Task<R>,
  failures: GroupFailures,
  wasCancelled: boolean,
): void {
  inTurn(() => {
    const [failure] = failures.take();
    if (failure !== undefined) subscriber.error(failure);
    else if (body.status === 'cancelled' && !wasCancelled) body.subscribe(subscriber);
    else {
      subscriber.next(body.status === 'cancelled' ? (undefined as R) : body.result());
      subscriber.complete();
    }
  });
}
