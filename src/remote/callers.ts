import type { Job, Worker } from 'bullmq';
import { type Owner, ownerOf } from './life-sign.js';

/** The states of what does not run yet. */
const waiting = ['waiting', 'delayed', 'prioritized', 'waiting-children'] as const;

/** Ids of jobs that have been given none begin with those of their callers. */
const isOurs = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-/;

interface Caller {
  readonly timer: ReturnType<typeof setTimeout>;
  /** It was not heard of any more. */
  readonly isSilent: boolean;
}

/**
 * The callers that a worker hears of, and their jobs that are not to outlive them. One that has been silent for half of its time
 * is given the other half only once the worker has heard itself, and Redis has answered: while that is away, nobody can be heard.
 */
export class Callers {
  readonly #worker: Worker;
  readonly #cancel: (id: string) => void;
  readonly #untilHeard: () => Promise<void>;
  readonly #callers = new Map<string, Caller>();
  /** Whose each job is that runs here. */
  readonly #running = new Map<string, string>();

  /** `untilHeard` fails where nobody is heard. */
  constructor(worker: Worker, cancel: (id: string) => void, untilHeard: () => Promise<void>) {
    this.#worker = worker;
    this.#cancel = cancel;
    this.#untilHeard = untilHeard;
  }

  /** A job begins here; what it gives is called when that has ended. Nothing where its caller is silent: it must not begin. */
  take({ id, opts }: Job): (() => void) | undefined {
    const owner = ownerOf(opts);
    if (owner === undefined) return () => {};
    const { caller } = owner;
    if (this.#callers.get(caller)?.isSilent === true) return undefined;
    if (!this.#callers.has(caller)) this.heard(owner);
    this.#running.set(String(id), caller);
    return () => {
      this.#running.delete(String(id));
    };
  }

  heard(owner: Owner): void {
    const caller = this.#wait(owner, async () => {
      try {
        await this.#untilHeard();
        const ids = await this.#waitingOf(owner.caller);
        if (this.#callers.get(owner.caller) === caller) this.#wait(owner, () => this.#bury(owner, ids));
      } catch {
        if (this.#callers.get(owner.caller) === caller) this.heard(owner);
      }
    });
  }

  /** It has no job any more, as far as it knows. */
  idle({ caller }: Owner): void {
    if (![...this.#running.values()].includes(caller)) this.#forget(caller);
  }

  close(): void {
    for (const caller of this.#callers.keys()) this.#forget(caller);
  }

  #wait({ caller, after }: Owner, callback: () => unknown, isSilent = false): Caller {
    this.#forget(caller);
    const waiting = { timer: setTimeout(() => void callback(), after / 2), isSilent };
    this.#callers.set(caller, waiting);
    return waiting;
  }

  #forget(caller: string): void {
    clearTimeout(this.#callers.get(caller)?.timer);
    this.#callers.delete(caller);
  }

  /** What of it comes still is refused for a while; after that it is new, and has its time again. */
  async #bury(owner: Owner, ids: readonly string[]): Promise<void> {
    const { caller } = owner;
    this.#wait(
      owner,
      () => {
        this.#forget(caller);
      },
      true,
    );
    for (const [id, other] of this.#running) if (other === caller) this.#cancel(id);
    // Whatever has been taken up meanwhile is cancelled, or refused, where it was.
    await Promise.allSettled(ids.map((id) => this.#worker.getBackend().remove(id, true)));
  }

  async #waitingOf(caller: string): Promise<string[]> {
    const backend = this.#worker.getBackend();
    const ids: readonly string[] = (await backend.getRanges([...waiting], 0, -1)).flat();
    const found = ids.filter((id) => id.startsWith(caller));
    // Whose the others are is known only from themselves.
    for (const id of ids.filter((each) => !isOurs.test(each))) {
      const job = await backend.getJobData(id);
      if (job !== undefined && ownerOf(job.opts)?.caller === caller) found.push(id);
    }
    return found;
  }
}
