import type { Subscriber } from 'rxjs';
import type { Execution, Host } from '../awaitable/execution.js';
import { prepare } from '../awaitable/start.js';
import type { Awaitable } from '../awaitable/types.js';
import { close, type End, well } from '../cleanup/close.js';
import { collect } from '../cleanup/collector.js';
import type { Cleanup, Failures } from '../cleanup/failures.js';
import { isHeard, leave } from '../cleanup/lingering.js';
import { inTurn } from '../cleanup/turns.js';
import type { Permits, Turn } from './permits.js';

/** Runs an awaitable when there is a permit for it, which it keeps until all below has been cleaned up. */
export class Permitted<T> implements Host<T>, Turn {
  readonly subscriber: Subscriber<T>;
  readonly #permits: Permits;
  readonly #awaitable: Awaitable<T>;
  #leave: (() => void) | undefined;
  #execution: Execution | undefined;
  #over = false;
  /** What the awaitable, which has ended, still cleans up. */
  #lingering: Cleanup | undefined;

  constructor(subscriber: Subscriber<T>, permits: Permits, awaitable: Awaitable<T>) {
    this.subscriber = subscriber;
    this.#permits = permits;
    this.#awaitable = awaitable;
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

  /** Leaves the line; or cancels, and gives what is left of it to the canceller. */
  readonly drop = () => {
    if (this.#over) return;
    this.#over = true;
    this.#leave?.();
    if (this.#execution === undefined) return;
    const cleanup = collect(this.#execution);
    leave(cleanup, this.subscriber);
    this.#giveBackAfter(cleanup);
  };

  fulfilled(_: Execution, value: T): void {
    this.#end(well, () => {
      this.subscriber.next(value);
    });
  }

  failed(_: Execution, error: unknown): void {
    this.#end([error]);
  }

  linger(cleanup: Cleanup): void {
    this.#lingering = cleanup;
  }

  nameOf(): string {
    return 'semaphore.use: the awaitable';
  }

  #end(end: End, emit?: () => void): void {
    // It had failed before its own teardown cancelled everything.
    if (this.#over) {
      leave(end, this.subscriber);
      return;
    }
    this.#over = true;
    const cleanup = this.#lingering ?? well;
    this.#giveBackAfter(cleanup, () => {
      emit?.();
      close(end, cleanup, this.#tell, this.subscriber);
    });
  }

  readonly #tell = (end: End) => {
    if (end.length > 0) this.subscriber.error(end[0]);
    else this.subscriber.complete();
  };

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
      inTurn(tell);
      this.#permits.fill();
    }
  }
}
