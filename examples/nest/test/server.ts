import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Counts {
  readonly asked: number;
  readonly answered: number;
  readonly cancelled: number;
  readonly open: number;
}

/** The program itself, in a process of its own. */
export class Server {
  /** What it has printed since it listens. */
  log = '';
  address = '';
  readonly #process: ChildProcess;

  private constructor() {
    const main = new URL('../src/main.js', import.meta.url).pathname;
    this.#process = spawn(process.execPath, [main], { env: { ...process.env, PORT: '0', NO_COLOR: '1' } });
  }

  static async start(): Promise<Server> {
    const server = new Server();
    let started = '';
    await new Promise<void>((resolve, reject) => {
      server.#process.on('exit', () => {
        reject(new Error(`it did not start:\n${started}`));
      });
      const read = (text: Buffer) => {
        if (server.address !== '') server.log += String(text);
        else started += String(text);
        const [, address] = /listening on (http:\S+)\n/.exec(started) ?? [];
        if (address === undefined) return;
        server.address = address;
        resolve();
      };
      server.#process.stdout?.on('data', read);
      server.#process.stderr?.on('data', read);
    });
    return server;
  }

  request(path: string, options: RequestInit = {}): Promise<Response> {
    return fetch(`${this.address}/${path}`, options);
  }

  async json(path: string, options?: RequestInit): Promise<unknown> {
    const response = await this.request(path, options);
    return response.json();
  }

  counts(): Promise<Counts> {
    return this.json('counts') as Promise<Counts>;
  }

  /** Until they are as wanted. */
  async countsWhen(wanted: (counts: Counts) => boolean): Promise<Counts> {
    for (;;) {
      const counts = await this.counts();
      if (wanted(counts)) return counts;
      await sleep(5);
    }
  }

  /** How it ended, and after how many milliseconds. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<{ endedBy: string | null; took: number }> {
    const start = performance.now();
    const ended = once(this.#process, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    this.#process.kill(signal);
    const [, endedBy] = await ended;
    return { endedBy, took: performance.now() - start };
  }
}
