import { Subscriber } from 'rxjs';
import type { End } from './close.js';
import { type Cleanup, collect, Collector, type Failures, stack } from './collector.js';
import { leave } from './lingering.js';

/** Has a source begin for a subscriber. */
export type Subscribe<T> = (subscriber: Subscriber<T>) => void;

/**
 * A subscriber of our own, where rxjs would make one too late: it can be unsubscribed while its source is still being
 * subscribed to, and is linked to the subscriber that it serves, as those of operators are. It tears the source down before
 * the end is passed on: rxjs tells of an end first, and what throws in the teardown after that is thrown at the source.
 *
 * Its fields are no private ones of the language: rxjs and others wrap subscribers in Proxies.
 */
// eslint-disable-next-line rxjs-x/no-subclass -- exported by rxjs, and what its operators are made of
export abstract class Upstream<T> extends Subscriber<T> {
  protected hasFailed = false;
  private subscribing = false;
  private held: { readonly end: End; readonly cleanup: Failures | Cleanup; readonly late: Collector } | undefined;

  constructor(destination?: Subscriber<unknown>) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- see above
    super();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the link; passing it on to super() would also add this
    if (destination !== undefined) this.destination = destination;
  }

  /** With what is left of the cleanup, and what failed in it. */
  protected abstract ended(end: End, cleanup: Failures | Cleanup): void;

  /**
   * An end that comes while the source is still being subscribed to is held back until that has returned: only then is its
   * last teardown known, which runs at once and belongs to the end.
   */
  follow(subscribe: Subscribe<T>): void {
    const { collector } = stack;
    this.subscribing = true;
    try {
      subscribe(this);
    } catch (error) {
      if (this.closed && this.held === undefined) leave([error], undefined);
      else this.error(error);
    } finally {
      this.subscribing = false;
      if (this.held !== undefined) stack.collector = collector;
    }
    if (this.held === undefined) return;
    const { end, cleanup, late } = this.held;
    this.held = undefined;
    late.add(cleanup);
    this.ended(end, late.result());
  }

  /** rxjs brings here, too, what a teardown throws that runs late. */
  override error(error: unknown): void {
    if (this.held === undefined) super.error(error);
    else this.held.late.catch(error);
  }

  protected override _error(error: unknown): void {
    this.hasFailed = true;
    this.end([error]);
  }

  protected override _complete(): void {
    this.end([]);
  }

  private end(end: End): void {
    const cleanup = collect(() => {
      this.unsubscribe();
    });
    if (!this.subscribing) {
      this.ended(end, cleanup);
      return;
    }
    this.held = { end, cleanup, late: new Collector(undefined) };
    stack.collector = this.held.late;
  }
}
