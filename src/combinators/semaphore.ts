// For whoever compiles against the declarations without this library: kept in them.
/// <reference lib="esnext.disposable" preserve="true" />

import type { Observable } from 'rxjs';
import { checkAwaitable, checkDuration, checkOptions, checkPermits } from '../arguments/check.js';
import type { Candidate, Result, Valid } from '../awaitable/inference.js';
import type { Awaitable } from '../awaitable/types.js';
import { combinator } from '../cleanup/combinator.js';
import { dispose } from '../cleanup/dispose.js';
import { type Abortable, signalOf, toPromise } from '../promise/to-promise.js';
import { Permits } from '../running/permits.js';
import { Permitted } from '../running/permitted.js';

/** What a {@link Semaphore} takes besides the number of permits. */
export interface SemaphoreOptions {
  /**
   * Milliseconds: a permit comes back exactly that long after it was taken, whatever runs, so that no more than `permits` are
   * taken in that time. By default it comes back when what it was taken for has ended.
   */
  readonly per?: number | undefined;
}

/**
 * What {@link Semaphore.acquire} gives, to be given back: by `using permit = await semaphore.acquire()`, or by `release()`. It
 * comes back once, however often that is called. With `per` it comes back by itself, and only then.
 */
export interface Permit extends Disposable {
  /** Gives it back, as the end of a `using` block does. */
  release(): void;
}

/**
 * A limit that many share, combinators, calls and requests alike: at any time no more hold a permit than there are. Who comes
 * when there is none waits, first come first served.
 *
 * With `per` it limits how many start in a time, in place of how many run at a time; both are two semaphores, that of the rate
 * within the other, so that it counts what begins: `limit.use(rate.use(awaitable))`.
 *
 * ```ts
 * const limit = new Semaphore(2);
 * const job = (name: string, ms: number) => limit.use(timer(ms).pipe(map(() => name)));
 * asCompleted([job('a', 300), job('b', 20), job('c', 20)]).subscribe(console.log);
 * console.log(limit.available, limit.waiting);
 * // 0 1
 * // b
 * // c
 * // a
 * ```
 *
 * asyncio: `asyncio.Semaphore`, and `BoundedSemaphore`, since a permit cannot come back twice; with one permit `asyncio.Lock`.
 */
export class Semaphore {
  readonly #permits: Permits;

  /**
   * @param permits how many: 0 or a positive integer, or Infinity
   * @param options `per`: milliseconds after which a permit comes back by itself
   * @throws TypeError or RangeError for arguments that make no sense
   */
  constructor(permits: number, options: SemaphoreOptions = {}) {
    checkPermits(permits);
    checkOptions('Semaphore', options, ['per']);
    if (options.per !== undefined) checkDuration('Semaphore', 'per', options.per);
    this.#permits = new Permits(permits, options.per);
  }

  /**
   * How many permits there are. It may be set at any time: with more, those who wait begin at once; with fewer, what runs goes on,
   * and the next begin when there is room again; 0 lets nobody begin.
   */
  get permits(): number {
    return this.#permits.limit;
  }

  /** Takes effect at once. RangeError for what is neither a non-negative integer nor Infinity. */
  set permits(permits: number) {
    checkPermits(permits);
    this.#permits.limit = permits;
  }

  /** How many permits are not taken just now; never below 0. asyncio: `locked()` is `available === 0`. */
  get available(): number {
    return this.#permits.available;
  }

  /** How many wait for a permit. */
  get waiting(): number {
    return this.#permits.waiting;
  }

  /**
   * Waits for a permit, runs an awaitable, and gives the permit back when all of it has ended, its cleanup too. Who is
   * unsubscribed while it waits leaves the line, and nothing is started.
   *
   * A Task is listened to, and not cancelled: it runs whether there is a permit or not.
   *
   * ```ts
   * const one = new Semaphore(1);
   * one.use(timer(10)).subscribe();
   * one.use(async () => 'after 10 ms').subscribe(console.log);
   * // after 10 ms
   * ```
   *
   * asyncio: `async with semaphore: …`
   *
   * @param awaitable what to run: it is started anew for each subscription
   * @throws TypeError when it is no awaitable. Error notification: its failure
   */
  use<A extends Candidate>(awaitable: A & Valid<A>): Observable<Result<A>> {
    checkAwaitable('semaphore.use', awaitable);
    // A new Observable, since no operator waits for the cleanup of what it has torn down.
    return combinator<Result<A>>('semaphore.use', (subscriber) => {
      new Permitted(subscriber, this.#permits, awaitable as Awaitable<Result<A>>).join();
    });
  }

  /**
   * A permit, to be given back: for code that is no awaitable of its own.
   *
   * ```ts
   * const one = new Semaphore(1);
   * {
   *   using permit = await one.acquire();
   *   console.log(one.available);
   * }
   * console.log(one.available);
   * // 0
   * // 1
   * ```
   *
   * asyncio: `await semaphore.acquire()`; `permit.release()` is `semaphore.release()`.
   *
   * @param options `signal`: when it aborts meanwhile, the promise rejects with its reason, and no permit is taken
   * @throws TypeError at once, for options that make no sense
   */
  acquire(options?: Abortable): Promise<Permit> {
    const signal = signalOf('semaphore.acquire', options);
    const acquiring = combinator<Permit>('semaphore.acquire', (subscriber) =>
      this.#permits.join({
        isWanted: true,
        begin: () => {
          subscriber.next(new Held(this.#permits));
          subscriber.complete();
        },
      }),
    );
    return toPromise(acquiring, signal);
  }
}

class Held implements Permit {
  #permits: Permits | undefined;

  constructor(permits: Permits) {
    this.#permits = permits;
  }

  release(): void {
    const permits = this.#permits;
    this.#permits = undefined;
    permits?.giveBack();
    permits?.fill();
  }

  [dispose](): void {
    this.release();
  }
}
