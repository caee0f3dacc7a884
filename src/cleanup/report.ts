import { config } from 'rxjs';
import { type Failures, isObject } from './failures.js';
import { shared } from './shared.js';

// Where the failures go that nobody could be told of, or only along with another.

const suppressedOf = Symbol('suppressed');
const taskOf = Symbol('task');
const most = 16;

/**
 * The later failures of the same combinator, which `error` was the first of: of siblings that failed at the same moment, of
 * cleanups that failed after it. `console.log(error)` shows them as well. Whoever has caught `error` need not look at them.
 *
 * Nothing is listed with what is no object, nor with what a Task has failed with, which is shared by all who look at the Task:
 * then the later failures go to `config.onUnhandledError` of rxjs where it is set, else to `console.error`.
 *
 * ```ts
 * const closing = { close: async () => Promise.reject(new Error('cannot close')) };
 * const reading = NEVER.pipe(asyncFinalize(() => closing.close()));
 * gather([reading, throwError(() => new Error('cannot read'))]).subscribe({
 *   error: (error) => console.log(error.message, suppressed(error).map(String)),
 * });
 * // cannot read [ 'Error: cannot close' ]
 * ```
 *
 * asyncio: an exception's `__context__`; where several matter, `ExceptionGroup`.
 *
 * @param error what a combinator has failed with
 * @returns at most 16 failures, and after these how many more there were; none for what is no such error
 */
export function suppressed(error: unknown): readonly unknown[] {
  return isObject(error) ? (shared.suppressed.get(error)?.list ?? []) : [];
}

/** Lists later failures with the first one. What has no room for them is told to whoever watches over the program. */
export function suppress(error: unknown, later: Failures): void {
  const others = later.filter((failure) => failure !== error || !isObject(failure));
  if (others.length === 0) return;
  if (!isObject(error) || shared.outcomes.has(error)) {
    others.forEach(warn);
    return;
  }
  const known = shared.suppressed.get(error);
  const count = (known?.count ?? 0) + others.length;
  const list = [...(known?.list ?? []).slice(0, most), ...others].slice(0, most);
  if (count > most) list.push(`and ${count - most} more`);
  shared.suppressed.set(error, { list, count });
  show(error, suppressedOf, list);
}

/** Says whose failure it was, where nobody has heard of it. */
export function nameTask(error: unknown, name: string): void {
  if (isObject(error)) show(error, taskOf, name);
}

/** For `console.log`, and for the runtime's report. */
function show(error: object, key: symbol, value: unknown): void {
  try {
    Object.defineProperty(error, key, { value, enumerable: true, configurable: true });
  } catch {
    // It is frozen, or a Proxy.
  }
}

/** Says of an error that it is the outcome of a Task, and so looked at by many. */
export function share(error: unknown): void {
  if (isObject(error)) shared.outcomes.add(error);
}

/** For what cannot be listed with the error it came after: never what ends the process. */
function warn(failure: unknown): void {
  // Looked up when it is needed: it is for the program to set, and may be replaced.
  if (config.onUnhandledError) report(failure);
  else console.error(failure);
}

/** The report of a failure that has nobody to go to: rxjs's own where it is set, else the runtime's. */
export function report(failure: unknown): void {
  const { onUnhandledError } = config;
  // Not on this stack, which must not be broken by what the handler throws.
  if (onUnhandledError)
    void Promise.resolve().then(() => {
      onUnhandledError(failure);
    });
  else void Promise.reject(failure);
}
