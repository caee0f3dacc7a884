import { describe } from './describe.js';
import { isPromiseLike } from './input.js';
import { type Cleanup, type Failures, failuresOf, isObject } from '../cleanup/failures.js';
import { type Feed, nothingYet } from './feed.js';

/** Who takes from an {@link Intake}. */
export interface Taker {
  /** What had to be waited for is there, or there is no more. */
  fill(): void;
  /** The feed has failed, and is thereby at its end. */
  broken(error: unknown): void;
  /** What leaving the feed has failed with, or is still busy with. */
  linger(cleanup: Failures | Cleanup): void;
}

/** Takes one item after the other from a feed: it is asked again only when it has answered. */
export class Intake<T> {
  readonly #feed: Feed<T>;
  readonly #taker: Taker;
  // asking: next() is on the stack. awaiting: its Promise is pending. over: it has ended, or was left.
  #state: 'idle' | 'asking' | 'awaiting' | 'over' = 'idle';
  /** The answer that had to be waited for. */
  #arrived: { readonly answer: IteratorResult<T> } | undefined;
  #leaving = false;

  constructor(feed: Feed<T>, taker: Taker) {
    this.#feed = feed;
    this.#taker = taker;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** {@link nothingYet} where it has to be waited for, or there is no more. */
  next(): T | typeof nothingYet {
    if (this.#state !== 'idle') return nothingYet;
    this.#state = 'asking';
    try {
      const arrived = this.#arrived;
      this.#arrived = undefined;
      return this.#read(arrived === undefined ? this.#feed.next() : arrived.answer);
    } catch (error) {
      this.#state = 'over';
      this.#taker.broken(error);
      return nothingYet;
    }
  }

  /** Calls `return()`, unless the feed has come to its end. */
  leave(): void {
    if (this.#state === 'over') return;
    // A generator that is just running would refuse.
    if (this.#state === 'asking') {
      this.#leaving = true;
      return;
    }
    const owes = this.#state === 'awaiting' && this.#feed.isHeard !== true;
    this.#state = 'over';
    try {
      const returned = this.#feed.return?.();
      if (!isPromiseLike(returned)) return;
      const cleanup = failuresOf(returned);
      // What owes an answer closes only after that, and nothing can hurry it: it is let go of.
      if (!owes) this.#taker.linger(cleanup);
    } catch (error) {
      this.#taker.linger([error]);
    }
  }

  #read(answer: ReturnType<Feed<T>['next']>): T | typeof nothingYet {
    if (answer !== nothingYet && isPromiseLike<IteratorResult<T>>(answer)) {
      this.#state = 'awaiting';
      this.#await(answer);
    } else if (answer === nothingYet) this.#state = 'idle';
    else if (!isObject(answer)) {
      throw new TypeError(`the iterator's next() must give an object, got ${describe(answer)}`);
    } else if (answer.done === true) this.#state = 'over';
    else {
      this.#state = 'idle';
      if (!this.#leaving) return answer.value;
    }
    if (this.#leaving) this.leave();
    return nothingYet;
  }

  #await(answer: PromiseLike<IteratorResult<T>>): void {
    Promise.resolve(answer).then(
      (arrived) => {
        if (this.#state !== 'awaiting') return;
        this.#state = 'idle';
        this.#arrived = { answer: arrived };
        this.#taker.fill();
      },
      (error: unknown) => {
        // What was left is not heard any more.
        if (this.#state !== 'awaiting') return;
        this.#state = 'over';
        this.#taker.broken(error);
      },
    );
  }
}
