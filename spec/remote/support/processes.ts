import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const processes: SpecProcess[] = [];

/** A worker or a caller, and what it has said. */
export class SpecProcess {
  readonly said: string[] = [];
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly #ended: Promise<unknown>;
  #heard = () => {};

  constructor(file: string, ...given: readonly string[]) {
    const args = ['--import', 'tsx', path.join(__dirname, file), ...given];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#ended = once(this.#child, 'close');
    createInterface(this.#child.stdout).on('line', (line) => {
      this.said.push(line);
      this.#heard();
    });
    processes.push(this);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async says(text: string): Promise<void> {
    while (!this.said.some((line) => line.startsWith(text))) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  /** By itself. */
  async ends(): Promise<void> {
    await this.#ended;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal);
    await this.#ended;
  }
}

export const startWorker = (port: number, queue: string) => start('worker.ts', String(port), queue);

/** Whose jobs take that many milliseconds. */
export const startCaller = (port: number, queue: string, ms: number, options: object) =>
  start('caller.ts', String(port), queue, String(ms), JSON.stringify(options));

/** Which closes a queue that it cannot reach. */
export const startCloser = () => start('closer.ts');

export async function killAll(): Promise<void> {
  await Promise.all(processes.splice(0).map((each) => each.end('SIGKILL')));
}

async function start(file: string, ...given: readonly string[]): Promise<SpecProcess> {
  const started = new SpecProcess(file, ...given);
  await started.says('ready');
  return started;
}
