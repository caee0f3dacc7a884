import { map, merge, type Observable, of, Subject } from 'rxjs';

/** Where an awaitable stands that is counted. */
export type Standing = 'waiting' | 'running' | 'fulfilled' | 'rejected' | 'cancelled';

/** How many awaitables stand where: what {@link Progress} emits. */
export interface ProgressCounts {
  /** How many there are; `undefined` while more may come of what is pulled lazily, or emitted by a source. */
  readonly total: number | undefined;
  /** How many have not been started. */
  readonly waiting: number;
  /** How many have been started and are not done; those too that clean up after their cancellation. */
  readonly running: number;
  /** How many have given a result. */
  readonly fulfilled: number;
  /** How many have failed. */
  readonly rejected: number;
  /** How many were cancelled, and have cleaned up. */
  readonly cancelled: number;
  /** How many are fulfilled, rejected or cancelled. */
  readonly done: number;
}

/** Counts what stands where, and tells whoever listens when that changes. */
export class Tally {
  readonly #changes = new Subject<void>();
  readonly #counts: Record<Standing, number> = { waiting: 0, running: 0, fulfilled: 0, rejected: 0, cancelled: 0 };
  /** The sources that more may come of. */
  readonly #open = new Set<object>();

  /** The current counts, and those of each change. */
  readonly changing: Observable<ProgressCounts> = merge(this.#changes, of(undefined)).pipe(
    // As they are when they are told: a listener may itself change something, before the next one has heard of this.
    map(() => this.#current()),
  );

  add(count: number): void {
    this.#counts.waiting += count;
    this.#changes.next();
  }

  move(from: Standing, to: Standing): void {
    this.#counts[from]--;
    this.#counts[to]++;
    this.#changes.next();
  }

  /** More may come, until what it returns is called. */
  expectMore(): () => void {
    const source = {};
    this.#open.add(source);
    this.#changes.next();
    return () => {
      if (this.#open.delete(source)) this.#changes.next();
    };
  }

  #current(): ProgressCounts {
    const { waiting, running, fulfilled, rejected, cancelled } = this.#counts;
    const done = fulfilled + rejected + cancelled;
    const total = this.#open.size > 0 ? undefined : waiting + running + done;
    return { total, waiting, running, fulfilled, rejected, cancelled, done };
  }
}
