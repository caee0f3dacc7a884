import { Observable } from 'rxjs';
import { emptyError } from './errors.js';
import { asOneError, tearDownEnded } from './internal/cleanup.js';
import { type Inner, listen } from './internal/inner.js';

/**
 * Like rxjs's `last`, but the source is torn down before its value is passed on, so that what fails in that is its error.
 */
export function lastOf<T>(source: Observable<T>): Observable<T> {
  return new Observable((subscriber) => {
    let last: { value: T } | undefined;
    const observer = {
      next: (value: T) => {
        last = { value };
      },
      error: (error: unknown) => {
        subscriber.error(error);
      },
      complete: (inner: Inner<T>) => {
        const failures = tearDownEnded(inner, subscriber);
        if (failures.length > 0) subscriber.error(asOneError(failures));
        if (last === undefined) subscriber.error(emptyError());
        else {
          subscriber.next(last.value);
          subscriber.complete();
        }
      },
    };
    listen(source, observer, subscriber);
  });
}
