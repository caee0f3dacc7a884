import { Observable, type Subscriber } from 'rxjs';
import { close, type End } from './close.js';
import { collect } from './collector.js';
import type { Cleanup, Failures } from './failures.js';
import { leave } from './lingering.js';
import { tellWaiting } from './turns.js';
import { type Source, Upstream } from './upstream.js';

/** What is followed, and the last thing to be torn down, which is told whether the source has `ended` by itself. */
export interface Closing<T> {
  readonly source: Source<T>;
  readonly finalize?: (ended: boolean) => void;
}

/**
 * Passes a source on, which is made for each subscription, but for its end: that is held back until everything below has been
 * torn down and has cleaned up.
 */
export function closing<T>(make: () => Closing<T>): Observable<T> {
  // A new Observable, since every operator passes an error on before it tears down.
  return new Observable<T>((subscriber) => {
    // rxjs goes on subscribing to the rest after a source that failed at once: nobody could cancel this one.
    if (subscriber.closed) return;
    const { source, finalize } = make();
    new Closer(subscriber, finalize).follow(source);
  });
}

class Closer<T> extends Upstream<T> {
  constructor(
    private readonly served: Subscriber<T>,
    private readonly finalize: Closing<T>['finalize'],
  ) {
    super(served);
    // Before the source can emit: what is unsubscribed while it is still being subscribed to stops at once.
    served.add(() => {
      if (!this.closed) leave(collect(this), served);
      tellWaiting();
    });
  }

  override unsubscribe(): void {
    const { closed, finalize, end } = this;
    // Added last, so that it is called last, and also when a teardown before it throws.
    if (!closed && finalize !== undefined) {
      this.add(() => {
        finalize(end !== undefined);
      });
    }
    super.unsubscribe();
  }

  protected override _next(value: T): void {
    this.served.next(value);
  }

  protected override ended(end: End, cleanup: Failures | Cleanup): void {
    const tell = (told: End) => {
      if (told.length === 0) this.served.complete();
      else this.served.error(told[0]);
    };
    close(end, cleanup, tell, this.served);
  }
}
