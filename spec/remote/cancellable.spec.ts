import { setTimeout as sleep } from 'node:timers/promises';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import { Cancellable } from 'rx-asyncio/bullmq';
import { CancelledError, createTask, gather } from 'rx-asyncio/promises';
import { killAll, startCaller } from './support/processes';
import { closeAll, connection, leftIn, newName, remote } from './support/queues';
import { until } from './support/until';

// With the standard's decorators; with those of Nest in examples/nest.

const hosts: Host[] = [];

/** As the `WorkerHost` of `@nestjs/bullmq`, and as Nest makes its worker. */
abstract class Host {
  #worker: Worker | undefined;

  get worker(): Worker {
    if (this.#worker === undefined) throw new Error('not yet');
    return this.#worker;
  }

  abstract process(job: Job, token?: string): Promise<unknown>;

  open(name: string, prefix?: string, concurrency = 10): this {
    const options = { connection, concurrency, ...(prefix !== undefined && { prefix }) };
    this.#worker = new Worker(name, this.process.bind(this), options);
    hosts.push(this);
    return this;
  }
}

afterEach(async () => {
  await closeAll();
  await Promise.all(hosts.splice(0).map((host) => host.worker.close()));
  await killAll();
});

class Pages extends Host {
  readonly seen: string[] = [];

  @Cancellable()
  async process(job: Job<{ page: number }>, _token?: string, signal?: AbortSignal): Promise<unknown> {
    const { page } = job.data;
    if (job.name === 'fail') throw Object.assign(new RangeError(`no page ${page}`), { code: 'E_PAGE' });
    if (job.name === 'render') return `page ${page}`;
    this.seen.push('begun');
    const part = async ({ signal: own }: { signal: AbortSignal }) => {
      try {
        await sleep(60_000, undefined, { signal: own });
      } finally {
        await sleep(50);
        this.seen.push('cleaned up');
      }
    };
    return gather([part, part], { ...(signal && { signal }) });
  }
}

describe('Cancellable', () => {
  it.each([undefined, 'elsewhere'])('gives results, with the prefix %s', async (prefix) => {
    const name = newName();
    new Pages().open(name, prefix);
    const queue = remote(name, prefix === undefined ? {} : { prefix });
    expect(await gather([1, 2].map((page) => queue.job('render', { page } as never)))).toEqual(['page 1', 'page 2']);
  });

  it('gives failures with their types', async () => {
    const name = newName();
    new Pages().open(name);
    const failed = createTask(remote(name).job('fail', { page: 3 } as never));
    await expect(failed).rejects.toMatchObject({ name: 'RangeError', message: 'no page 3', code: 'E_PAGE' });
  });

  it('is cancelled by its caller, who waits until it has cleaned up', async () => {
    const name = newName();
    const pages = new Pages().open(name);
    const task = createTask(remote(name).job('wait', { page: 1 } as never, { attempts: 3 }));
    await until(() => pages.seen.length > 0);
    task.cancel();
    await expect(task).rejects.toBeInstanceOf(CancelledError);
    expect(pages.seen).toEqual(['begun', 'cleaned up', 'cleaned up']);
    expect(await leftIn(name)).toBe(0);
  });

  it("is cancelled with a caller that dies, { orphans: 'cancel' }, and cleans up; what waits never begins", async () => {
    const name = newName();
    const pages = new Pages().open(name, undefined, 1);
    const caller = await startCaller(connection.port, name, 60_000, { orphans: 'cancel', orphansAfter: 2000 });
    await until(() => pages.seen.length > 0);
    await caller.end('SIGKILL');
    await until(async () => (await leftIn(name)) === 0);
    expect(pages.seen).toEqual(['begun', 'cleaned up', 'cleaned up']);
    expect(await remote(name).queue.getJobCounts('failed', 'completed')).toEqual({ failed: 0, completed: 0 });
  });

  it('fails the jobs of a host that has no worker, or is given no signal', async () => {
    const job = { data: { page: 1 }, name: 'render' } as unknown as Job<{ page: number }>;
    const run = async (host: Pages, signal?: AbortSignal) => host.process(job, 'token', signal);
    await expect(run(new Pages(), new AbortController().signal)).rejects.toThrow(UnrecoverableError);
    await expect(run(new Pages().open(newName()))).rejects.toThrow('must not be request-scoped');
  });

  it('decorates as TypeScript does for experimentalDecorators', () => {
    const method = async () => Promise.resolve(1);
    const { value, ...others } = Cancellable()(new Pages(), 'process', { value: method, writable: true });
    expect(value).toHaveLength(3);
    expect(others).toEqual({ writable: true });
  });

  it.each([
    ['a field', [undefined, { kind: 'field' }]],
    ['a class', [Pages, { kind: 'class' }]],
    ['a field, with experimentalDecorators', [new Pages(), 'process']],
    ['an accessor, with experimentalDecorators', [new Pages(), 'process', { get: () => 1 }]],
    ['a class, with experimentalDecorators', [Pages]],
  ])('throws where it decorates %s', (_, args) => {
    const decorate = Cancellable() as (...args: unknown[]) => unknown;
    expect(() => decorate(...args)).toThrow(
      new TypeError('Cancellable: what it decorates must be a function, got undefined'),
    );
  });

  it('has types that name what is wrong', () => {
    abstract class Wrong extends Host {
      // @ts-expect-error the third argument is a signal
      @Cancellable()
      override async process(job: Job, token?: string, signal?: number): Promise<unknown> {
        return Promise.resolve([job, token, signal]);
      }
    }
    expect(Wrong).toBeDefined();
  });
});
