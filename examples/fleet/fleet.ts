import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { gather } from 'rx-asyncio/promises';

interface Report {
  readonly page: number;
  readonly event: 'started' | 'rolled back';
}

/** Worker processes, and what they say that they have done with each page. */
export class Fleet implements AsyncDisposable {
  readonly #workers: ChildProcess[] = [];
  readonly #events = new Map<number, Report['event'][]>();

  static async start(count: number, port: number): Promise<Fleet> {
    const fleet = new Fleet();
    await gather(Array.from({ length: count }, () => () => fleet.#start(port)));
    return fleet;
  }

  async #start(port: number): Promise<void> {
    const file = path.join(__dirname, 'worker.ts');
    const worker = fork(file, [String(port)], { execArgv: ['--import', 'tsx'] });
    this.#workers.push(worker);
    await once(worker, 'message');
    worker.on('message', ({ page, event }: Report) => {
      this.#events.set(page, [...this.eventsOf(page), event]);
    });
  }

  eventsOf(page: number): readonly Report['event'][] {
    return this.#events.get(page) ?? [];
  }

  /** As if its machine had gone: it tells nobody. */
  killOne(): void {
    this.#workers[0]?.kill('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await gather(this.#workers.splice(0), async (worker) => {
      const closed = once(worker, 'close');
      if (worker.kill('SIGTERM')) await closed;
    });
  }
}
