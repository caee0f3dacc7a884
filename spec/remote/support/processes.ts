import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const workers: WorkerProcess[] = [];

/** A worker process, and what it has said. */
export class WorkerProcess {
  readonly said: string[] = [];
  readonly #child: ChildProcessByStdio<null, Readable, null>;
  readonly #ended: Promise<unknown>;
  #heard = () => {};

  constructor(port: number, queue: string) {
    const file = path.join(__dirname, 'worker.ts');
    const args = ['--import', 'tsx', file, String(port), queue];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#ended = once(this.#child, 'close');
    createInterface(this.#child.stdout).on('line', (line) => {
      this.said.push(line);
      this.#heard();
    });
    workers.push(this);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async says(text: string): Promise<void> {
    while (!this.said.some((line) => line.startsWith(text))) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal);
    await this.#ended;
  }
}

export async function startWorker(port: number, queue: string): Promise<WorkerProcess> {
  const worker = new WorkerProcess(port, queue);
  await worker.says('ready');
  return worker;
}

export async function killWorkers(): Promise<void> {
  await Promise.all(workers.splice(0).map((worker) => worker.end('SIGKILL')));
}
