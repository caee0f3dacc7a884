import { defer, map, Observable, type OperatorFunction, tap } from 'rxjs';
import { checkAwaitable, checkListOrRecord } from '../arguments/check.js';
import { listed } from '../arguments/listed.js';
import type { Candidates, ValidAwaitables } from '../awaitable/inference.js';
import { isCollection, isSet } from '../awaitable/realm.js';
import type { Awaitable, Awaitables } from '../awaitable/types.js';
import { counted } from '../observing/counted.js';
import { type ProgressCounts, Tally } from '../observing/tally.js';
import { pulled, type Watched, type WatchedAwaitable } from '../observing/watched.js';

/**
 * How far many awaitables are: an Observable of how many wait, run and are done, which begins with the current counts and
 * never ends. {@link Progress.watch} says of what; it may be called any number of times, for one sum of all.
 *
 * What is run again counts as running again, and its end in place of the former. A coroutine function that never reads its
 * `signal` cannot be stopped, so it counts as running until it has ended by itself.
 *
 * ```ts
 * const progress = new Progress();
 * progress.subscribe(({ done, total, running }) => console.log(`${done} of ${total}, ${running} running`));
 * gather(progress.watch([timer(10), timer(20)]), { concurrency: 1 }).subscribe();
 * // 0 of 0, 0 running
 * // 0 of 2, 0 running
 * // 0 of 2, 1 running
 * // 1 of 2, 0 running
 * // 1 of 2, 1 running
 * // 2 of 2, 0 running
 * ```
 *
 * asyncio: none; `tqdm.asyncio` of the package tqdm.
 */
// eslint-disable-next-line rxjs-x/no-subclass -- it is to be piped as it stands
export class Progress extends Observable<ProgressCounts> {
  readonly #tally: Tally;

  constructor() {
    const tally = new Tally();
    super((subscriber) => tally.changing.subscribe(subscriber));
    this.#tally = tally;
  }

  /**
   * Gives the same awaitables again, to be handed to a combinator or started in a group, and counts them. What is pulled is
   * pulled as lazily as before, and counts from then on: the total is known when there is no more.
   *
   * A function stays a function of that name; a Task or a Promise stays what it is, and counts as running from now on. Anything
   * else becomes an Observable.
   *
   * ```ts
   * const progress = new Progress();
   * const { one, two } = progress.watch({ one: of(1), two: async () => 2 });
   * gather({ one, two }).subscribe(console.log);
   * progress.subscribe(({ waiting, running, fulfilled }) => console.log(waiting, running, fulfilled));
   * // 0 1 1
   * // 0 0 2
   * // { one: 1, two: 2 }
   * ```
   *
   * @param awaitables a list, an async iterable, a plain record or a Map
   * @throws TypeError when it is none of these, or holds what is no awaitable; where that is pulled, by its iterator
   */
  watch<const A extends Candidates>(awaitables: A & ValidAwaitables<A>): Watched<A> {
    checkListOrRecord('progress.watch', awaitables, false);
    return this.#watch(awaitables as unknown as Awaitables) as Watched<A>;
  }

  /**
   * The pipeable {@link Progress.watch}: counts what the source emits. The total is known when the source has ended.
   *
   * ```ts
   * const progress = new Progress();
   * of(10, 20).pipe(map((ms) => timer(ms)), progress.watchAll(), asCompletedAll()).subscribe();
   * progress.subscribe(({ done, total }) => console.log(`${done} of ${total}`));
   * // 0 of 2
   * // 1 of 2
   * // 2 of 2
   * ```
   *
   * @throws Error notification: TypeError for what is no awaitable
   */
  watchAll<A extends Awaitable<unknown>>(): OperatorFunction<A, WatchedAwaitable<A>> {
    return (source) =>
      defer(() => {
        const end = this.#tally.expectMore();
        return source.pipe(
          map((awaitable, index) => {
            checkAwaitable('progress.watchAll', awaitable, index);
            return this.#count([awaitable])[0] as WatchedAwaitable<A>;
          }),
          tap({ error: end, complete: end, unsubscribe: end }),
        );
      });
  }

  #watch(awaitables: Awaitables): unknown {
    const { items, keys, keyed } = listed(awaitables);
    const check = (awaitable: unknown, index: number) => {
      checkAwaitable('progress.watch', awaitable, index, keys);
      return awaitable as Awaitable<unknown>;
    };
    if (!isCollection(items)) {
      let more: (() => void) | undefined = this.#tally.expectMore();
      const begin = () => {
        const end = this.#tally.expectMore();
        more?.();
        more = undefined;
        return end;
      };
      return pulled(items, (awaitable, index) => this.#count([check(awaitable, index)])[0], begin);
    }
    const watched = this.#count(Array.from(items as Iterable<unknown>, check));
    if (keyed !== undefined) return keyed(watched);
    return isSet(items) ? new Set(watched) : watched;
  }

  #count(awaitables: readonly Awaitable<unknown>[]): Awaitable<unknown>[] {
    this.#tally.add(awaitables.length);
    return awaitables.map((awaitable) => counted(awaitable, this.#tally));
  }
}
