import { AsyncLocalStorage } from 'node:async_hooks';
import { listen, type TaskStatus } from '../awaitable/source.js';
import type { Awaitable } from '../awaitable/types.js';
import { asEnd, type End, well } from '../cleanup/close.js';
import { cancel, offer } from '../cleanup/collector.js';
import type { Cleanup, Failures } from '../cleanup/failures.js';
import { shared } from '../cleanup/shared.js';
import { CancelledError } from '../errors.js';
import { cancelFor, cancelPart } from '../task/symbols.js';
import { privateTaskOf, startTask, type Task } from '../task/task.js';
import type { Signal } from './signals.js';

/** Who is told what becomes of a program. */
export interface Watcher {
  /** It is to end, but may still be cleaning up. */
  closing(failure: End): void;
  /** All is over: with an error, or as main has ended. */
  ended(end: End, status: TaskStatus, outcome: unknown): void;
}

type Programs = Pick<AsyncLocalStorage<Program>, 'getStore' | 'run'>;

/** A main that runs, and what it has started and owns no longer: it ends when all of that has ended. */
export class Program {
  /** The Tasks that are a part of nothing, and the programs that were started within this one. */
  readonly loose = new Set<Task<unknown> | Program>();
  readonly outer: Program | undefined;
  readonly #programs: Programs;
  readonly #watcher: Watcher;
  readonly #draining = new AbortController();
  readonly #main: Task<unknown>;
  readonly #over: Cleanup;
  #tellOver!: (failures: Failures) => void;
  /** Whether it was cancelled from outside, and by which signal. */
  isCancelled = false;
  signal: Signal | undefined;

  constructor(main: (draining: AbortSignal) => Awaitable<unknown>, watcher: Watcher) {
    // One for all copies of this package.
    this.#programs = (shared.programs ??= new AsyncLocalStorage<Program>()) as Programs;
    this.outer = this.#programs.getStore();
    this.#watcher = watcher;
    this.#main = privateTaskOf(main(this.#draining.signal), 'main');
    this.#over = new Promise((resolve) => {
      this.#tellOver = resolve;
    });
  }

  start(): void {
    this.outer?.loose.add(this);
    this.#programs.run(this, () => {
      startTask(this.#main);
    });
    this.#main[listen]({
      settled: (status, outcome) => {
        void this.#end(status, outcome);
      },
    });
  }

  /** The names of what has not ended. */
  get pending(): string[] {
    const names = Array.from(this.loose, (each) => (each instanceof Program ? each.pending : [each.name])).flat();
    return [...new Set(this.#main.done ? names : ['main', ...names])];
  }

  /** Takes on nothing more, but finishes what runs. */
  drain(): void {
    this.#each((program) => {
      program.drain();
    });
    this.#draining.abort(new CancelledError('draining'));
  }

  cancel(signal?: Signal): void {
    if (this.isCancelled) return;
    this.isCancelled = true;
    this.signal = signal;
    this.drain();
    this.#watcher.closing(well);
    this.#main[cancelFor]({ reason: new CancelledError(signal) });
    this.#each((program) => {
      program.cancel(signal);
    });
  }

  /** As of a Task: the outer program has ended. What fails in this one, its own promise tells. */
  [cancelPart](): void {
    this.cancel(this.outer?.signal);
    offer(this.#over);
  }

  #each(tell: (program: Program) => void): void {
    for (const each of this.loose) if (each instanceof Program) tell(each);
  }

  async #end(status: TaskStatus, outcome: unknown): Promise<void> {
    const end: End = status === 'rejected' ? [outcome] : well;
    this.#watcher.closing(end);
    const failures = await this.#cancelLoose();
    this.outer?.loose.delete(this);
    this.#tellOver([]);
    this.#watcher.ended(asEnd(end, failures), status, outcome);
  }

  /** What is loose may start more of it while it cleans up. */
  async #cancelLoose(): Promise<Failures> {
    let failures: Failures = [];
    const all = {
      unsubscribe: () => {
        for (const each of this.loose) each[cancelPart]();
      },
    };
    while (this.loose.size > 0) failures = failures.concat(await cancel(all, { reason: new CancelledError() }));
    return failures;
  }
}
