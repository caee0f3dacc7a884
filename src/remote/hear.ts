import type { QueueEvents } from 'bullmq';
import type { AwaitedJobs } from './awaited.js';

/** Has those who wait for jobs hear of them: from the one listener that a queue has. */
export function hear(events: QueueEvents, jobs: AwaitedJobs): void {
  events.on('completed', ({ jobId, returnvalue }) => {
    jobs.ended(jobId, { type: 'completed', value: returnvalue });
  });
  events.on('failed', ({ jobId, failedReason }) => {
    jobs.ended(jobId, { type: 'failed', reason: failedReason });
  });
  events.on('removed', ({ jobId }) => {
    jobs.ended(jobId, { type: 'removed' });
  });
  for (const event of ['added', 'waiting'] as const) {
    events.on(event, ({ jobId }: { readonly jobId: string }) => {
      jobs.began(jobId);
    });
  }
  events.on('progress', ({ jobId, data }) => {
    for (const call of jobs.callsOf(jobId)) call.progress(data);
  });
  // Its worker has died, so it waits again: it is removed before it starts, if it is wanted no more.
  events.on('stalled', ({ jobId }) => {
    if (jobs.get(jobId)?.cancelling === true) jobs.look(jobId);
  });
}
