import { AwaitedJob } from './awaited-job.js';
import { hasEnded } from './connecting.js';
import type { Call, Ending } from './ending.js';
import { type Asking, endingOf } from './ending-of.js';

const fewest = 100;

/**
 * The jobs that are waited for. Their endings are heard; since an event may be missed (a job that ended before anybody
 * listened, a stream that was trimmed), those that take long are looked for, too, in turn.
 */
export class AwaitedJobs {
  readonly #by: Asking;
  readonly #recheck: number;
  /** Those looked for last are the last. */
  readonly #jobs = new Map<string, AwaitedJob>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(by: Asking, recheck: number) {
    this.#by = by;
    this.#recheck = recheck;
  }

  get(id: string): AwaitedJob | undefined {
    return this.#jobs.get(id);
  }

  /** Those who wait for a job. */
  callsOf(id: string): readonly Call[] {
    const job = this.#jobs.get(id);
    return job === undefined ? [] : [...job.waiting, ...job.asking];
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

  /**
   * It is in the queue. `isOwn`: nobody else has its id, nor had before. Else what is heard may be of a run before, until all that
   * has happened by now has been heard: if the last of that was an end, it is that of this run, which came before or was found.
   */
  async added(id: string, call: Call, isOwn: boolean): Promise<void> {
    // Where nothing is heard any more, who looks for it is told.
    if (!isOwn) await this.#by.barrier.passed().catch(() => {});
    const job = this.#known(id);
    job.asking.delete(call);
    job.calls.add(call);
    this.#leave(id, job);
    if (job.early !== undefined) this.#end(id, job, job.early, job.early);
    else if (!isOwn) this.look(id);
  }

  /** It could not be put into the queue, or is another there. */
  delete(id: string, call: Call): void {
    const job = this.#known(id);
    job.asking.delete(call);
    if (!job.isWaitedFor && job.asking.size === 0) this.#forget(id);
    else this.#leave(id, job);
  }

  /** Removes the job, or tells whoever has it, until it has ended; others who wait for it are left to it. */
  cancel(id: string, call: Call): void {
    const job = this.#jobs.get(id);
    if (job?.calls.delete(call) !== true) return;
    job.leaving.add(call);
    this.#leave(id, job);
  }

  #leave(id: string, job: AwaitedJob): void {
    if (!job.leave()) return;
    job.cancelling = true;
    this.look(id);
  }

  /** A new run of that id, or that one once more: what was heard before is not its end. */
  began(id: string): void {
    const job = this.#jobs.get(id);
    if (job !== undefined) job.early = undefined;
  }

  ended(id: string, ending: Ending): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    if (!job.isWaitedFor) job.early = ending;
    else this.#end(id, job, ending, ending);
  }

  /** Asks Redis how the job has ended, or cancels it; once more, where it was being looked for already. */
  look(id: string): void {
    const job = this.#jobs.get(id);
    if (job?.isWaitedFor !== true) return;
    job.wanted++;
    if (job.isLookedFor) return;
    job.isLookedFor = true;
    this.#lookFor(id, job).catch((error: unknown) => this.#whenRefused(error));
  }

  async #lookFor(id: string, job: AwaitedJob): Promise<void> {
    try {
      let wanted: number;
      do {
        ({ wanted } = job);
        const ending = await endingOf(id, job, this.#by);
        // Whoever has come meanwhile may wait for a later run.
        if (ending !== undefined && job.wanted === wanted) this.#end(id, job, ending);
      } while (job.wanted !== wanted && job.isWaitedFor);
    } finally {
      job.isLookedFor = false;
    }
  }

  /** Redis is away, so all are looked for again, unless it will never be back. */
  async #whenRefused(error: unknown): Promise<void> {
    if (!(await hasEnded(this.#by.queue))) return;
    for (const [id, job] of this.#jobs) this.#end(id, job, { type: 'unreachable', error });
  }

  /** Nothing, where that is waited for no more. For those who are asking it is another, unless what was heard is its end as well. */
  #end(id: string, job: AwaitedJob, ending: Ending, heard?: Ending): void {
    if (this.#jobs.get(id) !== job) return;
    if (job.asking.size > 0) this.#jobs.set(id, new AwaitedJob(job.asking, heard));
    else this.#forget(id);
    job.end(ending);
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
