import { Observable, type ObservableInput } from 'rxjs';
import { isObject } from '../cleanup/failures.js';

/**
 * What rxjs takes as an Observable, and what the platform calls one. No string, though it is a list of characters: nobody
 * means to wait for those.
 */
export type Input<T> = (ObservableInput<T> & object) | NativeObservable<T>;

/**
 * What is needed of an Observable of the platform, such as `button.when('click')` gives: aborting the `signal`
 * unsubscribes. So does `unsubscribe()` of what it returns, if it returns such a thing, as rxjs's `Subscribable` does.
 */
export interface NativeObservable<T> {
  /** Starts it, and calls the observer until it ends or the `signal` aborts. */
  subscribe(observer: NativeObserver<T>, options: { signal: AbortSignal }): unknown;
}

/** What a {@link NativeObservable} calls. */
export interface NativeObserver<T> {
  /** With each value. */
  readonly next: (value: T) => void;
  /** With what it fails with. */
  readonly error: (error: unknown) => void;
  /** When it ends. */
  readonly complete: () => void;
}

/** Whether it can be subscribed to. Strings are left out: nobody means to wait for their characters. */
export function isInput(value: unknown): value is Input<unknown> {
  return isObservableInput(value) || hasMethod(value, 'subscribe');
}

export function isObservableInput<T = unknown>(value: unknown): value is ObservableInput<T> {
  return (
    isObservable(value) ||
    isPromiseLike(value) ||
    isAsyncIterable(value) ||
    (typeof value === 'object' && (isIterable(value) || isArrayLike(value)))
  );
}

export function isObservable<T = unknown>(value: unknown): value is Observable<T> {
  return value instanceof Observable || hasMethod(value, interop);
}

/** rxjs declares the symbol, and leaves it to others to define it. */
const interop = (Symbol as { readonly observable?: symbol }).observable ?? '@@observable';

export function isPromiseLike<T = unknown>(value: unknown): value is PromiseLike<T> {
  // Not by hasMethod(), since each step of an iterator is asked: a property by its name is found sooner.
  return isObject(value) && typeof (value as PromiseLike<T>).then === 'function';
}

/** A ReadableStream is one also where the platform does not say so. */
export function isAsyncIterable<T = unknown>(value: unknown): value is AsyncIterable<T> {
  return hasMethod(value, Symbol.asyncIterator) || isReadableStream(value);
}

export function isIterable<T = unknown>(value: unknown): value is Iterable<T> {
  return hasMethod(value, Symbol.iterator);
}

export function hasMethod(value: unknown, key: PropertyKey): boolean {
  return isObject(value) && typeof (value as Record<PropertyKey, unknown>)[key] === 'function';
}

/** What can be ended also while it owes an item, though its own iterator cannot. */
export function isStream(value: unknown): boolean {
  return isReadableStream(value) || isReadable(value);
}

export function isReadableStream<T>(value: unknown): value is ReadableStream<T> {
  return hasMethod(value, 'getReader');
}

/** A Readable of Node. */
export function isReadable(value: unknown): value is { destroy(): void } {
  return hasMethod(value, 'destroy') && hasMethod(value, 'pipe');
}

function isArrayLike(value: object | null): boolean {
  return value !== null && 'length' in value && typeof value.length === 'number';
}
