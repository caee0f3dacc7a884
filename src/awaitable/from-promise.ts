import { Observable, type Subscriber } from 'rxjs';
import { type Context, currentContext } from './async-context.js';

/** Those that have nobody to tell just now, of Promises that are still pending. */
const idle = new WeakMap<Promise<unknown>, Listener[]>();

/** Whether one is idle there: what the Promise fails with is taken in any case. */
export function hasListener(promise: Promise<unknown>): boolean {
  return idle.has(promise);
}

/**
 * As rxjs's `from`, but that who comes later takes over the listener of who has left. A Promise keeps its listeners until it
 * has settled: waited for again and again, as in a loop with a timeout, it would keep all that each of the rounds has held.
 */
export function fromPromise<T>(input: PromiseLike<T>): Observable<T> {
  return new Observable((subscriber) => {
    // Of what is no Promise, or one of a class of its own, that is another one each time.
    const promise = Promise.resolve(input);
    const listeners = idle.get(promise);
    const listener = listeners?.pop();
    if (listeners?.length === 0) idle.delete(promise);
    // The Promise calls it in the context of whoever came first.
    if (listener !== undefined) listener.serve(subscriber, currentContext());
    else new Listener(promise).serve(subscriber);
  });
}

class Listener {
  readonly #promise: Promise<unknown>;
  #subscriber: Subscriber<unknown> | undefined;
  #context: Context | undefined;

  constructor(promise: Promise<unknown>) {
    this.#promise = promise;
    promise.then(
      (value) => {
        this.#tell((subscriber) => {
          subscriber.next(value);
          subscriber.complete();
        });
      },
      (error: unknown) => {
        this.#tell((subscriber) => {
          subscriber.error(error);
        });
      },
    );
  }

  serve(subscriber: Subscriber<unknown>, context?: Context): void {
    this.#subscriber = subscriber;
    this.#context = context;
    subscriber.add(this);
  }

  /** Its subscriber has been told, or has left. */
  unsubscribe(): void {
    if (this.#subscriber === undefined) return;
    this.#subscriber = this.#context = undefined;
    const listeners = idle.get(this.#promise);
    if (listeners === undefined) idle.set(this.#promise, [this]);
    else listeners.push(this);
  }

  #tell(tell: (subscriber: Subscriber<unknown>) => void): void {
    idle.delete(this.#promise);
    const subscriber = this.#subscriber;
    if (subscriber === undefined) return;
    this.#subscriber = undefined;
    if (this.#context === undefined) tell(subscriber);
    else
      this.#context.run(() => {
        tell(subscriber);
      });
  }
}
