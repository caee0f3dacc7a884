import type { Queue } from 'bullmq';
import type { AwaitedJob } from './awaited-job.js';
import type { Barrier } from './barrier.js';
import type { Teller } from './channel.js';
import type { Ending } from './ending.js';

/** What Redis is asked by. */
export interface Asking {
  readonly queue: Queue;
  readonly teller: Teller;
  readonly barrier: Barrier;
}

/** Asks Redis how a job has ended, if it has; one that is to be cancelled is removed, or its worker told. */
export async function endingOf(id: string, job: AwaitedJob, by: Asking): Promise<Ending | undefined> {
  const [status, result] = (await by.queue.getBackend().isFinished(id, true)) as [number, string];
  if (status === 1) return { type: 'completed', value: JSON.parse(result) as unknown };
  if (status === 2) return { type: 'failed', reason: result, isKept: true };
  if (status === -1) {
    // The event that says how it ended may be on its way.
    await by.barrier.passed();
    return { type: 'lost' };
  }
  return job.cancelling ? cancel(id, job, by) : undefined;
}

/** Removes what does not run, with its children; but a parent alone where one of these runs. */
async function cancel(id: string, job: AwaitedJob, { queue, teller }: Asking): Promise<Ending | undefined> {
  for (const removeChildren of [true, false]) {
    if (!job.isWaitedFor) return undefined;
    if ((await queue.remove(id, { removeChildren })) === 1) return { type: 'removed' };
  }
  teller.tell('cancel', id);
  return undefined;
}
