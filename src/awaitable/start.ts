import { Observable, type Subscriber } from 'rxjs';
import { emptyError } from '../errors.js';
import { tearDownEnded } from '../cleanup/close.js';
import { listen } from '../cleanup/upstream.js';

// rxjs tells of an end first, and tears down then. What throws in that is thrown at the source, and operators on the way are
// left without their end. These tear down first: what fails in that is the error of the source.

/** The source, torn down before its end is passed on. */
export function ending<T>(source: Observable<T>): Observable<T> {
  return new Observable((subscriber) => {
    const next = (value: T) => {
      subscriber.next(value);
    };
    follow(source, subscriber, next, () => {
      subscriber.complete();
    });
  });
}

/** Like rxjs's `last`. */
export function lastOf<T>(source: Observable<T>): Observable<T> {
  return new Observable((subscriber) => {
    let last: { value: T } | undefined;
    const next = (value: T) => {
      last = { value };
    };
    follow(source, subscriber, next, () => {
      if (last === undefined) subscriber.error(emptyError());
      else {
        subscriber.next(last.value);
        subscriber.complete();
      }
    });
  });
}

function follow<T>(
  source: Observable<T>,
  subscriber: Subscriber<T>,
  next: (value: T) => void,
  complete: () => void,
): void {
  listen(
    source,
    {
      next,
      error: (error) => {
        subscriber.error(error);
      },
      complete: (inner) => {
        if (tearDownEnded(inner, subscriber)) complete();
      },
    },
    subscriber,
  );
}
