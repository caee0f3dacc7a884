import { type JobsOptions, Queue, type QueueEvents, type QueueOptions } from 'bullmq';
import { CancelledError } from '../errors.js';
import { onAbort } from '../promise/on-abort.js';
import { Adder } from './adding.js';
import { AwaitedJobs } from './awaited.js';
import { Barrier } from './barrier.js';
import { Teller } from './channel.js';
import { type Connecting, disconnect, openEvents } from './connecting.js';
import { hear } from './hear.js';
import { LifeSign } from './life-sign.js';
import { Opening } from './opening.js';
import { tellPlaces } from './whereabouts.js';
import { Wanted } from './wanted.js';

export interface ConnectionsOptions extends QueueOptions, Omit<Connecting, 'connection' | 'prefix'> {
  readonly connectTimeout: number;
  readonly recheck: number;
  /** After how long without a sign of life its jobs are cancelled; nothing where they are not. */
  readonly orphansAfter: number | undefined;
}

/** What the caller's side of a queue consists of. */
export class Connections {
  readonly queue: Queue;
  readonly awaited: AwaitedJobs;
  readonly adder: Adder;
  readonly teller: Teller;
  readonly #closeQueue: () => Promise<void>;
  readonly #events: QueueEvents;
  readonly #opening: Opening;
  readonly #caller = crypto.randomUUID();
  readonly #lifeSign: LifeSign | undefined;
  readonly #closing = new AbortController();
  #ids = 0;
  #calls = 0;
  #idle: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  constructor(name: string, { backend, connectTimeout, recheck, orphansAfter: after, ...options }: ConnectionsOptions) {
    const connecting = { ...options, ...(backend && { backend }) };
    this.queue = new Queue(name, options, backend as unknown as undefined);
    this.#closeQueue = this.queue.close.bind(this.queue);
    // Who closes that alone means all of it.
    this.queue.close = this.close.bind(this);
    // BullMQ connects again by itself, and prints why it has to where nobody listens: a call fails with it soon, or is late.
    this.queue.on('error', () => {});
    this.#events = openEvents(name, connecting, this.queue);
    this.teller = new Teller(this.queue);
    if (after !== undefined) this.#lifeSign = new LifeSign(this.teller, { caller: this.#caller, after });
    this.adder = new Adder(this.queue);
    const { queue, teller } = this;
    this.awaited = new AwaitedJobs({ queue, teller, barrier: new Barrier(queue, this.#events) }, recheck);
    hear(this.#events, this.awaited);
    tellPlaces(this.queue, this.#events, (id) => this.awaited.callsOf(id));
    this.#opening = new Opening(this.queue, this.#events, connectTimeout);
  }

  /** When it is being closed. */
  get closed(): Promise<void> {
    return new Promise((resolve) => onAbort(this.#closing.signal, resolve));
  }

  /** Of a job that has been given none. */
  nextId(): string {
    return `${this.#caller}-${(this.#ids++).toString(36)}`;
  }

  /** Options that all its jobs have. */
  get jobOptions(): JobsOptions {
    return this.#lifeSign?.options ?? {};
  }

  /** One call, which is waited for when the queue is closed. */
  async during<R>(signal: AbortSignal, call: (wanted: Wanted) => Promise<R>): Promise<R> {
    const wanted = new Wanted(signal, this.#closing.signal);
    wanted.throwIfEnded();
    this.#calls++;
    this.#lifeSign?.begin();
    try {
      await this.#opening.opened(wanted);
      return await call(wanted);
    } finally {
      if (--this.#calls === 0) {
        this.#lifeSign?.pause();
        this.#idle?.();
      }
    }
  }

  /** Cancels what is still waited for, and waits until that has ended. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<void> {
    this.#closing.abort(new CancelledError(`the queue ${this.queue.name} was closed by its caller`));
    if (this.#calls > 0) {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
    this.#opening.close();
    await this.#lifeSign?.stop();
    const { queue } = this;
    await Promise.all([disconnect(queue, this.#closeQueue), disconnect(this.#events)]);
  }
}
