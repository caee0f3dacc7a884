import { asyncScheduler, type Subscription } from 'rxjs';
import { expiry } from '../arguments/timeout.js';
import { type Context, currentContext } from '../awaitable/async-context.js';
import { afterTeardown, unharmed } from '../cleanup/turns.js';
import { Line } from './line.js';

/** Who needs a permit. */
export interface Turn {
  /** Has the permit from now on. */
  begin(): void;
  /** Whether there is anybody left to begin for. */
  readonly isWanted: boolean;
}

/**
 * A number of permits, and who waits for one: first come, first served. With `per` a permit comes back that many milliseconds
 * after it was taken, by itself; else it is given back.
 */
export class Permits {
  readonly #per: number | undefined;
  readonly #waiting = new Line<{ readonly turn: Turn; readonly context: Context }>();
  /** When those that are taken come back by themselves. */
  readonly #due = new Line<number>();
  #limit: number;
  #taken = 0;
  /** What the clock has shown, and by how much it has been set back so far: it is not a clock's to hold permits back. */
  #read = 0;
  #setBack = 0;
  /** There is one only while somebody waits, so that no program lingers for it. */
  #timer: Subscription | undefined;

  constructor(limit: number, per: number | undefined) {
    this.#limit = limit;
    this.#per = per;
  }

  get limit(): number {
    return this.#limit;
  }

  set limit(limit: number) {
    this.#limit = limit;
    this.fill();
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get available(): number {
    this.#takeBack();
    return Math.max(0, this.#limit - this.#taken);
  }

  /** Begins at once where there is a permit that nobody waits for. What it returns is to be called when nobody needs it any more. */
  join(turn: Turn): () => void {
    if (this.#waiting.length === 0 && this.available > 0) {
      this.#take();
      turn.begin();
      return () => {};
    }
    const place = this.#waiting.join({ turn, context: currentContext() });
    this.#arm();
    return () => {
      this.#waiting.leave(place);
      this.#arm();
    };
  }

  /** To be followed by {@link fill}, when whoever had the permit has been told of its end: that may cancel some who wait. */
  giveBack(): void {
    if (this.#per === undefined) this.#taken--;
  }

  /** Begins as many as there are permits for; not in the middle of a teardown, which some of them may be a part of. */
  fill(): void {
    afterTeardown(() => {
      this.#fill();
    });
  }

  #fill(): void {
    try {
      for (let place = this.#waiting.first; place && this.available > 0; place = this.#waiting.first) {
        this.#waiting.leave(place);
        const { turn, context } = place.item;
        if (!turn.isWanted) continue;
        this.#take();
        context.run(() => {
          unharmed(() => {
            turn.begin();
          });
        });
      }
    } finally {
      this.#arm();
    }
  }

  #take(): void {
    this.#taken++;
    if (this.#per !== undefined) this.#due.join(this.#now() + this.#per);
  }

  #takeBack(): void {
    const now = this.#now();
    for (let place = this.#due.first; place && place.item <= now; place = this.#due.first) {
      this.#due.leave(place);
      this.#taken--;
    }
  }

  #now(): number {
    const read = asyncScheduler.now();
    this.#setBack += Math.max(0, this.#read - read);
    this.#read = read;
    return read + this.#setBack;
  }

  #arm(): void {
    const due = this.#due.first;
    if (this.#waiting.length === 0 || this.#limit === 0 || due === undefined) {
      this.#timer?.unsubscribe();
      this.#timer = undefined;
      return;
    }
    // A timer does not fail.
    // eslint-disable-next-line rxjs-x/no-ignored-error
    this.#timer ??= expiry(due.item - this.#now()).subscribe(() => {
      this.#timer = undefined;
      this.fill();
    });
  }
}
