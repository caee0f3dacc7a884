import type { JobsOptions, Queue } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { Batch } from './batch.js';
import { hasEnded } from './connecting.js';

/** What goes into the queue. Its id is the caller's, so adding it again after a doubtful failure does not run it twice. */
export interface NewJob {
  readonly name: string;
  readonly data: unknown;
  readonly opts: JobsOptions & { readonly jobId: string };
}

interface Adding {
  readonly job: NewJob;
  readonly added: (id: string) => void;
  readonly failed: (error: unknown) => void;
}

const pause = 1000;

/** Puts jobs into the queue: those that start in one turn go together. */
export class Adder {
  readonly #queue: Queue;
  readonly #batch = new Batch<Adding>((all) => void this.#addAll(all));

  constructor(queue: Queue) {
    this.#queue = queue;
  }

  /** The id that the job has: that of another, where BullMQ says that they are one. */
  add(job: NewJob): Promise<string> {
    return new Promise((added, failed) => {
      const adding = { job, added, failed };
      // Each has a trace of its own, which is that of whoever has called.
      if (this.#queue.opts.telemetry === undefined) this.#batch.add(adding);
      else void this.#addOne(adding);
    });
  }

  async #addAll(all: readonly Adding[]): Promise<void> {
    const [one] = all;
    // A transaction of one costs more.
    if (one !== undefined && all.length === 1) return this.#addOne(one);
    try {
      const jobs = await this.#queue.addBulk(all.map(({ job }) => job));
      all.forEach((each, index) => {
        const id = jobs[index]?.id as unknown;
        // The number of an error, which BullMQ tells of one alone.
        if (typeof id === 'number') void this.#addOne(each);
        else each.added(String(id));
      });
    } catch {
      // One of them has options that BullMQ refuses, or Redis has gone away: which one, and which are in the queue?
      for (const each of all) void this.#addOne(each);
    }
  }

  async #addOne({ job, added, failed }: Adding): Promise<void> {
    try {
      added(String((await this.#queue.add(job.name, job.data, job.opts)).id));
    } catch (error) {
      const { jobId } = job.opts;
      await this.#has(jobId).then((has) => {
        if (has) added(jobId);
        else failed(error);
      }, failed);
    }
  }

  /** Not before Redis has said it; fails where it never will. */
  async #has(id: string): Promise<boolean> {
    for (;;) {
      try {
        return ((await this.#queue.getBackend().isFinished(id)) as number) !== -1;
      } catch (error) {
        if (await hasEnded(this.#queue)) throw error;
        await sleep(pause);
      }
    }
  }
}
