import type { Call, Ending } from './ending.js';

/** A job that somebody waits for: more than one, where they share its id. What is known of it. */
export class AwaitedJob {
  /** Those for whom it is in the queue. None when it has ended: another may have its id then. */
  readonly calls = new Set<Call>();
  /** Those who are just putting it there. Before that is done, that it is not there means nothing to them. */
  readonly asking: Set<Call>;
  /** How a job of that id has ended while they did: this one, or one before. */
  early: Ending | undefined;
  /** When it was last looked for in its turn, or was added. */
  lookedAt = Date.now();
  isLookedFor = false;
  /** Somebody wants it looked for: what Redis says just now may be no longer so. */
  again = false;
  /** `lookedAt` when it was not there, though nothing had said how it ended. */
  missingAt: number | undefined;
  /** An event has said so: of this job, or of another that had its id before. */
  removed = false;
  cancelling = false;
  /** Told when it has ended: who asks for it while it is being cancelled. */
  readonly later: (() => void)[] = [];

  constructor(asking: Iterable<Call>, early?: Ending) {
    this.asking = new Set(asking);
    this.early = early;
  }
}
