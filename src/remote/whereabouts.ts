import type { Queue, QueueEvents } from 'bullmq';
import type { TellPlace } from '../cleanup/inspector.js';
import { shared } from '../cleanup/shared.js';
import type { Call } from './ending.js';

/** Of what is on the stack; nothing while nobody looks. */
export const placeTeller = (): TellPlace | undefined => shared.inspector?.remote();

/** Tells calls where their jobs are: in the queue, or on which worker. It asks only for those that somebody looks at. */
export function tellPlaces(queue: Queue, events: QueueEvents, callsOf: (id: string) => readonly Call[]): void {
  const look = async (id: string, calls: readonly Call[]): Promise<void> => {
    const job = await queue.getJob(id);
    if (job === undefined) return;
    const isActive = await job.isActive();
    for (const { tellPlace } of calls) {
      if (isActive) tellPlace?.('running', `on ${job.processedBy ?? 'a worker'}`);
      else tellPlace?.('waiting', `in queue ${queue.name}`);
    }
  };
  for (const event of ['active', 'waiting', 'delayed', 'duplicated'] as const) {
    events.on(event, ({ jobId }: { readonly jobId: string }) => {
      const calls = callsOf(jobId).filter(({ tellPlace }) => tellPlace !== undefined);
      // Redis is away, and the picture old.
      if (calls.length > 0) look(jobId, calls).catch(() => {});
    });
  }
}
