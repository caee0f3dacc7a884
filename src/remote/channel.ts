import type { QueueEvents, QueueEventsProducer } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { Batch } from './batch.js';
import { type Connecting, disconnect, openEvents, openProducer } from './connecting.js';

// What callers and workers tell each other, through a stream of events of its own: that of the queue has far more. Whatever
// is told here may be lost, and is told again.

const channelOf = (queue: string) => `${queue}.channel`;

const moment = 500;

interface Told {
  readonly eventName: string;
  /** A list as JSON. */
  readonly subjects: string;
}

/** Tells; what is told in one turn goes out as one event. */
export class Teller {
  readonly #producer: QueueEventsProducer;
  readonly #batches = new Map<string, Batch<string>>();

  constructor(queue: string, connecting: Connecting) {
    this.#producer = openProducer(channelOf(queue), connecting);
  }

  /** `subject`: the id of a job, say. */
  tell(eventName: string, subject: string): void {
    let batch = this.#batches.get(eventName);
    if (batch === undefined) {
      batch = new Batch((subjects) => void this.#publish(eventName, subjects));
      this.#batches.set(eventName, batch);
    }
    batch.add(subject);
  }

  /** At once, and waits a moment until that has gone out: Redis may be away. */
  async tellNow(eventName: string, subject: string): Promise<void> {
    await Promise.race([this.#publish(eventName, [subject]), sleep(moment, undefined, { ref: false })]);
  }

  async #publish(eventName: string, subjects: readonly string[]): Promise<void> {
    const told: Told = { eventName, subjects: JSON.stringify(subjects) };
    await this.#producer.publishEvent(told).catch(() => {});
  }

  close(): Promise<void> {
    return disconnect(this.#producer);
  }
}

/** Hears what is told, for as long as it is open. */
export class Listener {
  readonly #events: QueueEvents;

  constructor(queue: string, connecting: Connecting) {
    this.#events = openEvents(channelOf(queue), connecting);
  }

  on(eventName: string, callback: (subject: string) => void): void {
    const listener = ({ subjects }: Told) => {
      for (const subject of JSON.parse(subjects) as string[]) callback(subject);
    };
    this.#events.on(eventName as 'error', listener as unknown as () => void);
  }

  close(): Promise<void> {
    return disconnect(this.#events);
  }
}
