import { Subscriber } from 'rxjs';

/**
 * Stands between a source and its subscriber. What a teardown throws of a source that ends while it is being subscribed to, rxjs
 * brings to `error()`, after the end: that is passed on, too, for a combinator to hear of it.
 */
// eslint-disable-next-line rxjs-x/no-subclass -- exported by rxjs, and what its operators are made of
export abstract class Between<T> extends Subscriber<T> {
  constructor(protected readonly served: Subscriber<T>) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- see above
    super(served);
  }

  override error(error: unknown): void {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- see above
    if (this.isStopped) this.served.error(error);
    else super.error(error);
  }
}
