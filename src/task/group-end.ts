import type { Subscriber } from 'rxjs';
import type { Failures } from '../cleanup/failures.js';
import type { Task } from './task.js';

/** Tells of the end of a group, all of which has ended. */
export function tellEnd<R>(subscriber: Subscriber<R>, body: Task<R>, [failure]: Failures, wasCancelled: boolean): void {
  if (failure !== undefined) subscriber.error(failure);
  else if (body.status === 'cancelled' && !wasCancelled) body.subscribe(subscriber);
  else {
    subscriber.next(body.status === 'cancelled' ? (undefined as R) : body.result());
    subscriber.complete();
  }
}
