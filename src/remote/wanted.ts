import { onAbort } from '../promise/on-abort.js';

/** Whether a call is wanted still: by its caller, and by the queue, which may be closed before it has ended. */
export class Wanted {
  readonly #signals: readonly AbortSignal[];

  constructor(...signals: readonly AbortSignal[]) {
    this.#signals = signals;
  }

  /** Why it is wanted no more. */
  get ended(): { readonly reason: unknown } | undefined {
    return this.#signals.find(({ aborted }) => aborted);
  }

  throwIfEnded(): void {
    if (this.ended !== undefined) throw this.ended.reason;
  }

  /** Calls back when it is wanted no more, at once if it is not now; what it returns takes that back. */
  onEnd(callback: () => void): () => void {
    if (this.ended !== undefined) callback();
    const leaving = this.#signals.map((signal) => onAbort(signal, callback));
    return () => {
      for (const leave of leaving) leave();
    };
  }
}
