/** Collects what is asked for in one turn of the event loop, and does it together. */
export class Batch<T> {
  readonly #flush: (items: readonly T[]) => void;
  #items: T[] = [];

  constructor(flush: (items: readonly T[]) => void) {
    this.#flush = flush;
  }

  add(item: T): void {
    // A microtask would come between those that one event has set going.
    if (this.#items.push(item) === 1) {
      setImmediate(() => {
        const items = this.#items;
        this.#items = [];
        this.#flush(items);
      });
    }
  }
}
