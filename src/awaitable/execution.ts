import type { Cleanup } from '../cleanup/failures.js';
import type { Reason } from '../cleanup/shared.js';

/** One run of an awaitable. It starts when it is told to, and tells its host how it has ended, unless it was unsubscribed. */
export interface Execution {
  /** Which of the host's it is. */
  readonly index: number;

  /** Those that whoever runs them has begun before and after it: its own to set. */
  before: Execution | undefined;
  after: Execution | undefined;

  start(): void;

  /**
   * Cancels it; true when it is going to tell its host by itself how it has ended: a coroutine function that heeds its signal
   * may still return a value.
   */
  cancel(reason: Reason): boolean;

  /** Cancels it for good: the host is told nothing any more. What it still cleans up goes to whoever cancels. */
  unsubscribe(): void;
}

/** Who has awaitables run, and is told of their results. */
export interface Host<T> {
  /** What the sources below are linked to, as rxjs's operators link their subscribers: such a one, or at last what runs a Task. */
  readonly subscriber: object;

  /** Whether the Tasks that it is given are a part of it. */
  readonly ownsTasks?: boolean | undefined;

  /** Called once, when it is torn down. */
  fulfilled(execution: Execution, value: T): void;

  /** In place of {@link fulfilled}. */
  failed(execution: Execution, error: unknown): void;

  /** Keeps what an execution still cleans up when it has ended. */
  linger(cleanup: Cleanup): void;

  /** What an execution is called in messages. */
  nameOf(execution: Execution): string;
}
