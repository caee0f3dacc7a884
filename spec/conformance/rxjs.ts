import { catchError, EmptyError, type InteropObservable, type Observable, type Subscribable, throwError } from 'rxjs';

// What the cases take from the test helpers of RxJS.

/** RxJS declares the symbol, and leaves it to others to define it. */
const interopKey = (Symbol as { readonly observable?: symbol }).observable ?? '@@observable';

/** Looks like an Observable to RxJS, and has nothing of its class: emits the values at once, and completes. */
export function interop<T>(...values: T[]): InteropObservable<T> {
  const source: Subscribable<T> = {
    subscribe(observer) {
      values.forEach((value) => observer.next?.(value));
      observer.complete?.();
      return { unsubscribe: () => undefined };
    },
  };
  return { ...source, [interopKey]: () => source } as unknown as InteropObservable<T>;
}

/** That a source was empty, as an error to draw: what it says of it does not matter here. */
export const empty = 'a source was empty';

/** The same, but for an EmptyError, which is {@link empty}. */
export function withEmpty<T>(source: Observable<T>): Observable<T> {
  return source.pipe(catchError((error: unknown) => throwError(() => (error instanceof EmptyError ? empty : error))));
}
