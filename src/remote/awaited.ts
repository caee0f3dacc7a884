import type { Queue, QueueEvents } from 'bullmq';
import { AwaitedJob } from './awaited-job.js';
import type { Teller } from './channel.js';
import { hasEnded } from './connecting.js';
import type { Call, Ending } from './ending.js';
import { endingOf } from './ending-of.js';

const fewest = 100;

/**
 * The jobs that are waited for. Their endings are heard from the one listener that a queue has; since an event may be missed
 * (a job that ended before anybody listened, a stream that was trimmed), those that take long are looked for, too, in turn.
 */
export class AwaitedJobs {
  readonly #queue: Queue;
  readonly #teller: Teller;
  readonly #recheck: number;
  /** Those looked for last are the last. */
  readonly #jobs = new Map<string, AwaitedJob>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(queue: Queue, events: QueueEvents, teller: Teller, recheck: number) {
    this.#queue = queue;
    this.#teller = teller;
    this.#recheck = recheck;
    events.on('completed', ({ jobId, returnvalue }) => {
      this.#end(jobId, this.#jobs.get(jobId), { type: 'completed', value: returnvalue });
    });
    events.on('failed', ({ jobId, failedReason }) => {
      this.#end(jobId, this.#jobs.get(jobId), { type: 'failed', reason: failedReason });
    });
    events.on('removed', ({ jobId }) => {
      const job = this.#jobs.get(jobId);
      if (job === undefined) return;
      job.removed = true;
      this.look(jobId);
    });
    events.on('progress', ({ jobId, data }) => {
      for (const call of this.callsOf(jobId)) call.progress(data);
    });
    // Its worker has died, so it waits again: it is removed before it starts, if it is wanted no more.
    events.on('stalled', ({ jobId }) => {
      if (this.#jobs.get(jobId)?.cancelling === true) this.look(jobId);
    });
  }

  /** Those who wait for a job. */
  callsOf(id: string): readonly Call[] {
    return [...(this.#jobs.get(id)?.calls ?? [])];
  }

  /** Waits for a job; but one that is being cancelled is none for who comes now: gives when that will have ended. */
  add(id: string, call: Call): Promise<void> | undefined {
    const job = this.#jobs.get(id);
    if (job?.cancelling === true) return new Promise((resolve) => job.later.push(resolve));
    if (job !== undefined) job.calls.add(call);
    else this.#jobs.set(id, new AwaitedJob(call));
    this.#timer ??= setInterval(() => {
      this.#lookAround();
    }, this.#recheck);
    return undefined;
  }

  /** It is in the queue. */
  added(id: string): void {
    const job = this.#jobs.get(id);
    if (job !== undefined) job.added = true;
  }

  delete(id: string, call: Call): void {
    const job = this.#jobs.get(id);
    if (job?.calls.delete(call) !== true || job.calls.size > 0) return;
    this.#jobs.delete(id);
    if (this.#jobs.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Removes the job, or tells whoever has it, until it has ended; others who wait for it are left to it. */
  cancel(id: string, call: Call): void {
    const job = this.#jobs.get(id);
    if (job?.calls.has(call) !== true) return;
    if (job.calls.size > 1) {
      this.delete(id, call);
      call.ended({ type: 'left' });
      return;
    }
    job.cancelling = true;
    this.look(id);
  }

  /** Asks Redis how the job has ended, or cancels it; once more, where it was being looked for already. */
  look(id: string): void {
    const job = this.#jobs.get(id);
    if (job?.added !== true) return;
    job.again = true;
    if (job.isLookedFor) return;
    job.isLookedFor = true;
    this.#lookFor(id, job).catch((error: unknown) => this.#whenRefused(error));
  }

  async #lookFor(id: string, job: AwaitedJob): Promise<void> {
    try {
      while (job.again && job.calls.size > 0) {
        job.again = false;
        const ending = await endingOf(id, job, this.#queue, this.#teller);
        if (ending !== undefined) this.#end(id, job, ending);
      }
    } finally {
      job.isLookedFor = false;
    }
  }

  /** Redis is away, so all are looked for again, unless it will never be back. */
  async #whenRefused(error: unknown): Promise<void> {
    if (!(await hasEnded(this.#queue))) return;
    for (const [id, job] of this.#jobs) this.#end(id, job, { type: 'unreachable', error });
  }

  /** Nothing, where that is waited for no more. */
  #end(id: string, job: AwaitedJob | undefined, ending: Ending): void {
    for (const call of job?.calls ?? []) {
      this.delete(id, call);
      call.ended(ending);
    }
    for (const resolve of job?.later ?? []) resolve();
  }

  /** As many that each of them is looked for at least every tenth time. */
  #lookAround(): void {
    const now = Date.now();
    let left = Math.max(fewest, this.#jobs.size / 10);
    for (const [id, job] of this.#jobs) {
      if (now - job.lookedAt < this.#recheck || left-- <= 0) return;
      job.lookedAt = now;
      this.#jobs.delete(id);
      this.#jobs.set(id, job);
      this.look(id);
    }
  }
}
