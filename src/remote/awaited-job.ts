import type { Call, Ending } from './ending.js';

/** A job that somebody waits for: more than one, where they share its id. What is known of it. */
export class AwaitedJob {
  /** Those for whom it is in the queue. None when it has ended: another may have its id then. */
  readonly calls = new Set<Call>();
  /** Those of them who were cancelled: it is left to others as soon as one has it for certain, and cancelled if there is none. */
  readonly leaving = new Set<Call>();
  /** Those who are just putting it there. Before that is done, that it is not there means nothing to them. */
  readonly asking: Set<Call>;
  /** How the last job of that id has ended that was heard of while they did: theirs, or one before. */
  early: Ending | undefined;
  /** When it was last looked for in its turn, or was added. */
  lookedAt = Date.now();
  isLookedFor = false;
  /** How often somebody has wanted it looked for: what Redis is just saying may be no longer so. */
  wanted = 0;
  cancelling = false;
  /** Told when it has ended: who asks for it while it is being cancelled. */
  readonly later: (() => void)[] = [];

  constructor(asking: Iterable<Call>, early?: Ending) {
    this.asking = new Set(asking);
    this.early = early;
  }

  /** Those for whom it ends. */
  get waiting(): readonly Call[] {
    return [...this.calls, ...this.leaving];
  }

  get isWaitedFor(): boolean {
    return this.calls.size + this.leaving.size > 0;
  }

  /** Those who were cancelled leave it to others. Gives whether there are none, nor may be, so that it has to be cancelled. */
  leave(): boolean {
    if (this.calls.size === 0) return this.leaving.size > 0 && this.asking.size === 0;
    for (const call of this.leaving) call.ended({ type: 'left' });
    this.leaving.clear();
    return false;
  }

  end(ending: Ending): void {
    const { waiting } = this;
    this.calls.clear();
    this.leaving.clear();
    for (const call of waiting) call.ended(ending);
    for (const resolve of this.later) resolve();
  }
}
