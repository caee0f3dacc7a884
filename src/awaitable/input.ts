import { defer, from, Observable, type ObservableInput, type Subscriber } from 'rxjs';
import { report } from '../cleanup/close.js';

// rxjs's `from` and its notion of an ObservableInput, but for three things: an AsyncIterable is told at once when nobody
// listens to it any more, not when it yields its next value; whatever can be awaited will do as a Promise, where rxjs
// needs a `then` that returns another; and the platform's own Observables are taken as well.

/**
 * What rxjs takes as an Observable, and what the platform calls one. No string, though it is a list of characters: nobody
 * means to wait for those.
 */
export type Input<T> = (ObservableInput<T> & object) | NativeObservable<T>;

/**
 * What is needed of an Observable of the platform, such as `button.when('click')` gives: aborting the `signal`
 * unsubscribes.
 */
export interface NativeObservable<T> {
  /** Starts it, and calls the observer until it ends or the `signal` aborts. */
  subscribe(observer: NativeObserver<T>, options: { signal: AbortSignal }): void;
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

export function fromInput<T>(input: Input<T>): Observable<T> {
  if (isObservable<T>(input)) return from(input);
  if (isAsyncIterable<T>(input)) return iterate(input);
  if (isPromiseLike<T>(input)) return defer(() => Promise.resolve(input));
  return isObservableInput<T>(input) ? from(input) : fromNative(input);
}

/** Whether {@link fromInput} takes it. Strings are left out: nobody means to wait for their characters. */
export function isInput(value: unknown): value is Input<unknown> {
  return isObservableInput(value) || hasMethod(value, 'subscribe');
}

export function isObservableInput<T = unknown>(value: unknown): value is ObservableInput<T> {
  return (
    isObservable(value) ||
    isPromiseLike(value) ||
    isAsyncIterable(value) ||
    hasMethod(value, 'getReader') ||
    (typeof value === 'object' && (isIterable(value) || isArrayLike(value)))
  );
}

export function isObservable<T = unknown>(value: unknown): value is Observable<T> {
  return value instanceof Observable || hasMethod(value, interop);
}

/** rxjs declares the symbol, and leaves it to others to define it. */
const interop = (Symbol as { readonly observable?: symbol }).observable ?? '@@observable';

export function isPromiseLike<T = unknown>(value: unknown): value is PromiseLike<T> {
  return hasMethod(value, 'then');
}

export function isAsyncIterable<T = unknown>(value: unknown): value is AsyncIterable<T> {
  return hasMethod(value, Symbol.asyncIterator);
}

export function isIterable<T = unknown>(value: unknown): value is Iterable<T> {
  return hasMethod(value, Symbol.iterator);
}

export function hasMethod(value: unknown, key: PropertyKey): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return typeof (value as Record<PropertyKey, unknown>)[key] === 'function';
}

function isArrayLike(value: object | null): boolean {
  return value !== null && 'length' in value && typeof value.length === 'number';
}

function fromNative<T>(source: NativeObservable<T>): Observable<T> {
  return new Observable((subscriber) => {
    const controller = new AbortController();
    subscriber.add(() => {
      controller.abort();
    });
    // Not the subscriber itself: the platform calls these without a `this`.
    const observer: NativeObserver<T> = {
      next: (value) => {
        subscriber.next(value);
      },
      error: (error) => {
        subscriber.error(error);
      },
      complete: () => {
        subscriber.complete();
      },
    };
    source.subscribe(observer, { signal: controller.signal });
  });
}

function iterate<T>(iterable: AsyncIterable<T>): Observable<T> {
  return new Observable((subscriber) => {
    const iterator = iterable[Symbol.asyncIterator]();
    let over = false;
    subscriber.add(() => {
      if (!over) void Promise.resolve(iterator.return?.()).catch(report);
    });
    void pump(iterator, subscriber).then(
      () => {
        over = true;
        subscriber.complete();
      },
      (error: unknown) => {
        over = true;
        if (subscriber.closed) report(error);
        else subscriber.error(error);
      },
    );
  });
}

async function pump<T>(iterator: AsyncIterator<T>, subscriber: Subscriber<T>): Promise<void> {
  for (;;) {
    const result = await iterator.next();
    if (result.done === true || subscriber.closed) return;
    subscriber.next(result.value);
  }
}
