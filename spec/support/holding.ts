import type { Coroutine } from 'rx-asyncio';

/** Something that coroutines take hold of when called, and let go of at the end of their cleanup. */
export class Resource {
  taken = 0;
  released = 0;

  get held(): number {
    return this.taken - this.released;
  }

  /** A coroutine function that runs until it is cancelled, then takes so many milliseconds to clean up, and fails with `failure`. */
  hold(milliseconds: number, failure?: Error): Coroutine<never> {
    return ({ signal }) =>
      new Promise((_, reject) => {
        this.taken++;
        const cleanUp = () =>
          setTimeout(() => {
            this.released++;
            reject(failure ?? (signal.reason as Error));
          }, milliseconds);
        if (signal.aborted) cleanUp();
        else signal.addEventListener('abort', cleanUp, { once: true });
      });
  }
}
