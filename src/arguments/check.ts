import {
  hasMethod,
  type Input,
  isAsyncIterable,
  isInput,
  isIterable,
  isObservable,
  isObservableInput,
  isPromiseLike,
} from '../awaitable/input.js';

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
  const valid = options === undefined || (typeof options === 'object' && options !== null);
  check(valid, name, 'options', 'an object', options);
}

export function checkList(name: string, awaitables: unknown): void {
  checkAwaitables(isList(awaitables), name, 'an iterable or async iterable', awaitables);
}

export function checkListOrRecord(name: string, awaitables: unknown): void {
  const expected = 'an iterable, an async iterable or a plain record';
  checkAwaitables(isList(awaitables) || isRecord(awaitables), name, expected, awaitables);
}

function checkAwaitables(valid: boolean, name: string, expected: string, given: unknown): void {
  const hint = isObservable(given) ? ` (${name}All takes what an Observable emits, [observable] is a list of one)` : '';
  check(valid, name, 'awaitables', `${expected} of awaitables`, given, TypeError, hint);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || isList(value) || isObservableInput(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function checkConcurrency(name: string, concurrency: unknown = Infinity): void {
  const valid = concurrency === Infinity || (Number.isInteger(concurrency) && (concurrency as number) > 0);
  check(valid, name, 'concurrency', 'a positive integer or Infinity', concurrency, RangeError);
}

export function checkTimeout(name: string, timeout: unknown): void {
  const isTime = typeof timeout === 'number' || timeout instanceof Date;
  const valid = timeout === undefined || isInput(timeout) || (isTime && !Number.isNaN(Number(timeout)));
  const kind = isTime ? RangeError : TypeError;
  check(valid, name, 'timeout', 'milliseconds, a Date or an ObservableInput', timeout, kind);
}

export function checkOneOf(name: string, option: string, value: unknown, allowed: readonly unknown[]): void {
  const valid = value === undefined || allowed.includes(value);
  check(valid, name, option, `one of ${allowed.join(', ')}`, value, RangeError);
}

export function checkFunction(name: string, argument: string, value: unknown): void {
  check(typeof value === 'function', name, argument, 'a function', value);
}

export function checkSignal(name: string, signal: unknown): void {
  const valid =
    signal === undefined ||
    (hasMethod(signal, 'addEventListener') && typeof (signal as AbortSignal).aborted === 'boolean');
  check(valid, name, 'signal', 'an AbortSignal', signal);
}

/** The argument `awaitable`, or one of the `awaitables`, at this index or key. */
export function checkAwaitable(name: string, value: unknown, index?: number, keys?: readonly string[]): void {
  if (typeof value === 'function' || isInput(value)) return;
  const place = index === undefined ? '' : `s${keys ? `.${keys[index]}` : `[${index}]`}`;
  check(false, name, `awaitable${place}`, 'an ObservableInput or a coroutine function', value);
}

function check(
  valid: boolean,
  name: string,
  argument: string,
  expected: string,
  given: unknown,
  Kind: ErrorConstructor = TypeError,
  hint = '',
): void {
  if (!valid) throw new Kind(`${name}: ${argument} must be ${expected}, got ${describe(given)}${hint}`);
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
  return !isObservable(value) && (isIterable(value) || isAsyncIterable(value));
}
