import { finalize, NEVER, Observable, of } from 'rxjs';
import { asCompleted, type Awaitable, type Coroutine } from 'rx-asyncio';
import { type Account, anywhere, isCancelling, nowhere, type Places, Scope } from './account';
import type { Failure, Leaf } from './tree';

/** Where in the tree something stands. */
export interface Place {
  readonly scope: Scope;
  /** Where a failure of it may be found. */
  readonly places: Places;
  /** Whether what throws while it is torn down gets past no operator, and so is not lost by RxJS. */
  readonly direct: boolean;
  /** Whether it is linked to those above it, by way of the subscribers of operators. */
  readonly linked: boolean;
}

export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) throw signal.reason;
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

export class Leaves {
  readonly #account: Account;

  constructor(account: Account) {
    this.#account = account;
  }

  coroutine(leaf: Leaf, place: Place): Coroutine<unknown> {
    return async ({ signal }) => {
      const run = place.scope.start('a coroutine');
      try {
        return await this.#work(leaf, place, signal);
      } finally {
        run.end();
      }
    };
  }

  /** It cannot be stopped. */
  deaf(leaf: Leaf, place: Place): Coroutine<unknown> {
    return async () => {
      await sleep(leaf.duration);
      return this.#succeed(leaf.fails, { ...place, places: { ...place.places, least: 0 } });
    };
  }

  generatorFunction(leaf: Leaf, place: Place): Coroutine<unknown> {
    const work = (signal: AbortSignal) => this.#work(leaf, place, signal);
    return async function* ({ signal }) {
      const run = place.scope.start('a generator');
      try {
        yield 'first';
        yield await work(signal);
      } finally {
        run.end();
      }
    };
  }

  /** While it owes a value it cannot be stopped either, and is not heard any more. */
  asyncIterable(leaf: Leaf, place: Place): AsyncIterable<unknown> {
    const work = async (places: () => Places) => {
      await sleep(leaf.duration);
      return this.#succeed(leaf.fails, { ...place, places: places() });
    };
    return {
      [Symbol.asyncIterator]: () => {
        let left = false;
        const values = (async function* () {
          yield 'first';
          yield await work(() =>
            left ? nowhere
            : place.direct ? place.places
            : anywhere,
          );
        })();
        return {
          next: () => values.next(),
          return: () => {
            left = true;
            return values.return(undefined);
          },
        };
      },
    };
  }

  observable({ duration, fails }: Leaf, place: Place): Observable<unknown> {
    return new Observable((subscriber) => {
      const run = place.scope.start('an Observable');
      const timer = setTimeout(() => {
        if (subscriber.closed) this.#account.faults.push('it emitted after unsubscription');
        try {
          subscriber.next(this.#succeed(fails, place));
        } catch (error) {
          subscriber.error(error);
        }
        subscriber.complete();
      }, duration);
      return () => {
        clearTimeout(timer);
        run.end();
      };
    });
  }

  synchronous({ fails }: Leaf, place: Place): Observable<unknown> {
    return new Observable((subscriber) => {
      // RxJS goes on subscribing after a first failure.
      if (!subscriber.closed) subscriber.next('first');
      if (subscriber.closed) return;
      subscriber.next(this.#succeed(fails, place));
      subscriber.complete();
    });
  }

  /** Its teardown is known only when it has ended, and cleans up. */
  late(leaf: Leaf, place: Place): Observable<unknown> {
    return new Observable((subscriber) => {
      const scope = new Scope(place.scope);
      const cleaning = asCompleted([
        this.coroutine({ ...leaf, kind: 'coroutine', duration: 10_000 }, { ...place, scope }),
      ]);
      const subscription = cleaning.subscribe();
      subscriber.next('late');
      subscriber.complete();
      return () => {
        if (!isCancelling()) scope.letGo();
        subscription.unsubscribe();
      };
    });
  }

  grow(leaf: Leaf, place: Place): Awaitable<unknown> {
    switch (leaf.kind) {
      case 'coroutine':
        return this.coroutine(leaf, place);
      case 'deaf coroutine':
        return this.deaf(leaf, place);
      case 'generator function':
        return this.generatorFunction(leaf, place);
      case 'async iterable':
        return this.asyncIterable(leaf, place);
      case 'observable':
        return this.observable(leaf, place);
      case 'ends while it is subscribed to':
        return this.late(leaf, place);
      case 'never':
        return NEVER.pipe(finalize(() => {}));
      case 'synchronous':
        return this.synchronous(leaf, place);
      default:
        return of(leaf.kind);
    }
  }

  async #work({ duration, fails, cleanup, ending }: Leaf, place: Place, signal: AbortSignal): Promise<unknown> {
    try {
      await sleep(duration, signal);
    } catch (reason) {
      await sleep(cleanup);
      switch (ending) {
        case 'value':
          return 'in spite of the cancellation';
        case 'reason':
          throw reason;
        case 'wrapped reason':
          throw this.#cancellation(new Error('given up', { cause: reason }));
        case 'AbortError':
          throw this.#cancellation(new DOMException('aborted', 'AbortError'));
        default:
          throw this.#account.failure(
            'a cleanup',
            this.#account.newError(ending, 'failed in cleanup'),
            place.places,
            place.scope,
          );
      }
    }
    return this.#succeed(fails, place);
  }

  #cancellation(error: Error): Error {
    this.#account.cancellations.push(error);
    return error;
  }

  /** The result, or the failure. */
  #succeed(fails: Failure, { scope, places }: Place): unknown {
    if (fails === 'none') return 'result';
    // Where nobody is left to listen it is taken for the cancellation that it looks like.
    const found = fails === 'AbortError' ? anywhere : places;
    throw this.#account.failure('a leaf', this.#account.newError(fails, 'failed'), found, scope);
  }
}
