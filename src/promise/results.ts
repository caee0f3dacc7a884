import type { Observable } from 'rxjs';
import { asyncDispose } from '../cleanup/dispose.js';
import type { Held } from './held.js';
import { ResultIterator } from './result-iterator.js';

/** Results to loop over: each loop starts anew. It is an iterator as well, and ends all its loops when it is disposed of. */
export class Results<T> implements AsyncIterableIterator<T>, AsyncDisposable {
  readonly #source: Observable<Held<T>>;
  readonly #signal: AbortSignal | undefined;
  readonly #loops = new Set<ResultIterator<T>>();
  #own: ResultIterator<T> | undefined;

  constructor(source: Observable<Held<T>>, signal: AbortSignal | undefined) {
    this.#source = source;
    this.#signal = signal;
  }

  [Symbol.asyncIterator](): ResultIterator<T> {
    for (const each of this.#loops) if (each.isOver) this.#loops.delete(each);
    const loop = new ResultIterator(this.#source, this.#signal);
    this.#loops.add(loop);
    return loop;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return (this.#own ??= this[Symbol.asyncIterator]()).next();
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    return (this.#own ??= this[Symbol.asyncIterator]()).return();
  }

  async [asyncDispose](): Promise<void> {
    // Whoever asks it for more, though it was not asked before, finds it at its end.
    this.#own ??= this[Symbol.asyncIterator]();
    await Promise.all(Array.from(this.#loops, (loop) => loop.return()));
  }
}
