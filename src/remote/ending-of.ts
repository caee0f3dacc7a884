import type { Queue } from 'bullmq';
import type { AwaitedJob } from './awaited-job.js';
import type { Teller } from './channel.js';
import type { Ending } from './ending.js';

/** Asks Redis how a job has ended, if it has; one that is to be cancelled is removed, or its worker told. */
export async function endingOf(id: string, job: AwaitedJob, queue: Queue, teller: Teller): Promise<Ending | undefined> {
  const [status, result] = (await queue.getBackend().isFinished(id, true)) as [number, string];
  if (status === 1) return { type: 'completed', value: JSON.parse(result) as unknown };
  if (status === 2) return { type: 'failed', reason: result, isKept: true };
  if (status === -1) {
    if (job.removed) return { type: 'removed' };
    // The event that says how it ended may be on its way: it gets another round.
    job.missingAt ??= job.lookedAt;
    return job.lookedAt > job.missingAt ? (job.early ?? { type: 'lost' }) : undefined;
  }
  job.missingAt = undefined;
  // It was another that had that id.
  job.early = undefined;
  if (!job.again) job.removed = false;
  return job.cancelling ? cancel(id, job, queue, teller) : undefined;
}

/** Removes what does not run, with its children; but a parent alone where one of these runs. */
async function cancel(id: string, { calls }: AwaitedJob, queue: Queue, teller: Teller): Promise<Ending | undefined> {
  for (const removeChildren of [true, false]) {
    if (calls.size === 0) return undefined;
    if ((await queue.remove(id, { removeChildren })) === 1) return { type: 'removed' };
  }
  teller.tell('cancel', id);
  return undefined;
}
