import type { Observable } from 'rxjs';
import { afterCleanup, asOneError, type Cleanup, collect, type Failures, report } from '../cleanup/close.js';
import { Inner } from '../cleanup/upstream.js';
import { Queue } from '../running/queue.js';

/** A result, which keeps its slot until `free` is called, if it has one. */
export interface Held<T> {
  readonly value: T;
  readonly free?: () => void;
}

interface Asked<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(reason: unknown): void;
}

/**
 * Reads an Observable as a loop does: the first `next()` subscribes to it, `return()` cancels it, also while a `next()`
 * has no answer yet (which is why this is no async generator).
 */
export class ResultIterator<T> implements AsyncIterator<T, undefined> {
  readonly #source: Observable<Held<T>>;
  readonly #signal: AbortSignal | undefined;
  /** Results that nobody has asked for yet. */
  #results = new Queue<Held<T>>();
  /** Calls of `next()` for which there is no result yet. */
  readonly #asked = new Queue<Asked<T>>();
  #upstream: Inner<Held<T>> | undefined;
  #cleanup: Failures | Cleanup | undefined;
  /** How it ends when there are no results any more: with the error, if there is one. */
  #end: { readonly error?: unknown } | undefined;

  constructor(source: Observable<Held<T>>, signal: AbortSignal | undefined) {
    this.#source = source;
    this.#signal = signal;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#upstream === undefined && this.#end === undefined && this.#cleanup === undefined) this.#start();
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject });
      this.#answer();
    });
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    const failures = await this.#cancel();
    // A failure that the loop has left without hearing of it; that it was cancelled is none.
    if (this.#end !== undefined && 'error' in this.#end && this.#end.error !== this.#signal?.reason) {
      report(this.#end.error);
    }
    this.#finish({});
    if (failures.length > 0) throw asOneError(failures);
    return { done: true, value: undefined };
  }

  #start(): void {
    if (this.#signal?.aborted) {
      this.#finish({ error: this.#signal.reason });
      return;
    }
    this.#signal?.addEventListener('abort', this.#abort);
    this.#upstream = new Inner<Held<T>>({
      next: (held) => {
        this.#results.push(held);
        this.#answer();
      },
      error: (error) => {
        this.#finish({ error });
      },
      complete: () => {
        this.#finish({});
      },
    });
    this.#source.subscribe(this.#upstream);
  }

  readonly #abort = () => {
    const reason: unknown = this.#signal?.reason;
    afterCleanup(this.#cancel(reason), (failures) => {
      this.#finish({ error: failures.length > 0 ? asOneError(failures) : reason });
    });
  };

  /** Drops the results that were not asked for in time, and tears down. */
  #cancel(reason?: unknown): Failures | Cleanup {
    this.#results = new Queue();
    // Whoever comes second waits as well; the failures are told by whoever came first.
    if (this.#cleanup instanceof Promise) return this.#cleanup.then(() => []);
    return (this.#cleanup = collect(() => this.#upstream?.unsubscribe(), reason));
  }

  #finish(end: { readonly error?: unknown }): void {
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#end = end;
    while (!this.#asked.isEmpty) this.#answer();
  }

  /** Brings a result, or the end, to whoever asked first. */
  #answer(): void {
    if (this.#asked.isEmpty || (this.#results.isEmpty && this.#end === undefined)) return;
    const asked = this.#asked.shift();
    if (!this.#results.isEmpty) {
      const { value, free } = this.#results.shift();
      asked.resolve({ done: false, value });
      free?.();
    } else if (this.#end !== undefined && 'error' in this.#end) {
      asked.reject(this.#end.error);
      this.#end = {};
    } else asked.resolve({ done: true, value: undefined });
  }
}
