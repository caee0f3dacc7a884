import type { Queue, QueueEvents } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasEnded } from './connecting.js';

const pause = 50;
/** Of what refuses: a replica that is not yet the primary, one that has no memory left. */
const pauseOfRefused = 500;
/** As many events as BullMQ itself keeps, unless it is told otherwise. */
const kept = 10_000;

/**
 * Waits until the events of a queue are heard, which takes more than a connection: those that come before they are read are
 * missed, a progress for good. So one of our own is sent until it comes back. Redis may refuse that for a while.
 */
export async function untilHeard(queue: Queue, events: QueueEvents, refused: (error: unknown) => void): Promise<void> {
  const event = `rx-asyncio:${crypto.randomUUID()}`;
  let isHeard = false;
  const heard = new Promise<void>((resolve) => {
    events.once(event as 'resumed', () => {
      isHeard = true;
      resolve();
    });
  });
  do {
    try {
      await queue.getBackend().publishEvent({ event }, queue.opts.streams?.events.maxLen ?? kept);
      await Promise.race([heard, sleep(pause)]);
    } catch (error) {
      if (await hasEnded(queue)) throw error;
      refused(error);
      await sleep(pauseOfRefused);
    }
  } while (!(isHeard as boolean) && queue.closing === undefined);
}
