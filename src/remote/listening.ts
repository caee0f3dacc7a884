import type { Queue, QueueEvents } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';

const pause = 50;
/** As many events as BullMQ itself keeps. */
const kept = 10_000;

/**
 * Waits until the events of a queue are heard, which takes more than a connection: those that come before they are read are
 * missed, a progress for good. So one of our own is sent until it comes back.
 */
export async function untilHeard(queue: Queue, events: QueueEvents): Promise<void> {
  const event = `rx-asyncio:${crypto.randomUUID()}`;
  let isHeard = false;
  const heard = new Promise<void>((resolve) => {
    events.once(event as 'resumed', () => {
      isHeard = true;
      resolve();
    });
  });
  do {
    await queue.getBackend().publishEvent({ event }, kept);
    await Promise.race([heard, sleep(pause)]);
  } while (!(isHeard as boolean) && queue.closing === undefined);
}
