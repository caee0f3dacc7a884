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

  /**
   * @param message `'cancelled'` by default
   * @param options `cause`: why it was cancelled, or what was judged a cancellation
   */
  constructor(message = 'cancelled', options?: ErrorOptions) {
    super(message, options);
  }
}

/** Whether this is a CancelledError, made by this copy of the package or by another. */
export function isCancelledError(error: unknown): error is CancelledError {
  try {
    return typeof error === 'object' && error !== null && brand in error;
  } catch {
    return false;
  }
}

/**
 * Whether an error says that something was cancelled, rather than that it failed: a {@link CancelledError}, what the platform
 * and well-known libraries throw when their `signal` aborts, and what wraps one of these.
 *
 * That is a CancelledError, by its mark or its name; an error named AbortError, CancelError or CanceledError; one whose `code`
 * is ABORT_ERR, ERR_CANCELED or ERR_ABORTED; one with `isCanceled === true`; with a `signal` that has aborted, its `reason`, or
 * a copy of that (the same name and message, or a plain Error whose message is `name: message`); what has one of these in its
 * chain of causes; an AggregateError or SuppressedError of nothing else.
 *
 * ```ts
 * const aborted = AbortSignal.abort();
 * const failure = await fetch('http://localhost/', { signal: aborted }).catch((error) => error);
 * console.log(isCancellation(failure), isCancellation(new Error('download failed', { cause: failure })));
 * // true true
 * console.log(isCancellation(new Error('out of memory')));
 * // false
 * ```
 *
 * asyncio: `isinstance(error, asyncio.CancelledError)`.
 *
 * @param error anything that was thrown: looking at it never throws
 * @param signal whose `reason` counts as well
 */
export function isCancellation(error: unknown, signal?: AbortSignal): boolean {
  return saysCancelled(error, signal?.aborted === true ? { reason: signal.reason } : undefined);
}

/** {@link isCancellation}, with the reason in place of the signal. */
export function saysCancelled(error: unknown, cancelled: { readonly reason: unknown } | undefined): boolean {
  return says(error, cancelled, new Map(), 0);
}

const names = ['CancelledError', 'AbortError', 'CancelError', 'CanceledError'];
const codes = ['ABORT_ERR', 'ERR_CANCELED', 'ERR_ABORTED'];
const deepest = 8;

interface Shape {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly isCanceled?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly error?: unknown;
  readonly suppressed?: unknown;
}

/** `known` holds what is being looked at, since what leads back to itself says nothing, and what turned out to say so. */
function says(
  error: unknown,
  cancelled: { readonly reason: unknown } | undefined,
  known: Map<object, boolean>,
  depth: number,
): boolean {
  // The signal of an old polyfill has no reason: that is not the missing cause of every error.
  if (error === undefined || depth > deepest) return false;
  if ((cancelled !== undefined && Object.is(error, cancelled.reason)) || isCancelledError(error)) return true;
  if (typeof error !== 'object' || error === null) return false;
  let said = known.get(error);
  if (said !== undefined) return said;
  known.set(error, false);
  const all = (list: readonly unknown[]) =>
    list.length > 0 && list.every((each) => says(each, cancelled, known, depth + 1));
  try {
    const { name, code, isCanceled, cause, errors, error: later, suppressed: earlier } = error as Shape;
    const list: readonly unknown[] = name === 'AggregateError' && Array.isArray(errors) ? errors : [];
    said =
      names.includes(name as string) ||
      codes.includes(code as string) ||
      isCanceled === true ||
      // Where the first of several failures is the cause, that is one of them, and does not speak for the others.
      (!list.includes(cause) && says(cause, cancelled, known, depth + 1)) ||
      all(list) ||
      (name === 'SuppressedError' && all([later, earlier])) ||
      // Last, since the reason may be what cannot be looked at.
      isCopy(error, cancelled?.reason);
  } catch {
    // A revoked Proxy, a getter that throws: whatever it is, it does not say so.
    said = false;
  }
  // What does not say so may do it yet from elsewhere, where its circle or its depth begins differently.
  if (said) known.set(error, true);
  else known.delete(error);
  return said;
}

/** Some runtimes pass on a copy of `signal.reason`: workerd a plain Error that quotes it, where it does not know the class. */
function isCopy(error: Shape, reason: unknown): boolean {
  if (typeof reason !== 'object' || reason === null) return false;
  const { name, message } = reason as Shape;
  if (message === undefined || message === '') return false;
  return error.name === name ?
      error.message === message
    : error.name === 'Error' && error.message === [name, message].join(': ');
}

// rxjs marks the constructors of its errors as not for users, since its operators make them; a library that must fail
// with the very same errors has no other way.
/* eslint-disable @typescript-eslint/no-deprecated */
export function timeoutError(message: string): TimeoutError {
  return Object.assign(new TimeoutError(), { message });
}

export function emptyError(message: string): EmptyError {
  return Object.assign(new EmptyError(), { message });
}
