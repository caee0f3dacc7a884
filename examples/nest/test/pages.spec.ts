import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { remoteQueue } from 'rx-asyncio/bullmq';
import { CancelledError, createTask, gather } from 'rx-asyncio/promises';
import { PagesModule } from '../src/pages/pages.module.js';
import type { Pages } from '../src/pages/pages.js';

const connection = { host: '127.0.0.1', port: Number(process.env['REDIS_PORT']) };

describe('a queue', { timeout: 60_000 }, () => {
  const queue = remoteQueue<Pages>('pages', { connection, recheck: 200 });
  let worker: Worker;

  beforeEach(async () => {
    worker = new Worker();
    await worker.says('ready');
  });
  afterEach(() => worker.end('SIGKILL'));
  after(() => queue.close());

  it('gives results', async () => {
    const pages = await gather([1, 2].map((page) => queue.job('render', { page })));
    assert.deepEqual(pages, ['1.1, 1.2', '2.1, 2.2']);
  });

  it('gives failures with what Nest knows of them', async () => {
    await assert.rejects(createTask(queue.job('render', { page: 404 })), {
      name: 'NotFoundException',
      message: 'there is no page 404',
      status: 404,
    });
  });

  it('is cancelled by a sibling that fails, and has cleaned up by then', async () => {
    const wait = queue.job('wait', { page: 1 });
    const failing = async () => {
      await worker.says('begun 1.2');
      throw new Error('no');
    };
    await assert.rejects(gather([wait, failing]), { message: 'no' });
    // Its output has a way of its own.
    await worker.says('over 1.2');
    assert.deepEqual(await queue.queue.getJobCounts('active', 'waiting'), { active: 0, waiting: 0 });
  });

  it('lets run what runs when it gets SIGTERM, and ends', async () => {
    const task = createTask(queue.job('render', { page: 5 }));
    await worker.says('begun 5.2');
    assert.equal(await worker.end('SIGTERM'), 'SIGTERM');
    assert.equal(await task, '5.1, 5.2');
  });

  it('is closed while it waits for a job that is cancelled', async () => {
    const task = createTask(queue.job('wait', { page: 6 }));
    await worker.says('begun 6.2');
    const ended = worker.end('SIGTERM');
    task.cancel();
    await assert.rejects(async () => task, CancelledError);
    assert.equal(await ended, 'SIGTERM');
    assert.match(worker.log, /over 6\.1.*over 6\.2/s);
  });
});

describe('app.close()', { timeout: 60_000 }, () => {
  it('finishes, and leaves no connection', async () => {
    const app = await NestFactory.createApplicationContext(PagesModule, { logger: false });
    await using queue = remoteQueue<Pages>('pages', { connection });
    assert.equal(await createTask(queue.job('render', { page: 7 })), '7.1, 7.2');
    await app.close();
    // Redis sees later that they are closed.
    while ((await queue.queue.getWorkersCount()) > 0) await sleep(5);
  });
});

/** `src/worker.ts`, in a process of its own. */
class Worker {
  log = '';
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor() {
    const main = new URL('../src/worker.js', import.meta.url).pathname;
    this.#process = spawn(process.execPath, [main], { env: { ...process.env, NO_COLOR: '1' } });
    this.#ended = once(this.#process, 'close');
    for (const output of [this.#process.stdout, this.#process.stderr]) {
      output?.on('data', (text: Buffer) => {
        this.log += String(text);
      });
    }
  }

  async says(text: string): Promise<void> {
    while (!this.log.includes(text)) await sleep(5);
  }

  /** What ended it. */
  async end(signal: NodeJS.Signals): Promise<NodeJS.Signals | null> {
    this.#process.kill(signal);
    await this.#ended;
    return this.#process.signalCode;
  }
}
