import type { Observable, Subscription } from 'rxjs';
import { type Context, currentContext } from './async-context.js';
import { iteratorOf } from './feed.js';

type Answer<T> = IteratorResult<T, undefined>;

const done = { done: true, value: undefined } as const;
const ended = () => done;

/** The items of an iterable until `stop` emits: that is looked at before each is asked for. */
export function* stoppable<T>(items: Iterable<T>, stop: Observable<unknown>): Generator<T, undefined> {
  let check = () => false;
  const subscription = stop.subscribe({
    next: () => {
      check = () => true;
    },
    error: (error: unknown) => {
      check = () => {
        throw error;
      };
    },
  });
  try {
    if (check()) return;
    for (const item of items) {
      yield item;
      if (check()) return;
    }
  } finally {
    subscription.unsubscribe();
  }
}

/**
 * The items of an async iterable until `stop` emits, also while one is waited for: whoever waits is told of the end at once, and
 * what the iterator still owes is let go of. No async generator, which could not be left meanwhile.
 */
export class Stoppable<T> implements AsyncIterator<T, undefined> {
  readonly #source: ReturnType<typeof iteratorOf<T>>;
  readonly #context: Context;
  readonly #subscription: Subscription;
  readonly #waiting = new Set<() => void>();
  /** What is told at the end. */
  #end: (() => Answer<T>) | undefined;
  #isLeft = false;

  constructor(items: AsyncIterable<T>, stop: Observable<unknown>) {
    this.#source = iteratorOf(items);
    this.#context = currentContext();
    this.#subscription = stop.subscribe({
      next: () => {
        this.#stop(ended);
      },
      error: (error: unknown) => {
        this.#stop(() => {
          throw error;
        });
      },
    });
  }

  async next(): Promise<Answer<T>> {
    if (this.#end !== undefined) {
      await this.#leave();
      return this.#end();
    }
    let wake!: () => void;
    const stopped = new Promise<undefined>((resolve) => {
      wake = () => {
        resolve(undefined);
      };
    });
    this.#waiting.add(wake);
    try {
      const answer = await Promise.race([this.#source.next(), stopped]);
      if (answer === undefined) return this.#told();
      if (answer.done !== true) return answer;
      this.#over();
      return done;
    } catch (error) {
      this.#over();
      throw error;
    } finally {
      this.#waiting.delete(wake);
    }
  }

  async return(): Promise<Answer<T>> {
    this.#end = ended;
    this.#subscription.unsubscribe();
    await this.#leave();
    return done;
  }

  /** It closes only after what it owes, and nothing can hurry that. */
  #told(): Answer<T> {
    this.#leave().catch(() => {});
    return (this.#end as () => Answer<T>)();
  }

  #stop(end: () => Answer<T>): void {
    this.#end = end;
    for (const wake of this.#waiting) wake();
  }

  /** It has ended by itself. */
  #over(): void {
    this.#isLeft = true;
    this.#subscription.unsubscribe();
    this.#end = ended;
  }

  async #leave(): Promise<void> {
    if (this.#isLeft) return;
    this.#isLeft = true;
    await this.#context.run(() => this.#source.return?.());
  }
}
