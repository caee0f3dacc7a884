import type { Subscriber } from 'rxjs';
import type { Execution } from '../awaitable/execution.js';
import { prepare } from '../awaitable/start.js';
import { takeOn } from '../awaitable/take-on.js';
import type { Awaitable } from '../awaitable/types.js';
import { collect } from '../cleanup/collector.js';
import type { Cleanup, Failures } from '../cleanup/failures.js';
import { isHeard, leave } from '../cleanup/lingering.js';
import { inTurn } from '../cleanup/turns.js';
import type { Permits, Turn } from './permits.js';
import { Relay } from './relay.js';

/** Runs an awaitable when there is a permit for it, which it keeps until all below has been cleaned up. */
export class Permitted<T> extends Relay<T> implements Turn {
  readonly #permits: Permits;
  readonly #awaitable: Awaitable<T>;
  #leave: (() => void) | undefined;
  #execution: Execution | undefined;

  constructor(subscriber: Subscriber<T>, permits: Permits, awaitable: Awaitable<T>) {
    super(subscriber);
    this.#permits = permits;
    this.#awaitable = awaitable;
    takeOn(awaitable);
  }

  /** It may begin at once. */
  join(): void {
    this.#leave = this.#permits.join(this);
  }

  get isWanted(): boolean {
    return isHeard(this.subscriber);
  }

  begin(): void {
    this.#execution = prepare(this.#awaitable, this, 0);
    this.#execution.start();
  }

  /** Leaves the line, if nothing runs. */
  protected override cancel(): void {
    this.#leave?.();
    if (this.#execution === undefined) return;
    const cleanup = collect(this.#execution, this.subscriber);
    leave(cleanup, this.subscriber);
    this.#giveBackAfter(cleanup);
  }

  override nameOf(): string {
    return 'semaphore.use: the awaitable';
  }

  protected override ended(cleanup: Failures | Cleanup, tell: (cleanup: Failures | Cleanup) => void): void {
    this.#giveBackAfter(cleanup, () => {
      tell(cleanup);
    });
  }

  /** Whoever is told of the end finds the permit given back, but nobody else started: a failure may cancel those who wait. */
  #giveBackAfter(cleanup: Failures | Cleanup, tell: () => void = () => {}): void {
    if (cleanup instanceof Promise) {
      void cleanup.then(() => {
        this.#permits.giveBack();
        this.#permits.fill();
      });
      tell();
    } else {
      this.#permits.giveBack();
      try {
        inTurn(tell);
      } finally {
        this.#permits.fill();
      }
    }
  }
}
