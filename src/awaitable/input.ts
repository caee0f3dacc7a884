import { defer, from, Observable, type ObservableInput, type Subscriber, type Unsubscribable } from 'rxjs';
import { failuresOf } from '../cleanup/collector.js';
import { leave } from '../cleanup/lingering.js';

// rxjs's `from` and its notion of an ObservableInput, but for these: an AsyncIterable is told at once when nobody listens to
// it any more, not when it yields its next value, and a ReadableStream is cancelled then; whatever can be awaited will do as a
// Promise, where rxjs needs a `then` that returns another; the platform's own Observables are taken as well.

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
  subscribe(observer: NativeObserver<T>, options: { signal: AbortSignal }): void | Unsubscribable;
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
  if (isStream<T>(input)) return read(input);
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
    isStream(value) ||
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

function isStream<T>(value: unknown): value is ReadableStream<T> {
  return hasMethod(value, 'getReader');
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
    const subscription: unknown = source.subscribe(observer, { signal: controller.signal });
    if (hasMethod(subscription, 'unsubscribe')) subscriber.add(subscription as Unsubscribable);
  });
}

/** Unlike an iterator, it hears of the cancellation also while it owes a value. */
function read<T>(stream: ReadableStream<T>): Observable<T> {
  return new Observable((subscriber) => {
    const reader = stream.getReader();
    pump(
      () => reader.read() as Promise<IteratorResult<T>>,
      subscriber,
      () => {
        leave(failuresOf(reader.cancel()), subscriber);
      },
    );
  });
}

function iterate<T>(iterable: AsyncIterable<T>): Observable<T> {
  return new Observable((subscriber) => {
    const iterator = iterable[Symbol.asyncIterator]();
    pump(
      () => iterator.next(),
      subscriber,
      (asked) => {
        const returned = iterator.return?.();
        if (returned === undefined) return;
        const cleanup = failuresOf(returned);
        // It answers only after what it was asked before, and nothing can hurry that: it is let go of.
        if (!asked) leave(cleanup, subscriber);
      },
    );
  });
}

/** Asks for one value after the other; `stop` is told whether one is still owed. */
function pump<T>(
  next: () => PromiseLike<IteratorResult<T>>,
  subscriber: Subscriber<T>,
  stop: (asked: boolean) => void,
): void {
  let asked = false;
  let over = false;
  subscriber.add(() => {
    if (!over) stop(asked);
  });
  const all = async () => {
    for (;;) {
      asked = true;
      const result = await next();
      asked = false;
      if (result.done === true) over = true;
      if (over || subscriber.closed) return;
      subscriber.next(result.value);
    }
  };
  all().then(
    () => {
      subscriber.complete();
    },
    (error: unknown) => {
      over = true;
      subscriber.error(error);
    },
  );
}
