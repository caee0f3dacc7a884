import type { Execution, Host } from '../awaitable/execution.js';
import type { Cleanup } from '../cleanup/failures.js';
import type { Reason } from '../cleanup/shared.js';
import { isCancelledError } from '../errors.js';
import type { Ended } from './end.js';
import type { Node } from './node.js';
import type { Watch } from './watch.js';

/** How the run of an awaitable shows. */
export interface Shown {
  /** Its own node, if it has one: a Task that a combinator listens to runs elsewhere. */
  readonly node: Node | undefined;
  /** Whether that ends by itself, as a Task does. */
  readonly isTask: boolean;
  /** It has ended by itself, or its host has left it. */
  readonly told: () => void;
  readonly left: () => void;
}

/** Stands between a host and the run of an awaitable, and sees how that goes. */
export class Watched<T> implements Execution, Host<T> {
  readonly index: number;
  before: Execution | undefined;
  after: Execution | undefined;
  readonly #host: Host<T>;
  readonly #watch: Watch;
  #execution!: Execution;
  #shown!: Shown;

  constructor(host: Host<T>, index: number, watch: Watch) {
    this.#host = host;
    this.index = index;
    this.#watch = watch;
  }

  show(execution: Execution, shown: Shown): void {
    this.#execution = execution;
    this.#shown = shown;
  }

  get subscriber(): object {
    return this.#host.subscriber;
  }

  get ownsTasks(): boolean | undefined {
    return this.#host.ownsTasks;
  }

  start(): void {
    const { node } = this.#shown;
    if (node === undefined) {
      this.#execution.start();
      return;
    }
    node.become('running');
    this.#watch.start(node, () => {
      this.#execution.start();
    });
  }

  cancel(reason: Reason): boolean {
    let goesOn = false as boolean;
    this.#tearDown(() => {
      goesOn = this.#execution.cancel(reason);
    });
    if (!goesOn) this.#left();
    return goesOn;
  }

  unsubscribe(): void {
    try {
      this.#tearDown(() => {
        this.#execution.unsubscribe();
      });
    } finally {
      this.#left();
    }
  }

  fulfilled(_: Execution, value: T): void {
    this.#told('fulfilled', value);
    this.#host.fulfilled(this, value);
  }

  failed(_: Execution, error: unknown): void {
    this.#told(isCancelledError(error) ? 'cancelled' : 'rejected', error);
    this.#host.failed(this, error);
  }

  linger(cleanup: Cleanup): void {
    this.#shown.node?.hold(cleanup);
    this.#host.linger(cleanup);
  }

  nameOf(): string {
    return this.#host.nameOf(this);
  }

  #tearDown(run: () => void): void {
    const { node } = this.#shown;
    if (node === undefined) run();
    else {
      node.become('cleaning up');
      this.#watch.tearDown(node, run);
    }
  }

  #left(): void {
    this.#shown.left();
    this.#end('cancelled');
  }

  #told(status: Ended, outcome: unknown): void {
    this.#shown.told();
    this.#end(status, outcome);
  }

  #end(status: Ended, outcome?: unknown): void {
    const { node, isTask } = this.#shown;
    if (!isTask) node?.end(status, outcome);
    // It is done when all of it has been cleaned up.
    else node?.become('cleaning up');
  }
}
