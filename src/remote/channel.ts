import type { IQueueBackend, QueueBase, QueueEvents, Worker } from 'bullmq';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Batch } from './batch.js';
import { type Connecting, disconnect, openEvents } from './connecting.js';

// What callers and workers tell each other, through a stream of events of its own: that of the queue has far more. Whatever
// is told here may be lost, and is told again. Its key begins as all those of the queue do: who may use these may use it. On
// PostgreSQL its name alone counts.

const channelOf = ({ name, qualifiedName }: QueueBase) => ({ name: `${name}.channel`, prefix: qualifiedName });

/** As many events as BullMQ keeps of those that are not its own. */
const kept = 1000;
const moment = 500;
/** BullMQ tries again after so long, where reading is refused. */
const patience = 5000;

interface Told {
  readonly event: string;
  /** A list as JSON. */
  readonly subjects: string;
}

/** Tells, by the connection of a queue or worker; what is told in one turn goes out as one event. */
export class Teller {
  readonly #by: QueueBase;
  readonly #backend: IQueueBackend;
  readonly #batches = new Map<string, Batch<string>>();

  constructor(by: QueueBase) {
    const { name, prefix } = channelOf(by);
    this.#by = by;
    this.#backend = by.getBackend().forQueue(name, prefix);
  }

  /** `subject`: the id of a job, say. */
  tell(event: string, subject: string): void {
    let batch = this.#batches.get(event);
    if (batch === undefined) {
      batch = new Batch((subjects) => void this.#publish(event, subjects));
      this.#batches.set(event, batch);
    }
    batch.add(subject);
  }

  /** At once, and waits a moment until that has gone out: Redis may be away. */
  async tellNow(event: string, subject: string): Promise<void> {
    await Promise.race([this.#publish(event, [subject]), sleep(moment, undefined, { ref: false })]);
  }

  async #publish(event: string, subjects: readonly string[]): Promise<void> {
    const told: Told = { event, subjects: JSON.stringify(subjects) };
    try {
      await this.#backend.publishEvent({ ...told }, kept);
    } catch (error) {
      if (this.#by.closing === undefined) this.#by.emit('error', error);
    }
  }
}

/** Hears what a worker is told, for as long as it is open. */
export class Listener {
  readonly #events: QueueEvents;
  readonly #teller: Teller;
  #closed: Promise<void> | undefined;

  constructor(worker: Worker, connecting: Connecting) {
    const { name, prefix } = channelOf(worker);
    this.#events = openEvents(name, { ...connecting, prefix }, worker);
    this.#teller = new Teller(worker);
  }

  on(event: string, callback: (subject: string) => void): void {
    const listener = ({ subjects }: Told) => {
      for (const subject of JSON.parse(subjects) as string[]) callback(subject);
    };
    this.#events.on(event as 'error', listener as unknown as () => void);
  }

  /** Waits until it hears what it tells itself: so it has heard all that was told before. Fails where it does not. */
  async untilHeard(): Promise<void> {
    const event = crypto.randomUUID();
    const heard = once(this.#events, event, { signal: AbortSignal.timeout(patience) });
    await Promise.all([heard, this.#teller.tellNow(event, '')]);
  }

  close(): Promise<void> {
    return (this.#closed ??= disconnect(this.#events));
  }
}
