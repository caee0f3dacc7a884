import { EmptyError, TimeoutError } from 'rxjs';

/** Marks a CancelledError for every copy of this package that is loaded, whatever `instanceof` says. */
const brand = Symbol.for('rx-asyncio.CancelledError');

/**
 * What a cancelled {@link Task} ends with, and the `reason` of the `signal` that a cancelled coroutine function sees, unless
 * the caller's own `signal` has aborted for another.
 * A cancellation is not a failure: of a Task that nobody listens to, none is reported.
 *
 * ```ts
 * const task = createTask(NEVER, { name: 'forever' });
 * task.cancel('no longer needed');
 * task.subscribe({ error: (error) => console.log(String(error)) });
 * // CancelledError: no longer needed
 * ```
 *
 * asyncio: `asyncio.CancelledError`.
 */
export class CancelledError extends Error {
  /** `'CancelledError'`. */
  declare readonly name: 'CancelledError';

  // Not of each instance, where they would be shown as its properties.
  static {
    Object.assign(this.prototype, { name: 'CancelledError', [brand]: true });
  }

  /** @param message `'cancelled'` by default */
  constructor(message = 'cancelled') {
    super(message);
  }
}

/**
 * Thrown where a {@link Task} or a task group is not in a state for what it was asked: the result of a task that is
 * still pending, a new task in a group that is closing.
 *
 * ```ts
 * const task = createTask(timer(10));
 * try {
 *   task.result();
 * } catch (error) {
 *   console.log(error instanceof InvalidStateError, task.status);
 * }
 * // true pending
 * ```
 *
 * asyncio: `asyncio.InvalidStateError`.
 */
export class InvalidStateError extends Error {
  /** `'InvalidStateError'`. */
  declare readonly name: 'InvalidStateError';

  static {
    Object.assign(this.prototype, { name: 'InvalidStateError' });
  }
}

/** Whether this is a CancelledError, made by this copy of the package or by another. */
export function isCancelledError(error: unknown): error is CancelledError {
  return typeof error === 'object' && error !== null && brand in error;
}

/**
 * Whether a coroutine that was cancelled ended because of it. Most of the platform throws the signal's own reason
 * (`fetch`), some of it an AbortError (`node:timers/promises`, `node:fs`, piscina), which may be of another realm.
 */
export function isCancellation(error: unknown): boolean {
  return isCancelledError(error) || (error as { name?: unknown } | null | undefined)?.name === 'AbortError';
}

// rxjs marks the constructors of its errors as not for users, since its operators make them; a library that must fail
// with the very same errors has no other way.
/* eslint-disable @typescript-eslint/no-deprecated */
export function timeoutError(): TimeoutError {
  return new TimeoutError();
}

export function emptyError(): EmptyError {
  return new EmptyError();
}
