import {
  hasMethod,
  type Input,
  isAsyncIterable,
  isInput,
  isIterable,
  isObservable,
  isObservableInput,
  isPromiseLike,
} from './observable-input.js';

// Every public function checks its arguments when it is called, and says what it was given.

/**
 * What a timeout can be: milliseconds, a point in time, or anything whose first value ends the wait.
 *
 * ```ts
 * const enough = new Subject<string>();
 * waitFor(NEVER, enough).subscribe({ error: (error) => console.log(error.name) });
 * enough.next('a click, say');
 * // TimeoutError
 * ```
 *
 * asyncio: the seconds of a `timeout`.
 */
export type Timeout = number | Date | Input<unknown>;

export function checkOptions(name: string, options: unknown): void {
  if (options !== undefined && (typeof options !== 'object' || options === null)) {
    throw new TypeError(`${name}: options must be an object, got ${describe(options)}`);
  }
}

export function checkList(name: string, awaitables: unknown): void {
  if (!isList(awaitables))
    throw new TypeError(`${name}: ${wrongAwaitables(name, 'an iterable or async iterable', awaitables)}`);
}

export function checkListOrRecord(name: string, awaitables: unknown): void {
  if (!isList(awaitables) && !isRecord(awaitables)) {
    throw new TypeError(
      `${name}: ${wrongAwaitables(name, 'an iterable, an async iterable or a plain record', awaitables)}`,
    );
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || isList(value) || isObservableInput(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function checkConcurrency(name: string, concurrency: unknown): void {
  if (concurrency === undefined || concurrency === Infinity) return;
  if (!Number.isInteger(concurrency) || (concurrency as number) < 1) {
    throw new RangeError(`${name}: concurrency must be a positive integer or Infinity, got ${describe(concurrency)}`);
  }
}

export function checkTimeout(name: string, timeout: unknown): void {
  if (timeout === undefined || isInput(timeout)) return;
  if (typeof timeout !== 'number' && !(timeout instanceof Date)) {
    throw new TypeError(
      `${name}: timeout must be milliseconds, a Date or an ObservableInput, got ${describe(timeout)}`,
    );
  }
  if (Number.isNaN(Number(timeout))) {
    throw new RangeError(
      `${name}: timeout must be milliseconds, a Date or an ObservableInput, got ${describe(timeout)}`,
    );
  }
}

export function checkOneOf(name: string, option: string, value: unknown, allowed: readonly unknown[]): void {
  if (value !== undefined && !allowed.includes(value)) {
    throw new RangeError(`${name}: ${option} must be one of ${allowed.join(', ')}, got ${describe(value)}`);
  }
}

export function checkFunction(name: string, argument: string, value: unknown): void {
  if (typeof value !== 'function')
    throw new TypeError(`${name}: ${argument} must be a function, got ${describe(value)}`);
}

export function checkSignal(name: string, signal: unknown): void {
  if (signal === undefined) return;
  if (!hasMethod(signal, 'addEventListener') || typeof (signal as AbortSignal).aborted !== 'boolean') {
    throw new TypeError(`${name}: signal must be an AbortSignal, got ${describe(signal)}`);
  }
}

/** A value as an error message shows it. */
export function describe(value: unknown): string {
  if (isObservable(value)) return 'an Observable';
  if (isPromiseLike(value)) return 'a Promise';
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (typeof value === 'string') return `the string '${value}'`;
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString();
  const { name } = (value.constructor as { name?: string } | undefined) ?? {};
  return name === undefined || name === 'Object' ? 'an object' : `an object of class ${name}`;
}

function isList(value: unknown): boolean {
  return typeof value !== 'string' && !isObservable(value) && (isIterable(value) || isAsyncIterable(value));
}

function wrongAwaitables(name: string, expected: string, given: unknown): string {
  const hint = isObservable(given) ? ` (${name}All takes what an Observable emits, [observable] is a list of one)` : '';
  return `awaitables must be ${expected} of awaitables, got ${describe(given)}${hint}`;
}
