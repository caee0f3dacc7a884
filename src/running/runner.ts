import { type Subscriber, Subscription } from 'rxjs';
import { describe } from '../awaitable/describe.js';
import type { Execution, Host } from '../awaitable/execution.js';
import { isPromiseLike } from '../awaitable/input.js';
import { prepare } from '../awaitable/start.js';
import type { Awaitable } from '../awaitable/types.js';
import { type Cleanup, failuresOf, isObject } from '../cleanup/collector.js';
import { leave } from '../cleanup/lingering.js';
import { type Context, currentContext } from './context.js';
import { type Feed, nothingYet } from './feed.js';
import type { Group } from './groups.js';

/** What is done with the awaitables that a {@link Runner} runs. */
export interface Client<T> {
  /** Called before it is started; throws what is wrong with one that turns out to be no awaitable. */
  starting(awaitable: Awaitable<T>, index: number): void;
  fulfilled(value: T, index: number): void;
  failed(error: unknown, index: number): void;
  /** There are no more, and all have ended. */
  finished(): void;
  /** What an awaitable is called in messages. */
  nameOf(index: number): string;
}

/**
 * Runs what a feed yields, at most `limit` at a time. An awaitable is pulled only when there is room for it, so the feed may
 * be endless: rxjs's `mergeMap` would first read all of it into memory. On an early end its `return()` is called.
 *
 * What runs is kept in a Set, which forgets it in one step: rxjs searches an array, n² steps for n.
 */
export class Runner<T> implements Host<T> {
  readonly subscriber: Subscriber<unknown>;
  /** How many may run at a time. After it has grown there may be room: {@link fill} it. */
  limit: number;
  readonly #feed: Feed<Awaitable<T>>;
  readonly #client: Client<T>;
  readonly #running = new Set<Execution>();
  #index: number;
  // asking: next() is on the stack. awaiting: its Promise is pending. starting: an awaitable is being started.
  #state: 'idle' | 'asking' | 'awaiting' | 'starting' = 'idle';
  #exhausted = false;
  #stopped = false;
  /** Of whoever has subscribed, for what starts late. */
  #context: Context | undefined;

  constructor(subscriber: Subscriber<unknown>, { feed, first }: Group<Awaitable<T>>, limit: number, client: Client<T>) {
    this.subscriber = subscriber;
    this.#feed = feed();
    this.limit = limit;
    this.#client = client;
    this.#index = first;
  }

  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  start(): void {
    this.fill();
    this.#feed.follow?.(this.subscriber, () => {
      this.fill();
    });
    if (!this.#exhausted && this.#feed.contexts === undefined) this.#context = currentContext();
  }

  /** Starts as many as there is room for. */
  fill(): void {
    if (this.#context === undefined || this.#exhausted || this.#running.size >= this.limit) this.#pull();
    else {
      this.#context.run(() => {
        this.#pull();
      });
    }
    // While it was asked, the iterator itself may have had this stopped: it can be left only now.
    if (this.#stopped) this.#leaveFeed();
    else if (this.#exhausted && this.#running.size === 0) {
      this.#stopped = true;
      this.#client.finished();
    }
  }

  fulfilled(execution: Execution, value: T): void {
    this.#running.delete(execution);
    this.#client.fulfilled(value, execution.index);
    this.#goOn();
  }

  failed(execution: Execution, error: unknown): void {
    this.#running.delete(execution);
    this.#client.failed(error, execution.index);
    this.#goOn();
  }

  linger(cleanup: Cleanup): void {
    leave(cleanup, this.subscriber);
  }

  nameOf({ index }: Execution): string {
    return this.#client.nameOf(index);
  }

  /** What ends while it is being started leaves the rest to the loop that starts it: a loop, no recursion. */
  #goOn(): void {
    if (this.#state !== 'starting') this.fill();
  }

  #pull(): void {
    const outer = this.#state;
    if (outer === 'asking' || outer === 'awaiting') return;
    while (this.#state === outer && !this.#exhausted && !this.#stopped && this.#running.size < this.limit) {
      const answer = this.#ask();
      if (answer === nothingYet) break;
      if (!isPromiseLike<IteratorResult<Awaitable<T>>>(answer)) this.#take(answer, outer);
      else {
        this.#state = 'awaiting';
        Promise.resolve(answer)
          .then((result) => {
            this.#take(checked(result), 'idle');
          })
          .then(
            () => {
              this.fill();
            },
            (error: unknown) => {
              this.#state = 'idle';
              this.#exhausted = true;
              // One that was left before is not heard any more.
              if (!this.#stopped) this.subscriber.error(error);
            },
          );
      }
    }
  }

  #ask(): ReturnType<Feed<Awaitable<T>>['next']> {
    const outer = this.#state;
    this.#state = 'asking';
    try {
      const answer = this.#feed.next();
      return answer === nothingYet || isPromiseLike(answer) ? answer : checked(answer);
    } catch (error) {
      this.#exhausted = true;
      if (this.#stopped) leave([error], this.subscriber);
      else this.subscriber.error(error);
      return nothingYet;
    } finally {
      this.#state = outer;
    }
  }

  #take(answer: IteratorResult<Awaitable<T>>, outer: 'idle' | 'starting'): void {
    this.#state = 'starting';
    if (answer.done === true) this.#exhausted = true;
    else if (!this.#stopped) this.#start(answer.value, this.#index++);
    this.#state = outer;
  }

  #start(awaitable: Awaitable<T>, index: number): void {
    try {
      this.#client.starting(awaitable, index);
      const execution = prepare(awaitable, this, index);
      // Before it is started, so that one which gets itself cancelled is cancelled, too.
      this.#running.add(execution);
      execution.start();
    } catch (error) {
      this.subscriber.error(error);
    }
  }

  /** Cancels what runs, and leaves the feed. */
  stop(): void {
    this.#stopped = true;
    if (this.#context === undefined) this.#leaveFeed();
    else {
      this.#context.run(() => {
        this.#leaveFeed();
      });
    }
    const all = new Subscription();
    for (const execution of this.#running) all.add(execution);
    all.unsubscribe();
  }

  /** Calls `return()`, unless the iterator has come to its end. A generator that is just running would refuse. */
  #leaveFeed(): void {
    if (this.#exhausted || this.#state === 'asking') return;
    this.#exhausted = true;
    try {
      const returned = this.#feed.return?.();
      if (!isPromiseLike(returned)) return;
      const closed = failuresOf(returned);
      // While it owes an answer it closes only after that, and nothing can hurry it: it is let go of.
      if (this.#state !== 'awaiting') this.linger(closed);
    } catch (error) {
      leave([error], this.subscriber);
    }
  }
}

function checked<T>(answer: IteratorResult<T>): IteratorResult<T> {
  if (isObject(answer)) return answer;
  throw new TypeError(`the iterator's next() must give an object, got ${describe(answer)}`);
}
