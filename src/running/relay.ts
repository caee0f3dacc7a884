import type { Subscriber } from 'rxjs';
import type { Execution, Host } from '../awaitable/execution.js';
import { close, type End, well } from '../cleanup/close.js';
import { tearDown } from '../cleanup/collector.js';
import type { Cleanup, Failures } from '../cleanup/failures.js';
import { leave } from '../cleanup/lingering.js';
import { tellWaiting } from '../cleanup/turns.js';

/** Runs an awaitable for a subscriber, and passes on what becomes of it: its end when all of it has been cleaned up. */
export abstract class Relay<T> implements Host<T> {
  readonly subscriber: Subscriber<T>;
  /** Whether it has ended, or was cancelled. */
  protected isOver = false;
  /** What the awaitable, which has ended, still cleans up. */
  #lingering: Cleanup | undefined;

  constructor(subscriber: Subscriber<T>) {
    this.subscriber = subscriber;
    subscriber.add(() => {
      tearDown(() => {
        this.#drop();
      });
      tellWaiting();
    });
  }

  abstract nameOf(): string;

  /** Cancels what runs, and gives what is left of it to the canceller. */
  protected abstract cancel(): void;

  /** It has ended by itself: `tell` is to be called, with what is to be waited for. */
  protected abstract ended(cleanup: Failures | Cleanup, tell: (cleanup: Failures | Cleanup) => void): void;

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

  protected tell(end: End): void {
    if (end.length > 0) this.subscriber.error(end[0]);
    else this.subscriber.complete();
  }

  #drop(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.cancel();
  }

  #end(end: End, emit?: () => void): void {
    // It had failed before its own teardown cancelled everything.
    if (this.isOver) {
      leave(end, this.subscriber);
      return;
    }
    this.isOver = true;
    this.ended(this.#lingering ?? well, (cleanup) => {
      // What is to be waited for is kept first: the value may bring about the end of whoever is to wait.
      if (!(cleanup instanceof Promise)) emit?.();
      const tell = (told: End) => {
        this.tell(told);
      };
      close(end, cleanup, tell, this.subscriber);
      if (cleanup instanceof Promise) emit?.();
    });
  }
}
