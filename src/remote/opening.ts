import type { Queue, QueueEvents } from 'bullmq';
import { longestDelay } from '../arguments/timeout.js';
import { placeOf } from './connecting.js';
import { untilHeard } from './listening.js';
import type { Wanted } from './wanted.js';

/** How a queue is reached in the beginning: nothing is sent before it answers, since it could not be taken back. */
export class Opening {
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #timeout: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOpen = false;
  #opening: Promise<void> | undefined;
  #listening: Promise<void> | undefined;
  #refusal: unknown = new Error('it does not answer');

  constructor(queue: Queue, events: QueueEvents, timeout: number) {
    this.#queue = queue;
    this.#events = events;
    this.#timeout = timeout;
    queue.on('error', (error) => {
      this.#refusal = error;
    });
    this.#listen().catch(() => {});
  }

  /** Waits for that, or until the call is wanted no more. */
  async opened(wanted: Wanted): Promise<void> {
    if (!this.#isOpen) await wanted.waitFor((this.#opening ??= this.#open()));
  }

  async #open(): Promise<void> {
    let within = '';
    const late = new Promise<never>((_, reject) => {
      if (this.#timeout === Infinity) return;
      this.#timer = setTimeout(
        () => {
          within = ` within ${this.#timeout} ms`;
          reject(this.#refusal);
        },
        Math.min(this.#timeout, longestDelay),
      );
    });
    try {
      await Promise.race([this.#listen(), late]);
      this.#isOpen = true;
    } catch (error) {
      // The next job tries again.
      this.#opening = undefined;
      const message = `remoteQueue: no connection to ${placeOf(this.#queue.opts.connection)} for queue ${this.#queue.name}`;
      throw new Error(`${message}${within}: ${(error as Error).message}`, { cause: error });
    } finally {
      this.close();
    }
  }

  /** Nobody waits for it any more: what it has begun would hold the process until it is late. */
  close(): void {
    clearTimeout(this.#timer);
  }

  /** For as long as it takes; a connection that has ended for good may have been made anew by whoever has it. */
  #listen(): Promise<void> {
    this.#listening ??= untilHeard(this.#queue, this.#events, (refusal) => {
      this.#refusal = refusal;
    }).catch((error: unknown) => {
      this.#listening = undefined;
      throw error;
    });
    return this.#listening;
  }
}
