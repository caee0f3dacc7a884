import { longestDelay } from '../arguments/timeout.js';
import { constants } from 'node:os';
import process from 'node:process';
import { setImmediate } from 'node:timers';
import type { TaskStatus } from '../awaitable/source.js';
import { type End, well } from '../cleanup/close.js';
import { dispose } from '../cleanup/dispose.js';
import { inspectTasks, type TaskTree } from '../inspection/inspect-tasks.js';
import { Observed } from './observed.js';
import type { Program, Watcher } from './program.js';
import { quiet } from './quiet.js';
import { onProcess } from './on-process.js';
import { onSignals, type Signal } from './signals.js';

export interface Watching {
  readonly signals: readonly Signal[];
  readonly grace: number;
  readonly drain: boolean;
  readonly inspect: boolean;
}

/** After so many milliseconds one would like to know what is going on. */
const patience = 1000;

/** As Node has it where a module waits for what never comes. */
const starved = 13;

/** By which people ask what is running: Ctrl-T sends SIGINFO, where there is one. */
const questions: readonly Signal[] = ['SIGUSR2', 'SIGINFO'];

/** Watches over a program on behalf of the process: signals, time, what is printed and the exit code. */
export class Watch<T> implements Watcher {
  readonly #outcome = Observed.make<T>();
  readonly #options: Watching;
  readonly #program: Program;
  readonly #stops: (() => void)[] = [];
  readonly #tree: TaskTree | undefined;
  #interrupts = 0;
  /** What main has failed with, which nobody has been told of. */
  #failure: End = well;
  #graceful = false;

  constructor(options: Watching, start: (watcher: Watcher) => Program) {
    this.#options = options;
    this.#tree = options.inspect ? inspectTasks() : undefined;
    this.#program = start(this);
    // The outermost has already been told what to do, and tells those within.
    if (this.#program.outer === undefined) this.#listen();
    this.#program.start();
  }

  get promise(): Promise<T> {
    return this.#outcome.promise;
  }

  #listen(): void {
    const stop = onProcess('beforeExit', () => {
      stop();
      console.error(`The event loop is empty, and nothing can end what still waits: ${this.#pending()}`);
      process.exitCode ??= starved;
    });
    this.#stops.push(
      onSignals(this.#options.signals, (signal) => {
        this.#interrupt(signal);
      }),
      stop,
    );
    if (this.#tree !== undefined) this.#answer(this.#tree);
  }

  #answer(tree: TaskTree): void {
    const asked = questions.filter((signal) => signal in constants.signals && !this.#options.signals.includes(signal));
    this.#stops.push(
      onSignals(asked, () => {
        console.error(String(tree));
      }),
    );
  }

  #interrupt(signal: Signal): void {
    const step = ++this.#interrupts - (this.#options.drain ? 1 : 0);
    if (step === 0) this.#program.drain();
    else if (step === 1) {
      this.#program.cancel(signal);
      this.#after(patience, () => {
        console.error(`${signal}: still cleaning up, once more ends it at once: ${this.#pending()}`);
      });
    } else process.exit(process.exitCode ?? codeOf(signal));
  }

  closing(failure: End): void {
    this.#failure = failure;
    const { grace } = this.#options;
    if (this.#graceful || grace === Infinity) return;
    this.#graceful = true;
    this.#after(grace, () => {
      const { signal } = this.#program;
      for (const error of this.#failure) console.error(error);
      console.error(`${signal ?? 'main has ended'}: not cleaned up after ${grace} ms: ${this.#pending()}`);
      process.exit(process.exitCode ?? (signal === undefined ? 1 : codeOf(signal)));
    });
  }

  ended(end: End, status: TaskStatus, outcome: unknown): void {
    for (const stop of this.#stops) stop();
    this.#tree?.[dispose]();
    const { signal, isCancelled, outer } = this.#program;
    const { promise, resolve, reject } = this.#outcome;
    if (signal !== undefined && end.length === 0) process.exitCode ??= codeOf(signal);
    if (end.length === 0 && status === 'fulfilled') {
      resolve(outcome as T);
      return;
    }
    const isQuiet = isCancelled && end.length === 0;
    const error = end.length === 0 ? outcome : end[0];
    if (isQuiet && outer === undefined) quiet(error as object);
    reject(error);
    setImmediate(() => {
      if (promise.isObserved || (isQuiet && outer !== undefined)) return;
      if (!isQuiet) console.error(error);
      process.exit(process.exitCode ?? 1);
    });
  }

  #pending(): string {
    const names = this.#program.pending.join(', ');
    return this.#tree === undefined ? names : `${names}\n${String(this.#tree)}`;
  }

  #after(milliseconds: number, callback: () => void): void {
    const timer = setTimeout(callback, Math.min(milliseconds, longestDelay)).unref();
    this.#stops.push(() => {
      clearTimeout(timer);
    });
  }
}

/** As shells have it. */
function codeOf(signal: Signal): number {
  return 128 + constants.signals[signal as NodeJS.Signals];
}
