import type { Execution } from '../awaitable/execution.js';

/**
 * What runs, in a row that leads from one to the next, so that it is forgotten in one step: rxjs searches an array, n² steps
 * for n, and a Set is made anew whenever it has doubled.
 */
export class Running {
  #first: Execution | undefined;
  #last: Execution | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Counts from now on: it is about to be started, and one which gets itself cancelled is cancelled, too. */
  begin(execution: Execution): void {
    execution.before = this.#last;
    if (this.#last === undefined) this.#first = execution;
    else this.#last.after = execution;
    this.#last = execution;
    this.#size++;
  }

  /** Has no effect on one that is none of them. Told apart by the index: `execution` may be a Proxy of what began. */
  forget(execution: Execution): void {
    const { before, after, index } = execution;
    if (before === undefined && this.#first?.index !== index) return;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    execution.before = execution.after = undefined;
    this.#size--;
  }

  /** Takes all out, one after the other, also those that begin meanwhile. */
  drain(take: (execution: Execution) => void): void {
    for (let first = this.#first; first !== undefined; first = this.#first) {
      this.forget(first);
      take(first);
    }
  }
}
