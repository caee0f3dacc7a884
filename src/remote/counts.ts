import type { Queue } from 'bullmq';
import { isDeepStrictEqual } from 'node:util';
import { catchError, distinctUntilChanged, EMPTY, exhaustMap, from, type Observable, ReplaySubject, share, takeUntil, timer } from 'rxjs'; // prettier-ignore

/** How many jobs of a queue stand where, by BullMQ's names; those that have ended as long as they are kept. */
export type QueueCounts = Readonly<
  Record<'waiting' | 'prioritized' | 'delayed' | 'waiting-children' | 'active' | 'completed' | 'failed', number>
>;

/** Asked for once for all who listen; while Redis is away, the last ones stand. */
export function countsOf(queue: Queue, every: number, closed: Promise<void>): Observable<QueueCounts> {
  return timer(0, every).pipe(
    exhaustMap(() => from(queue.getJobCounts() as Promise<QueueCounts>).pipe(catchError(() => EMPTY))),
    distinctUntilChanged<QueueCounts>(isDeepStrictEqual),
    takeUntil(closed),
    share({ connector: () => new ReplaySubject(1) }),
  );
}
