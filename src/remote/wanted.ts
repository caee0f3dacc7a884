import { onAbort } from '../promise/on-abort.js';

/** Whether a call is wanted still: by its caller, and by the queue, which may be closed before it has ended. */
export class Wanted {
  readonly #caller: AbortSignal;
  readonly #queue: AbortSignal;

  constructor(caller: AbortSignal, queue: AbortSignal) {
    this.#caller = caller;
    this.#queue = queue;
  }

  /** Why it is wanted no more. */
  get ended(): { readonly reason: unknown } | undefined {
    if (this.#caller.aborted) return this.#caller;
    return this.#queue.aborted ? this.#queue : undefined;
  }

  throwIfEnded(): void {
    const { ended } = this;
    if (ended !== undefined) throw ended.reason;
  }

  /** Waits for something, unless it is wanted no more. */
  async waitFor(something: Promise<unknown>): Promise<void> {
    let leave!: () => void;
    const ended = new Promise<void>((resolve) => {
      leave = this.onEnd(resolve);
    });
    await Promise.race([something, ended]).finally(leave);
    this.throwIfEnded();
  }

  /** Calls back when it is wanted no more, at once if it is not now; what it returns takes that back. */
  onEnd(callback: () => void): () => void {
    if (this.ended !== undefined) callback();
    const leaveCaller = onAbort(this.#caller, callback);
    const leaveQueue = onAbort(this.#queue, callback);
    return () => {
      leaveCaller();
      leaveQueue();
    };
  }
}
