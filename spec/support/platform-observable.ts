import type { NativeObservable, NativeObserver } from 'rx-asyncio';

/** What the callback of a platform's Observable is given. */
export interface PlatformSubscriber<T> extends NativeObserver<T> {
  readonly signal: AbortSignal;
}

/** As much of the platform's Observable as rx-asyncio uses, where the platform has none. */
class FakeObservable<T> implements NativeObservable<T> {
  readonly #produce: (subscriber: PlatformSubscriber<T>) => void;

  constructor(produce: (subscriber: PlatformSubscriber<T>) => void) {
    this.#produce = produce;
  }

  subscribe(observer: NativeObserver<T>, { signal }: { signal: AbortSignal }): void {
    // Called without a `this`, and not at all once the consumer has gone or it has ended, as the platform does it.
    const { next, error, complete } = observer;
    const own = new AbortController();
    signal.addEventListener('abort', () => {
      own.abort(signal.reason);
    });
    const unlessClosed = (notify: () => void, last: boolean) => {
      if (own.signal.aborted) return;
      if (last) own.abort();
      notify();
    };
    this.#produce({
      signal: own.signal,
      next: (value) => {
        unlessClosed(() => {
          next(value);
        }, false);
      },
      error: (reason) => {
        unlessClosed(() => {
          error(reason);
        }, true);
      },
      complete: () => {
        unlessClosed(complete, true);
      },
    });
  }
}

type PlatformObservableClass = new <T>(produce: (subscriber: PlatformSubscriber<T>) => void) => NativeObservable<T>;

/** The platform's Observable, which browsers have. */
export const PlatformObservable = (globalThis as { Observable?: PlatformObservableClass }).Observable ?? FakeObservable;
