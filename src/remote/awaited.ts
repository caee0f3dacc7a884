import type { Queue, QueueEvents } from 'bullmq';
import type { Teller } from './channel.js';
import type { Call, Ending } from './ending.js';

/** A job that somebody waits for: more than one, where they share its id. */
interface Awaited {
  readonly calls: Set<Call>;
  /** Whether it is in the queue for certain: before that, that it is not there means nothing. */
  added: boolean;
  /** When it was last looked for, or was added. */
  looked: number;
  looking: boolean;
  missing: boolean;
  cancelling: boolean;
}

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
  readonly #jobs = new Map<string, Awaited>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(queue: Queue, events: QueueEvents, teller: Teller, recheck: number) {
    this.#queue = queue;
    this.#teller = teller;
    this.#recheck = recheck;
    events.on('completed', ({ jobId, returnvalue }) => {
      this.#end(jobId, { type: 'completed', value: returnvalue });
    });
    events.on('failed', ({ jobId, failedReason }) => {
      this.#end(jobId, { type: 'failed', reason: failedReason });
    });
    events.on('removed', ({ jobId }) => {
      this.#end(jobId, { type: 'gone' });
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

  add(id: string, call: Call): void {
    const job = this.#jobs.get(id);
    if (job !== undefined) {
      job.calls.add(call);
      return;
    }
    const calls = new Set([call]);
    this.#jobs.set(id, { calls, added: false, looked: Date.now(), looking: false, missing: false, cancelling: false });
    this.#timer ??= setInterval(() => {
      this.#lookAround();
    }, this.#recheck);
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

  /** Asks Redis how the job has ended; what is to be cancelled and has not is removed, or its worker told. */
  look(id: string): void {
    const job = this.#jobs.get(id);
    if (job?.added !== true || job.looking) return;
    job.looking = true;
    this.#settle(id, job)
      // Redis is away, so it is looked for again.
      .catch(() => {})
      .finally(() => {
        job.looking = false;
      });
  }

  async #settle(id: string, job: Awaited): Promise<void> {
    const [status, result] = (await this.#queue.getBackend().isFinished(id, true)) as [number, string];
    if (status === 1) this.#end(id, { type: 'completed', value: JSON.parse(result) as unknown });
    else if (status === 2) this.#end(id, { type: 'failed', reason: result });
    else if (status === -1) {
      // The event that says how it ended may be on its way: it gets another round.
      if (job.missing) this.#end(id, { type: 'gone' });
      job.missing = true;
    } else if (job.cancelling) {
      if ((await this.#queue.remove(id)) === 1) this.#end(id, { type: 'gone' });
      else this.#teller.tell('cancel', id);
    }
  }

  #end(id: string, ending: Ending): void {
    for (const call of this.callsOf(id)) {
      this.delete(id, call);
      call.ended(ending);
    }
  }

  /** As many that each of them is looked for at least every tenth time. */
  #lookAround(): void {
    const now = Date.now();
    let left = Math.max(fewest, this.#jobs.size / 10);
    for (const [id, job] of this.#jobs) {
      if (now - job.looked < this.#recheck || left-- <= 0) return;
      job.looked = now;
      this.#jobs.delete(id);
      this.#jobs.set(id, job);
      this.look(id);
    }
  }
}
