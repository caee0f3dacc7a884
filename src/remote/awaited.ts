import type { Queue } from 'bullmq';
import { AwaitedJob } from './awaited-job.js';
import type { Teller } from './channel.js';
import { hasEnded } from './connecting.js';
import type { Call, Ending } from './ending.js';
import { endingOf } from './ending-of.js';

const fewest = 100;

/**
 * The jobs that are waited for. Their endings are heard; since an event may be missed (a job that ended before anybody
 * listened, a stream that was trimmed), those that take long are looked for, too, in turn.
 */
export class AwaitedJobs {
  readonly #queue: Queue;
  readonly #teller: Teller;
  readonly #recheck: number;
  /** Those looked for last are the last. */
  readonly #jobs = new Map<string, AwaitedJob>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(queue: Queue, teller: Teller, recheck: number) {
    this.#queue = queue;
    this.#teller = teller;
    this.#recheck = recheck;
  }

  get(id: string): AwaitedJob | undefined {
    return this.#jobs.get(id);
  }

  /** Those who wait for a job. */
  callsOf(id: string): readonly Call[] {
    const job = this.#jobs.get(id);
    return job === undefined ? [] : [...job.calls, ...job.asking];
  }

  /**
   * Waits for a job that is about to be put into the queue; but one that is being cancelled is none for who comes now: gives when
   * that will have ended.
   */
  ask(id: string, call: Call): Promise<void> | undefined {
    const job = this.#jobs.get(id);
    if (job?.cancelling === true) return new Promise((resolve) => job.later.push(resolve));
    if (job !== undefined) job.asking.add(call);
    else this.#jobs.set(id, new AwaitedJob([call]));
    this.#timer ??= setInterval(() => {
      this.#lookAround();
    }, this.#recheck);
    return undefined;
  }

  /** It is in the queue. `isOwn`: nobody else has its id. */
  added(id: string, call: Call, isOwn: boolean): void {
    const job = this.#known(id);
    job.asking.delete(call);
    job.calls.add(call);
    if (!isOwn) this.look(id);
    else if (job.early !== undefined) this.#end(id, job, job.early);
  }

  delete(id: string, call: Call): void {
    const job = this.#known(id);
    job.calls.delete(call);
    job.asking.delete(call);
    if (job.calls.size === 0 && job.asking.size === 0) this.#forget(id);
  }

  /** Removes the job, or tells whoever has it, until it has ended; others who wait for it are left to it. */
  cancel(id: string, call: Call): void {
    const job = this.#jobs.get(id);
    if (job?.calls.has(call) !== true) return;
    if (job.calls.size + job.asking.size > 1) {
      this.delete(id, call);
      call.ended({ type: 'left' });
      return;
    }
    job.cancelling = true;
    this.look(id);
  }

  ended(id: string, ending: Ending): void {
    const job = this.#jobs.get(id);
    if (job !== undefined) this.#end(id, job, ending);
  }

  /** Asks Redis how the job has ended, or cancels it; once more, where it was being looked for already. */
  look(id: string): void {
    const job = this.#jobs.get(id);
    if (job === undefined || job.calls.size === 0) return;
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
  #end(id: string, job: AwaitedJob, ending: Ending): void {
    if (this.#jobs.get(id) !== job) return;
    const { calls, asking, later } = job;
    // For them it is another, unless it turns out that there is none.
    if (asking.size > 0) this.#jobs.set(id, new AwaitedJob(asking, ending));
    else this.#forget(id);
    for (const call of calls) call.ended(ending);
    for (const resolve of later) resolve();
    calls.clear();
  }

  #forget(id: string): void {
    this.#jobs.delete(id);
    if (this.#jobs.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** While somebody asks, or waits, for it. */
  #known(id: string): AwaitedJob {
    // eslint-disable-next-line @typescript-eslint/no-non-null-assertion -- who has asked keeps it there
    return this.#jobs.get(id)!;
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
