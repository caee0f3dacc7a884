import type { JobsOptions } from 'bullmq';
import type { Teller } from './channel.js';

/** Whose a job is that is not to outlive its caller, and after how many milliseconds without a sign of life that counts as dead. */
export interface Owner {
  readonly caller: string;
  readonly after: number;
}

/** BullMQ keeps with a job what options it does not know. */
interface Owned extends JobsOptions {
  readonly rxAsyncio?: Owner;
}

export const ownerOf = (options: JobsOptions): Owner | undefined => (options as Owned).rxAsyncio;

/** Tells the workers that a caller lives, while it waits for jobs. */
export class LifeSign {
  /** Options for all its jobs. */
  readonly options: Owned;
  readonly #teller: Teller;
  readonly #owner: Owner;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isIdle = true;

  constructor(teller: Teller, owner: Owner) {
    this.#teller = teller;
    this.#owner = owner;
    this.options = { rxAsyncio: owner };
  }

  begin(): void {
    this.#isIdle = false;
    if (this.#timer !== undefined) return;
    this.#tell('alive');
    this.#timer = setInterval(() => {
      if (!this.#isIdle) this.#tell('alive');
      else {
        this.#tell('idle');
        this.#pauseTelling();
      }
    }, this.#owner.after / 4);
  }

  /** It waits for none just now. */
  pause(): void {
    this.#isIdle = true;
  }

  /** It will wait for none any more: the workers need not wait for it. */
  async stop(): Promise<void> {
    if (this.#timer === undefined) return;
    this.#pauseTelling();
    await this.#teller.tellNow('idle', JSON.stringify(this.#owner));
  }

  #pauseTelling(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tell(sign: 'alive' | 'idle'): void {
    this.#teller.tell(sign, JSON.stringify(this.#owner));
  }
}
