import type { Observable, Subscriber } from 'rxjs';
import { Between } from '../cleanup/between.js';
import { isCancelledError } from '../errors.js';
import type { Node } from './node.js';
import type { Watch } from './watch.js';

/** Between a combinator and its subscriber: sees what is passed on, and when it is torn down. */
export class Passing<T> extends Between<T> {
  private value: T | undefined;
  private hasEnded = false;

  constructor(
    served: Subscriber<T>,
    private readonly node: Node,
    private readonly watch: Watch,
    /** Not so where the node is one that has an end of its own. */
    private readonly ends: boolean,
  ) {
    super(served);
  }

  follow(source: Observable<T>): void {
    const follow = () => {
      source.subscribe(this);
    };
    // Else that has begun before.
    if (this.ends) this.watch.start(this.node, follow);
    else this.watch.run(this.node, follow);
  }

  /** What is made of it is not done on behalf of the combinator. */
  protected override _next(value: T): void {
    this.value = value;
    this.watch.runAbove(this.node, () => {
      this.served.next(value);
    });
  }

  protected override _error(error: unknown): void {
    this.hasEnded = true;
    if (this.ends) this.node.end(isCancelledError(error) ? 'cancelled' : 'rejected', error);
    this.watch.runAbove(this.node, () => {
      super._error(error);
    });
  }

  protected override _complete(): void {
    this.hasEnded = true;
    if (this.ends) this.node.end('fulfilled', this.value);
    this.watch.runAbove(this.node, () => {
      super._complete();
    });
  }

  override unsubscribe(): void {
    try {
      const tearDown = () => {
        super.unsubscribe();
      };
      this.watch.tearDown(this.node, tearDown, !this.hasEnded);
    } finally {
      if (this.ends) this.node.end('cancelled');
    }
  }
}
