import { Observable, type Subscriber, type TeardownLogic } from 'rxjs';
import { listen, type Listener, observe, type TaskStatus, unlisten } from '../awaitable/source.js';
import { afterTeardown } from '../cleanup/turns.js';
import { nameTask, share } from '../cleanup/report.js';
import { shared } from '../cleanup/shared.js';
import { InvalidStateError } from './invalid-state.js';
import { settle } from './life.js';
import { type Listeners, setOf, takeOwners, tellAll, withListener, withoutListener } from './telling.js';

/**
 * What a {@link Task} has in common with a Promise: an outcome that is there once, and that everybody who listens is told.
 *
 * asyncio: `asyncio.Future`.
 */
// eslint-disable-next-line rxjs-x/no-subclass -- it is to be piped, and awaited, as it stands
export abstract class Future<T> extends Observable<T> implements Promise<T> {
  #status: TaskStatus = 'pending';
  /** The value once fulfilled, the reason once rejected or cancelled. */
  #outcome: unknown;
  /** Told once, when it is done. A failure is reported unless one of them takes it. */
  #listeners: Listeners;
  #promise: Promise<T> | undefined;
  /** Of a failure: whether anybody has heard of it. */
  #observed = false;

  /** Whether others may look at it: its failure is theirs, too. */
  readonly #shared: boolean;

  constructor(isPublic: boolean) {
    // Called as a method, so that all share one function.
    super(function (this: Observable<T>, subscriber) {
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- `this` is what super() makes
      return (this as Future<T>).#observe(subscriber);
    });
    this.#shared = isPublic;
  }

  /** For people to read. */
  abstract readonly name: string;

  /** Where it stands: `'pending'`, `'fulfilled'`, `'rejected'` or `'cancelled'`. */
  get status(): TaskStatus {
    return this.#status;
  }

  /** Whether it is fulfilled, rejected or cancelled. asyncio: `done()`. */
  get done(): boolean {
    return this.#status !== 'pending';
  }

  /**
   * The value it was fulfilled with.
   *
   * ```ts
   * console.log(createTask(of(1, 2)).result());
   * // 2
   * ```
   *
   * asyncio: `Task.result()`.
   *
   * @throws the reason it was rejected with, CancelledError, or InvalidStateError while it is pending
   */
  result(): T {
    const error = this.exception();
    if (this.#status === 'rejected') throw error;
    return this.#outcome as T;
  }

  /**
   * The reason it was rejected with, `undefined` when it was fulfilled. Reading it counts as observing the failure.
   *
   * ```ts
   * console.log(String(createTask(throwError(() => new Error('no'))).exception()));
   * // Error: no
   * ```
   *
   * asyncio: `Task.exception()`.
   *
   * @throws CancelledError, or InvalidStateError while it is pending
   */
  exception(): unknown {
    if (this.#status === 'pending') throw new InvalidStateError(`${this.name} is still pending`);
    if (this.#status === 'cancelled') throw this.#outcome;
    if (this.#status === 'fulfilled') return undefined;
    this[observe]();
    return this.#outcome;
  }

  /**
   * As of a Promise: `await task` calls it. Rejects with the reason, or with CancelledError; whoever stops waiting does not
   * cancel the task.
   *
   * ```ts
   * createTask(of('done')).then(console.log);
   * // done
   * ```
   *
   * asyncio: `await task`, which does hand a cancellation on.
   *
   * @param onFulfilled is given the result
   * @param onRejected is given the reason, or the CancelledError
   */
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#asPromise().then(onFulfilled, onRejected);
  }

  /** As of a Promise. In a pipe that is `catchError`. */
  catch<B = never>(onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.#asPromise().catch(onRejected);
  }

  /** As of a Promise. In a pipe that is `finalize`, or {@link asyncFinalize}. */
  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.#asPromise().finally(onFinally);
  }

  /** `'Task'`: as of a Promise. */
  // eslint-disable-next-line @typescript-eslint/class-literal-property-style -- one for all
  get [Symbol.toStringTag](): string {
    return 'Task';
  }

  /** @internal Tells `listener` when done, at once if it is; a failure is then the listener's to pass on. */
  [listen](listener: Listener): void {
    if (!this.done) this.#listeners = withListener(this.#listeners, listener);
    else {
      this[observe]();
      listener.settled(this.#status, this.#outcome);
    }
  }

  /** @internal */
  [unlisten](listener: Listener): void {
    this.#listeners = withoutListener(this.#listeners, listener);
  }

  /** @internal Somebody looks after it, for good: its failure is not reported any more. */
  [observe](): void {
    // Once: a Promise keeps each catch() until it settles.
    if (!this.#observed) this.#promise?.catch(() => {});
    this.#observed = true;
  }

  /** @internal What it has come to; looking at that does not count as observing a failure. */
  protected get outcome(): unknown {
    return this.#outcome;
  }

  /** @internal */
  [settle](status: TaskStatus, outcome: unknown): void {
    this.#status = status;
    this.#outcome = outcome;
    if (status === 'rejected' && this.#shared) share(outcome);
    const listeners = (this.#listeners = setOf(this.#listeners));
    let taken = tellAll(takeOwners(listeners), status, outcome);
    afterTeardown(() => {
      // Who leaves meanwhile is not told any more.
      taken = tellAll(listeners, status, outcome) || taken;
      this.#listeners = undefined;
      if (status === 'rejected' && !taken && !this.#observed) this.#reportUnlessObserved();
    });
  }

  /** As a Promise would: reported by the runtime, unless somebody observes it before the current turn is over. */
  #reportUnlessObserved(): void {
    this.#promise = Promise.reject(this.#outcome);
    // No queueMicrotask, which fake timers take for a timer.
    void Promise.resolve().then(() => {
      if (!this.#observed) nameTask(this.#outcome, this.name);
    });
  }

  #observe(subscriber: Subscriber<T>): TeardownLogic {
    // Operators subscribe for those, too, who have left meanwhile, and could not be told of a failure.
    if (subscriber.closed) return;
    shared.inspector?.awaited(this, subscriber);
    const listener: Listener = {
      settled: (status, outcome) => {
        if (status !== 'fulfilled') subscriber.error(outcome);
        else {
          subscriber.next(outcome as T);
          subscriber.complete();
        }
      },
    };
    this[listen](listener);
    return () => {
      this[unlisten](listener);
    };
  }

  #asPromise(): Promise<T> {
    this.#observed = true;
    shared.inspector?.awaited(this);
    return (this.#promise ??= new Promise<T>((resolve, reject) => {
      this[listen]({
        settled: (status, outcome) => {
          if (status === 'fulfilled') resolve(outcome as T);
          else reject(outcome);
        },
      });
    }));
  }
}
