import { describe } from '../awaitable/describe.js';
import { hasMethod, isAsyncIterable, isInput, isIterable, isObservable, isPromiseLike } from '../awaitable/input.js';
import { isCollection, isDate, isMap } from '../awaitable/realm.js';
import { placeOf } from './place.js';

// Every public function checks its arguments when it is called, and says what it was given.

/** Options that the function does not know, where TypeScript could not see them. An index, as in `list.map(createTask)`, is none. */
export function checkOptions(name: string, options: unknown, known: readonly string[]): void {
  if (options === undefined || typeof options === 'number') return;
  // What is awaited is none: `pipe(gatherAll)` lacks the parentheses.
  const valid = typeof options === 'object' && options !== null && !isInput(options);
  check(valid, name, 'options', 'an object', options);
  // Read without calling getters.
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(options as object))) {
    if (known.includes(key) || ('value' in property && property.value === undefined)) continue;
    throw new TypeError(`${name}: there is no option ${key}, only ${known.join(', ')}`);
  }
}

export function checkList(name: string, awaitables: unknown): void {
  const valid = isList(awaitables) && !isMap(awaitables);
  checkAwaitables(valid, name, 'an iterable or async iterable', awaitables);
}

/** Of awaitables, or of items that a mapper makes awaitables of. */
export function checkListOrRecord(name: string, given: unknown, ofItems: boolean): void {
  const expected = 'an iterable, an async iterable, a plain record or a Map';
  const valid = isList(given) || isRecord(given);
  if (ofItems) check(valid, name, 'items', expected, given, TypeError, hintOf(name, given));
  else checkAwaitables(valid, name, expected, given);
}

function checkAwaitables(valid: boolean, name: string, expected: string, given: unknown): void {
  check(valid, name, 'awaitables', `${expected} of awaitables`, given, TypeError, hintOf(name, given));
  if (Array.isArray(given))
    given.forEach((each, index) => {
      checkNested(each, name, index);
    });
}

function hintOf(name: string, given: unknown): string {
  return isObservable(given) ? ` (${name}All takes what an Observable emits, [observable] is a list of one)` : '';
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || isList(value) || isPromiseLike(value) || isObservable(value))
    return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function checkConcurrency(name: string, concurrency: unknown = Infinity): void {
  const valid = concurrency === Infinity || (Number.isInteger(concurrency) && (concurrency as number) > 0);
  check(valid, name, 'concurrency', 'a positive integer or Infinity', concurrency, RangeError);
}

/** The permits of a Semaphore. */
export function checkPermits(permits: unknown): void {
  const valid = permits === Infinity || (Number.isInteger(permits) && (permits as number) >= 0);
  const kind = typeof permits === 'number' ? RangeError : TypeError;
  check(valid, 'Semaphore', 'permits', 'an integer of at least 0 or Infinity', permits, kind);
}

/** Milliseconds that do not lie in the past. */
export function checkDuration(name: string, argument: string, value: unknown): void {
  const isNumber = typeof value === 'number';
  check(isNumber && value >= 0, name, argument, 'milliseconds, 0 or more', value, isNumber ? RangeError : TypeError);
}

export function checkTimeout(name: string, timeout: unknown): void {
  if (timeout !== undefined) checkTime(name, 'timeout', '', timeout);
}

function checkTime(name: string, argument: string, others: string, time: unknown): void {
  const isTime = typeof time === 'number' || isDate(time);
  const valid = isInput(time) || (isTime && !Number.isNaN(Number(time)));
  const kind = isTime ? RangeError : TypeError;
  check(valid, name, argument, `${others}milliseconds, a Date or an ObservableInput`, time, kind);
}

export function checkOneOf(name: string, option: string, value: unknown, allowed: readonly unknown[]): void {
  const valid = value === undefined || allowed.includes(value);
  check(valid, name, option, `one of ${allowed.join(', ')}`, value, RangeError);
}

export function checkFunction(name: string, argument: string, value: unknown): void {
  check(typeof value === 'function', name, argument, 'a function', value);
}

/** The signal, and the options that it is in: it may not be given in their place. */
export function checkSignal(name: string, options: unknown, signal: unknown): void {
  check(!isSignal(options), name, 'options', '{ signal }', options);
  check(signal === undefined || isSignal(signal), name, 'signal', 'an AbortSignal', signal);
}

export function isSignal(value: unknown): value is AbortSignal {
  return hasMethod(value, 'addEventListener') && typeof (value as AbortSignal).aborted === 'boolean';
}

/** What can be taken from, one item after the other. */
export function checkSource(name: string, source: unknown): void {
  const valid = isObservable(source) || isList(source);
  check(valid, name, 'source', 'an Observable, an iterable or an async iterable', source);
}

/** What says when to end. */
export function checkStop(name: string, stop: unknown): void {
  if (!isSignal(stop)) checkTime(name, 'stop', 'an AbortSignal, ', stop);
}

const anAwaitable = 'an ObservableInput or a coroutine function';

/** The argument `awaitable`, or that one of the `awaitables`. */
export function checkAwaitable(name: string, value: unknown, index?: number, keys?: readonly unknown[]): void {
  if (typeof value === 'function' || isObservable(value)) return;
  if (!isInput(value)) check(false, name, argumentAt(index, keys), anAwaitable, value);
  checkNested(value, name, index, keys);
}

function argumentAt(index: number | undefined, keys: readonly unknown[] | undefined): string {
  return index === undefined ? 'awaitable' : placeOf(index, keys);
}

/** A list of values is an awaitable like any iterable; nobody means to wait for a list of functions. */
function checkNested(value: unknown, name: string, index?: number, keys?: readonly unknown[]): void {
  if (typeof value === 'function' || !isIterable(value) || !isCollection(value)) return;
  const isMeant = (each: unknown) => typeof each === 'function' || isObservable(each) || isPromiseLike(each);
  const wrong: unknown = [...value.values()].find(isMeant);
  if (wrong === undefined) return;
  const given = `a list that holds ${describe(wrong)} (gather what is in it, or flatten the list)`;
  throw new TypeError(`${name}: ${argumentAt(index, keys)} must be ${anAwaitable}, got ${given}`);
}

export function check(
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

function isList(value: unknown): boolean {
  return !isObservable(value) && (isIterable(value) || isAsyncIterable(value));
}
