import { type Observable, Subscriber } from 'rxjs';

/** What an {@link Inner} calls. */
export interface InnerObserver<T> {
  next(value: T): void;
  error(error: unknown): void;
  complete(inner: Inner<T>): void;
}

/**
 * A subscriber of our own, where rxjs would make one too late: it can be unsubscribed while its source is still being
 * subscribed to, and is linked to the subscriber that it serves, as those of operators are. It ends when its owner says
 * so: neither an error nor completing tears it down.
 */
// eslint-disable-next-line rxjs-x/no-subclass -- exported by rxjs, and what its operators are made of
export class Inner<T> extends Subscriber<T> {
  readonly #observer: InnerObserver<T>;

  constructor(observer: InnerObserver<T>, destination?: Subscriber<unknown>) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- see above
    super();
    this.#observer = observer;
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the link; passing it on to super() would also add this
    if (destination !== undefined) this.destination = destination;
  }

  protected override _next(value: T): void {
    this.#observer.next(value);
  }

  protected override _error(error: unknown): void {
    this.#observer.error(error);
  }

  protected override _complete(): void {
    this.#observer.complete(this);
  }
}

/** Subscribes for `destination`, which unsubscribes when it closes. */
export function listen<T>(source: Observable<T>, observer: InnerObserver<T>, destination: Subscriber<unknown>): void {
  const inner = new Inner(observer, destination);
  destination.add(inner);
  source.subscribe(inner);
}
