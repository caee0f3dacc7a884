import type { Observable, Subscriber } from 'rxjs';
import { close, type End } from './close.js';
import { collect, tearDown } from './collector.js';
import { combinator } from './combinator.js';
import type { Cleanup, Failures } from './failures.js';
import { leave } from './lingering.js';
import { inTurn, tellWaiting } from './turns.js';
import { Upstream } from './upstream.js';

export interface Closing<T> {
  /** What is followed. */
  readonly source: Observable<T>;
  /** The last thing to be torn down, which is told whether the source has `ended` by itself. */
  readonly finalize?: (ended: boolean) => void;
  /** Called where the source has completed, in place of passing that and its values on. */
  readonly conclude?: (subscriber: Subscriber<T>) => void;
}

/**
 * Passes a source on, which is made for each subscription, but for its end: that is held back until everything below has been
 * torn down and has cleaned up.
 */
export function closing<T>(name: string, make: () => Closing<T>): Observable<T> {
  // A new Observable, since every operator passes an error on before it tears down.
  return combinator<T>(name, (subscriber) => {
    const closing = make();
    new Closer(subscriber, closing).follow(closing.source);
  });
}

class Closer<T> extends Upstream<T> {
  constructor(
    private readonly served: Subscriber<T>,
    private readonly closing: Closing<T>,
  ) {
    super(served);
    // Before the source can emit: what is unsubscribed while it is still being subscribed to stops at once.
    served.add(() => {
      if (!this.closed) {
        tearDown(() => {
          leave(collect(this), served);
        });
      }
      tellWaiting();
    });
  }

  override unsubscribe(): void {
    const { closed, end } = this;
    const { finalize } = this.closing;
    // Added last, so that it is called last, and also when a teardown before it throws.
    if (!closed && finalize !== undefined) {
      this.add(() => {
        finalize(end !== undefined);
      });
    }
    super.unsubscribe();
  }

  protected override _next(value: T): void {
    if (this.closing.conclude === undefined) this.served.next(value);
  }

  protected override ended(end: End, cleanup: Failures | Cleanup): void {
    const tell = (told: End) => {
      if (told.length > 0) this.served.error(told[0]);
      else if (this.closing.conclude === undefined) this.served.complete();
      else this.closing.conclude(this.served);
    };
    if (cleanup instanceof Promise) close(end, cleanup, tell, this.served);
    else {
      inTurn(() => {
        close(end, cleanup, tell, this.served);
      });
    }
  }
}
