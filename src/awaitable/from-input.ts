import { defer, from, Observable, type Subscriber, type Unsubscribable } from 'rxjs';
import { failuresOf } from '../cleanup/collector.js';
import { leave } from '../cleanup/lingering.js';
import { currentContext } from './async-context.js';
import {
  hasMethod,
  type Input,
  isAsyncIterable,
  isObservable,
  isObservableInput,
  isPromiseLike,
  isStream,
  type NativeObservable,
  type NativeObserver,
} from './input.js';

// rxjs's `from` and its notion of an ObservableInput, but for these: an AsyncIterable is told at once when nobody listens to
// it any more, not when it yields its next value, and a ReadableStream is cancelled then; whatever can be awaited will do as a
// Promise, where rxjs needs a `then` that returns another; the platform's own Observables are taken as well.

export function fromInput<T>(input: Input<T>): Observable<T> {
  if (isObservable<T>(input)) return from(input);
  if (isStream<T>(input)) return read(input);
  if (isAsyncIterable<T>(input)) return iterate(input);
  if (isPromiseLike<T>(input)) return defer(() => Promise.resolve(input));
  return isObservableInput<T>(input) ? from(input) : fromNative(input);
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
  // What is left cleans up in the context of whoever has subscribed, as it runs in that.
  const context = currentContext();
  subscriber.add(() => {
    if (over) return;
    context.run(() => {
      stop(asked);
    });
  });
  const all = async () => {
    for (;;) {
      asked = true;
      const result = await next();
      asked = false;
      if (result.done === true) over = true;
      if (over || subscriber.closed) return;
      subscriber.next(result.value as T);
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
