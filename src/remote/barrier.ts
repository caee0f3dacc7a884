import type { Queue, QueueEvents } from 'bullmq';
import { Batch } from './batch.js';
import { untilHeard } from './listening.js';

interface Passing {
  readonly passed: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Events are heard in the order in which all that they tell of has happened. So when one of our own is heard, what happened before
 * that was sent has been heard as well.
 */
export class Barrier {
  readonly #batch: Batch<Passing>;

  constructor(queue: Queue, events: QueueEvents) {
    this.#batch = new Batch((all) => {
      untilHeard(queue, events, queue.emit.bind(queue, 'error')).then(
        () => {
          for (const { passed } of all) passed();
        },
        (error: unknown) => {
          for (const { failed } of all) failed(error);
        },
      );
    });
  }

  /** When all has been heard that has happened by now. Fails where nothing is heard any more. */
  passed(): Promise<void> {
    return new Promise((passed, failed) => {
      this.#batch.add({ passed, failed });
    });
  }
}
