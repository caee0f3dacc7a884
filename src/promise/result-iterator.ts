import type { Observable } from 'rxjs';
import { close, type End } from '../cleanup/close.js';
import { cancel } from '../cleanup/collector.js';
import { asyncDispose } from '../cleanup/dispose.js';
import { whenTold } from '../cleanup/ending.js';
import type { Cleanup, Failures } from '../cleanup/failures.js';
import { CancelledError } from '../errors.js';
import { tellWaiting } from '../cleanup/turns.js';
import { Queue } from '../running/queue.js';
import type { Held } from './held.js';
import { onAbort } from './on-abort.js';
import { Reader } from './reader.js';

interface Asked<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(reason: unknown): void;
}

/**
 * Reads an Observable as a loop does: the first `next()` subscribes to it, `return()` cancels it, also while a `next()`
 * has no answer yet (which is why this is no async generator).
 */
export class ResultIterator<T> implements AsyncIterableIterator<T>, AsyncDisposable {
  readonly #source: Observable<Held<T>>;
  readonly #signal: AbortSignal | undefined;
  /** Results that nobody has asked for yet. */
  #results = new Queue<Held<T>>();
  /** Calls of `next()` for which there is no result yet. */
  readonly #asked = new Queue<Asked<T>>();
  #reader: Reader<Held<T>> | undefined;
  #cleanup: Failures | Cleanup | undefined;
  /** How it ends when there are no results any more. */
  #end: End | undefined;

  constructor(source: Observable<Held<T>>, signal: AbortSignal | undefined) {
    this.#source = source;
    this.#signal = signal;
  }

  get isOver(): boolean {
    return this.#end !== undefined && this.#results.isEmpty;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#reader === undefined && this.#end === undefined) this.#start();
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject });
      this.#answer();
    });
  }

  /** A failure that the loop leaves without having reached it is nobody's, as with `Promise.race`; one of the cleanup is its. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    await new Promise<void>((resolve, reject) => {
      whenTold(this.#reader ?? this, () => {
        close([], this.#cancel(new CancelledError()), (end) => {
          this.#finish([]);
          if (end.length > 0) reject(end[0]);
          else resolve();
        });
      });
    });
    return { done: true, value: undefined };
  }

  async [asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #start(): void {
    const signal = this.#signal;
    if (signal?.aborted) {
      this.#finish([signal.reason]);
      return;
    }
    const reader = new Reader<Held<T>>(
      (held) => {
        this.#results.push(held);
        this.#answer();
      },
      (end) => {
        this.#finish(end);
      },
    );
    this.#reader = reader;
    if (signal !== undefined) {
      const abort = () => {
        whenTold(reader, () => {
          if (reader.closed) return;
          close([], this.#cancel(signal.reason), (end) => {
            this.#finish(end.length > 0 ? end : [signal.reason]);
          });
        });
      };
      // Left when it is torn down, in whatever way.
      reader.add(onAbort(signal, abort));
    }
    reader.follow(this.#source);
  }

  /** Drops the results that were not asked for in time, and tears down. */
  #cancel(reason: unknown): Failures | Cleanup {
    this.#results = new Queue();
    // Whoever comes second waits as well; the failures are told by whoever came first.
    if (this.#cleanup instanceof Promise) return this.#cleanup.then(() => []);
    this.#cleanup = this.#reader === undefined ? [] : cancel(this.#reader, { reason });
    tellWaiting();
    return this.#cleanup;
  }

  #finish(end: End): void {
    this.#end = end;
    while (!this.#asked.isEmpty) this.#answer();
  }

  /** Brings a result, or the end, to whoever asked first. */
  #answer(): void {
    if (this.#asked.isEmpty || (this.#results.isEmpty && this.#end === undefined)) return;
    const asked = this.#asked.shift();
    const [...errors] = this.#end ?? [];
    if (!this.#results.isEmpty) {
      const { value, free } = this.#results.shift();
      asked.resolve({ done: false, value });
      free?.();
    } else if (errors.length > 0) {
      asked.reject(errors[0]);
      this.#end = [];
    } else asked.resolve({ done: true, value: undefined });
  }
}
