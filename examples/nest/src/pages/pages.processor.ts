import { setTimeout as sleep } from 'node:timers/promises';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Logger, NotFoundException } from '@nestjs/common';
import type { Job } from 'bullmq';
import { Cancellable } from 'rx-asyncio/bullmq';
import { gather } from 'rx-asyncio/promises';

@Processor('pages', { concurrency: 16 })
export class PagesProcessor extends WorkerHost {
  readonly #log = new Logger('Pages');

  @Cancellable()
  override async process(job: Job<{ page: number }, string>, _token?: string, signal?: AbortSignal): Promise<string> {
    const { page } = job.data;
    if (page === 404) throw new NotFoundException('there is no page 404');
    const milliseconds = job.name === 'wait' ? 60_000 : 10;
    const parts = [1, 2].map((part) => this.#render(`${page}.${part}`, milliseconds));
    return (await gather(parts, { signal })).join(', ');
  }

  @OnWorkerEvent('ready')
  ready(): void {
    this.#log.log('ready');
  }

  /** Takes a moment to clean up. */
  #render(part: string, milliseconds: number) {
    return async ({ signal }: { signal: AbortSignal }) => {
      this.#log.log(`begun ${part}`);
      try {
        return await sleep(milliseconds, part, { signal });
      } finally {
        await sleep(100);
        this.#log.log(`over ${part}`);
      }
    };
  }
}
