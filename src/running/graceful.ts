import { asyncScheduler, type Subscriber, type Subscription } from 'rxjs';
import { expiry, timedOut } from '../arguments/timeout.js';
import type { Execution } from '../awaitable/execution.js';
import { prepare } from '../awaitable/start.js';
import type { Awaitable } from '../awaitable/types.js';
import { asEnd } from '../cleanup/close.js';
import { collect } from '../cleanup/collector.js';
import type { Cleanup, Failures } from '../cleanup/failures.js';
import { leave } from '../cleanup/lingering.js';
import { type Overseer, shared } from '../cleanup/shared.js';
import { inTurn } from '../cleanup/turns.js';
import { Relay } from './relay.js';

/** Runs an awaitable, and lets go of what is below it when that takes too long to clean up. */
export class Graceful<T> extends Relay<T> implements Overseer {
  readonly #execution: Execution;
  readonly #name: string;
  readonly #milliseconds: number;
  /** What cleans up below, while the awaitable goes on: what had failed before that. */
  readonly #cleaning = new Set<() => Failures>();
  /** From the beginning of the first of these on. */
  #since = Infinity;
  #clock: Subscription | undefined;

  constructor(subscriber: Subscriber<T>, awaitable: Awaitable<T>, name: string, milliseconds: number) {
    super(subscriber);
    this.#execution = prepare(awaitable, this, 0);
    this.#name = name;
    this.#milliseconds = milliseconds;
  }

  start(): void {
    (shared.overseers ??= new WeakMap()).set(this.subscriber, this);
    this.#execution.start();
  }

  begin(known: () => Failures): () => void {
    if (this.isOver) return () => {};
    if (this.#cleaning.size === 0) {
      this.#since = asyncScheduler.now();
      // eslint-disable-next-line rxjs-x/no-ignored-error -- a timer does not fail
      this.#clock = expiry(this.#milliseconds).subscribe(() => {
        this.#expire();
      });
    }
    this.#cleaning.add(known);
    return () => {
      this.#cleaning.delete(known);
      if (this.#cleaning.size === 0) this.#stopClock();
    };
  }

  /** What is left is waited for as long as it may take. */
  protected override cancel(): void {
    const known = this.#known();
    const cleanup = collect(this.#execution, this.subscriber);
    leave(cleanup instanceof Promise ? this.#inTime(cleanup, known) : cleanup, this.subscriber);
    this.#stopClock();
  }

  override nameOf(): string {
    return `withGrace: ${this.#name}`;
  }

  protected override ended(cleanup: Failures | Cleanup, tell: (cleanup: Failures | Cleanup) => void): void {
    const inTime = cleanup instanceof Promise ? this.#inTime(cleanup, []) : cleanup;
    this.#stopClock();
    inTurn(() => {
      tell(inTime);
    });
  }

  /** Whatever is still there is cancelled and let go of; it is not heard any more. */
  #expire(): void {
    this.isOver = true;
    const end = this.#late(this.#known());
    void collect(this.#execution, this.subscriber);
    inTurn(() => {
      this.tell(end);
    });
  }

  /** What has failed in a cleanup, or, when that has taken too long, what was `known` by then. */
  #inTime(cleanup: Cleanup, known: Failures): Cleanup {
    const left = this.#milliseconds - Math.max(0, asyncScheduler.now() - this.#since);
    return new Promise((resolve) => {
      // eslint-disable-next-line rxjs-x/no-ignored-error -- a timer does not fail
      const clock = expiry(left).subscribe(() => {
        resolve(this.#late(known));
      });
      void cleanup.then((failures) => {
        clock.unsubscribe();
        resolve(failures);
      });
    });
  }

  /** The first failure, with all that came after it; that it is late comes last. */
  #late(failures: Failures): readonly [unknown] {
    const late = timedOut(`withGrace: the cleanup of ${this.#name}`, this.#milliseconds);
    if (failures.length === 0) return [late];
    asEnd([failures[0]], [...failures.slice(1), late]);
    return [failures[0]];
  }

  #known(): Failures {
    return Array.from(this.#cleaning, (known) => known()).flat();
  }

  #stopClock(): void {
    this.#clock?.unsubscribe();
    this.#since = Infinity;
  }
}
