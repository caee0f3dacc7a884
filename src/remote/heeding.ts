import type { Job, Worker } from 'bullmq';
import type { Coroutine } from '../awaitable/types.js';
import { CancelledError } from '../errors.js';
import { Callers } from './callers.js';
import { Listener } from './channel.js';
import type { Connecting } from './connecting.js';
import type { Owner } from './life-sign.js';
import { because, failureOf, forget, processJob } from './processing.js';

/** Has a worker cancel what it is told to, what it has lost, and what nobody waits for any more. */
export class Heeding {
  readonly #listener: Listener;
  readonly #callers: Callers;

  constructor(worker: Worker, connecting: Connecting) {
    const cancel = (id: string, reason: string) => worker.cancelJob(id, reason);
    this.#listener = new Listener(worker, connecting);
    this.#callers = new Callers(
      worker,
      (id) => cancel(id, because.orphaned),
      () => this.#listener.untilHeard(),
    );
    this.#listener.on('cancel', (id) => cancel(id, because.asked));
    this.#listener.on('alive', (owner) => {
      this.#callers.heard(JSON.parse(owner) as Owner);
    });
    this.#listener.on('idle', (owner) => {
      this.#callers.idle(JSON.parse(owner) as Owner);
    });
    // Others may have it by now.
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) cancel(id, because.lost);
    });
    worker.once('closed', () => void this.close());
  }

  /** Runs one attempt of a job, as BullMQ's processor. */
  async process(
    job: Job,
    token: string | undefined,
    signal: AbortSignal | undefined,
    coroutine: Coroutine<unknown>,
  ): Promise<unknown> {
    const leave = this.#callers.take(job);
    if (leave === undefined) {
      forget(job);
      throw failureOf(new CancelledError(because.orphaned), true);
    }
    try {
      return await processJob(job, token, signal, coroutine);
    } finally {
      leave();
    }
  }

  async close(): Promise<void> {
    this.#callers.close();
    await this.#listener.close();
  }
}
