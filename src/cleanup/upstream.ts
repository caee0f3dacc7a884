import { type Observable, Subscriber } from 'rxjs';
import { type End, well } from './close.js';
import { collect, collectorFor } from './collector.js';
import type { Cleanup, Failures } from './failures.js';
import { type Collector, type Ending, shared } from './shared.js';
import { tellWaiting } from './turns.js';
import { leave } from './lingering.js';
import { makeSureOfRoom, roomFor } from './room.js';

/** So many may be started within each other before we look at how full the stack is. */
const shallow = 64;
/** Enough to tell of a failure, and for what has not been compiled yet. */
const room = roomFor(8192);

/**
 * A subscriber of our own, where rxjs would make one too late: it can be unsubscribed while its source is still being
 * subscribed to, and is linked to the subscriber that it serves, as those of operators are. It tears the source down before
 * the end is passed on: rxjs tells of an end first, and what throws in the teardown after that is thrown at the source.
 *
 * Its fields are no private ones of the language: rxjs and others wrap subscribers in Proxies.
 */
// eslint-disable-next-line rxjs-x/no-subclass -- exported by rxjs, and what its operators are made of
export abstract class Upstream<T> extends Subscriber<T> implements Ending {
  outer: Ending | undefined;
  outsides = 0;
  /** Seen through a Proxy, too. */
  readonly self = this;
  protected end: End | undefined;
  private subscribing = false;
  /** Of what is torn down from its end on, while it is still being subscribed to. */
  private late: Collector | undefined;

  constructor(destination?: object) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- see above
    super();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the link; passing it on to super() would also add this
    if (destination !== undefined) this.destination = destination as Subscriber<unknown>;
  }

  /** With what is left of the cleanup, and what failed in it. */
  protected abstract ended(end: End, cleanup: Failures | Cleanup): void;

  /**
   * An end that comes while the source is still being subscribed to is held back until that has returned: only then is its
   * last teardown known, which runs at once and belongs to the end.
   */
  follow(source: Observable<T>): void {
    const { collector, level, ending } = shared;
    this.subscribing = true;
    shared.level = level + 1;
    try {
      if (level > shallow) makeSureOfRoom(room);
      source.subscribe(this);
    } catch (error) {
      if (this.closed && this.late === undefined) leave([error], undefined);
      else this.error(error);
    } finally {
      this.subscribing = false;
      shared.level = level;
      if (this.late !== undefined) {
        shared.collector = collector;
        shared.ending = ending;
      }
    }
    const { end, late } = this;
    if (end === undefined || late === undefined) return;
    this.late = undefined;
    this.ended(end, late.result());
    tellWaiting();
  }

  /** rxjs brings here, too, what a teardown throws that runs late. */
  override error(error: unknown): void {
    if (this.late === undefined) super.error(error);
    else this.late.catch(error);
  }

  protected override _error(error: unknown): void {
    this.tearDown([error]);
  }

  protected override _complete(): void {
    this.tearDown(well);
  }

  private tearDown(end: End): void {
    this.end = end;
    this.outer = shared.ending;
    this.outsides = shared.outsides;
    if (!this.subscribing) {
      try {
        this.ended(end, collect(this, this, undefined, this));
      } finally {
        tellWaiting();
      }
      return;
    }
    this.late = shared.collector = collectorFor(this);
    shared.ending = this;
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the link, which is taken away with the rest
    const { destination } = this;
    try {
      this.unsubscribe();
    } catch (error) {
      this.late.catch(error);
    }
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- see above
    this.destination = destination;
  }
}
