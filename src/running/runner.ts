import type { Subscriber } from 'rxjs';
import { placeOf } from '../arguments/place.js';
import type { Execution, Host } from '../awaitable/execution.js';
import { prepare } from '../awaitable/start.js';
import type { Awaitable } from '../awaitable/types.js';
import { type Cleanup, type Failures, thrown } from '../cleanup/failures.js';
import { leave } from '../cleanup/lingering.js';
import { cancelDeferred } from '../cleanup/turns.js';
import type { Client, Slots } from './client.js';
import { type Context, currentContext } from '../awaitable/async-context.js';
import { type Feed, nothingYet } from '../awaitable/feed.js';
import type { Group } from './groups.js';
import { Running } from './running.js';
import { Intake, type Taker } from '../awaitable/intake.js';

/**
 * Runs what a feed yields, at most `limit` at a time. An awaitable is pulled only when there is room for it, so the feed may
 * be endless: rxjs's `mergeMap` would first read all of it into memory. On an early end its `return()` is called.
 */
export class Runner<T> implements Host<T>, Taker, Slots {
  readonly subscriber: Subscriber<unknown>;
  limit: number;
  readonly #feed: Feed<Awaitable<T>>;
  readonly #intake: Intake<Awaitable<T>>;
  readonly #client: Client<T>;
  readonly #running = new Running();
  #index: number;
  #starting = false;
  #stopped = false;
  /** Of whoever has subscribed, for what starts late. */
  #context: Context | undefined;

  constructor(subscriber: Subscriber<unknown>, { feed, first }: Group<Awaitable<T>>, limit: number, client: Client<T>) {
    this.subscriber = subscriber;
    this.#feed = feed();
    this.#intake = new Intake(this.#feed, this);
    this.limit = limit;
    this.#client = client;
    this.#index = first;
  }

  get ownsTasks(): boolean | undefined {
    return this.#client.ownsTasks;
  }

  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  start(): void {
    this.fill();
    this.#feed.follow?.(this.subscriber, () => {
      this.fill();
    });
    if (!this.#intake.isOver && this.#client.ownsTasks !== true) this.#context = currentContext();
  }

  /** Starts as many as there is room for. What is being started leaves the rest to the loop that starts it: no recursion. */
  fill(): void {
    if (this.#starting) return;
    if (!this.#intake.isOver && this.#running.size < this.limit) {
      cancelDeferred();
      if (this.#context === undefined) this.#startMore();
      else {
        this.#context.run(() => {
          this.#startMore();
        });
      }
    }
    if (this.#stopped || !this.#intake.isOver || !this.isIdle) return;
    this.#stopped = true;
    this.#client.finished();
  }

  /** Cancels what runs, and leaves the feed. */
  unsubscribe(): void {
    this.#stopped = true;
    if (this.#context === undefined) this.#intake.leave();
    else {
      this.#context.run(() => {
        this.#intake.leave();
      });
    }
    this.#running.drain((execution) => {
      try {
        execution.unsubscribe();
      } catch (error) {
        // It keeps none of the others.
        leave(thrown(error), this.subscriber);
      }
    });
  }

  fulfilled(execution: Execution, value: T): void {
    this.#running.forget(execution);
    this.#client.fulfilled(value, execution.index, this);
    this.fill();
  }

  failed(execution: Execution, error: unknown): void {
    this.#running.forget(execution);
    // It had failed before its own teardown cancelled everything.
    if (this.#stopped) leave([error], this.subscriber);
    else this.#client.failed(error, execution.index, this);
    this.fill();
  }

  linger(cleanup: Failures | Cleanup): void {
    leave(cleanup, this.subscriber);
  }

  nameOf({ index }: Execution): string {
    return `${this.#client.name}: ${placeOf(index, this.#client.keys)}`;
  }

  broken(error: unknown): void {
    if (this.#stopped) leave([error], this.subscriber);
    else this.subscriber.error(error);
  }

  #startMore(): void {
    while (!this.#stopped && this.#running.size < this.limit) {
      const pulled = this.#intake.next();
      if (pulled === nothingYet) return;
      this.#start(pulled, this.#index++);
    }
  }

  #start(pulled: unknown, index: number): void {
    this.#starting = true;
    try {
      const awaitable = this.#client.awaitableOf?.(pulled, index) ?? (pulled as Awaitable<T>);
      // Whatever made it may have ended all by that.
      if (!this.#stopped) {
        const execution = prepare(awaitable, this, index);
        this.#running.begin(execution);
        execution.start();
      }
    } catch (error) {
      this.subscriber.error(error);
    }
    this.#starting = false;
  }
}
