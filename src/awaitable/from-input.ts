import { from, Observable, type Subscriber, type Unsubscribable } from 'rxjs';
import { leave } from '../cleanup/lingering.js';
import { currentContext } from './async-context.js';
import { type Feed, feedOf, nothingYet } from './feed.js';
import { fromPromise } from './from-promise.js';
import { Intake } from './intake.js';
import {
  hasMethod,
  type Input,
  isAsyncIterable,
  isObservable,
  isObservableInput,
  isPromiseLike,
  type NativeObservable,
  type NativeObserver,
} from './input.js';

// rxjs's `from` and its notion of an ObservableInput, but for these: an AsyncIterable is told at once when nobody listens to
// it any more, not when it yields its next value, and a stream is ended then; whatever can be awaited will do as a Promise,
// where rxjs needs a `then` that returns another; the platform's own Observables are taken as well.

export function fromInput<T>(input: Input<T>): Observable<T> {
  if (input instanceof Observable) return input;
  if (isObservable<T>(input)) return from(input);
  if (isPromiseLike<T>(input)) return fromPromise(input);
  if (isAsyncIterable<T>(input)) return iterate(input);
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

function iterate<T>(iterable: AsyncIterable<T>): Observable<T> {
  return new Observable((subscriber) => {
    const intake = pull(feedOf(iterable), subscriber);
    // What is left cleans up in the context of whoever has subscribed, as it runs in that.
    const context = currentContext();
    subscriber.add(() => {
      context.run(() => {
        intake.leave();
      });
    });
  });
}

/** Emits one item after the other. */
function pull<T>(feed: Feed<T>, subscriber: Subscriber<T>): Intake<T> {
  const fill = () => {
    for (let item = intake.next(); item !== nothingYet; item = intake.next()) subscriber.next(item);
    if (intake.isOver) subscriber.complete();
  };
  const intake = new Intake<T>(feed, {
    fill,
    broken: (error) => {
      subscriber.error(error);
    },
    linger: (cleanup) => {
      leave(cleanup, subscriber);
    },
  });
  fill();
  return intake;
}
