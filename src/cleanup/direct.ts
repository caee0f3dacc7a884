import { Observable, type Observer, Subscriber, type Subscription } from 'rxjs';

/**
 * An Observable as any other, but for what one of ours or an operator subscribes with: from that to `start` it takes rxjs four
 * calls, and how deep structures can be nested depends on these.
 */
// eslint-disable-next-line rxjs-x/no-subclass -- see above
export class Direct<T> extends Observable<T> {
  constructor(private readonly start: (subscriber: Subscriber<T>) => void) {
    super(start);
  }

  override subscribe(
    observer?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // eslint-disable-next-line @typescript-eslint/no-deprecated, rxjs-x/prefer-observer -- all that rxjs takes
    if (!(observer instanceof Subscriber)) return super.subscribe(observer as (value: T) => void, error, complete);
    try {
      this.start(observer as Subscriber<T>);
    } catch (thrown) {
      observer.error(thrown);
    }
    return observer;
  }
}
