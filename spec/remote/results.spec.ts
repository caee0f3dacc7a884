/* eslint-disable @typescript-eslint/only-throw-error */
import { AsyncLocalStorage } from 'node:async_hooks';
import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import { of } from 'rxjs';
import { CancelledError, createTask, gather, suppressed } from 'rx-asyncio/promises';
import { closeAll, connection, isPostgres, newName, remote, serve } from './support/queues';

afterEach(closeAll);

const never = new AbortController().signal;

async function failureOf(fail: () => unknown, options = {}): Promise<unknown> {
  const name = newName();
  serve(name, { fail: async () => Promise.resolve(fail()) });
  return remote(name)
    .job(
      'fail',
      null as never,
      options,
    )({ signal: never })
    .then(
      () => {
        throw new Error('it has not failed');
      },
      (error: unknown) => error,
    );
}

describe('a result', () => {
  it('comes back from where the job has run', async () => {
    const name = newName();
    serve(name, { add: async ({ a, b }: { a: number; b: number }) => Promise.resolve(a + b) });
    const queue = remote(name);
    expect(await gather([1, 2, 3].map((a) => queue.job('add', { a, b: 10 } as never)))).toEqual([11, 12, 13]);
  });

  it('is the last value of an Observable', async () => {
    const name = newName();
    serve(name, { count: () => of(1, 2, 3) });
    expect(await createTask(remote(name).job('count', null as never))).toBe(3);
  });

  it.each([
    ['an object', { list: [1, 'two', null, true], nested: {} }],
    ['null', null],
    ['zero', 0],
    ['an empty string', ''],
    ['false', false],
    ['text that looks like JSON', '{"a": 1}'],
  ])('is carried: %s', async (_, value) => {
    const name = newName();
    serve(name, { echo: (data) => Promise.resolve(data) });
    expect(await createTask(remote(name).job('echo', { value } as never))).toEqual({ value });
    // BullMQ on PostgreSQL makes `{}` of it.
    const arrives = value === null && isPostgres ? {} : value;
    expect(await createTask(remote(name).job('echo', value as never))).toEqual(arrives);
  });

  it('is told to its handler as null, where its data is undefined', async () => {
    const name = newName();
    serve(name, { echo: (data) => Promise.resolve([data]) });
    const queue = remote(name);
    const jobs = [queue.job('echo', undefined as never), queue.job('echo', undefined as never)];
    // BullMQ on PostgreSQL makes `{}` of it.
    const arrives = isPostgres ? [{}] : [null];
    expect(await gather(jobs)).toEqual([arrives, arrives]);
  });

  it('is null where there is none', async () => {
    const name = newName();
    serve(name, { nothing: async () => Promise.resolve(undefined) });
    expect(await createTask(remote(name).job('nothing', null as never))).toBeNull();
  });

  it('gives its Task the name of the job', async () => {
    const task = createTask(remote(newName()).job('fetch', null as never));
    expect(task.name).toBe('fetch');
    task.cancel();
    await expect(task).rejects.toThrow(CancelledError);
  });

  it('of a job that a plain worker of BullMQ runs comes back, too', async () => {
    const name = newName();
    const worker = new Worker(name, () => Promise.resolve('plain'), { connection });
    expect(await createTask(remote(name).job('any', null as never))).toBe('plain');
    await worker.close();
  });

  it('of a job that plain BullMQ has added is there for it', async () => {
    const name = newName();
    serve(name, { shout: async (text: string) => Promise.resolve(text.toUpperCase()) });
    const plain = new Queue(name, { connection });
    const { id } = await plain.add('shout', 'hey');
    expect(await createTask(remote(name).job('shout', '' as never, { jobId: String(id) }))).toBe('HEY');
    await plain.close();
  });
});

describe('a failure', () => {
  it('keeps name, message, code and what else JSON can carry', async () => {
    const error = (await failureOf(() => {
      const url = 'http://localhost/';
      throw Object.assign(new RangeError('too far'), { code: 'EFAR', url, tries: [1, 2], retry: () => {}, big: 1n });
    })) as Error;
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ name: 'RangeError', message: 'too far', code: 'EFAR', tries: [1, 2] });
    expect(Object.keys(error)).not.toContain('retry');
    expect(Object.keys(error)).not.toContain('big');
  });

  it('has the stack of where it was, marked as remote', async () => {
    const { stack } = (await failureOf(function thrower() {
      throw new TypeError('boom\nand more');
    })) as Error;
    expect(stack).toMatch(/^TypeError: boom\nand more\n {4}at job fail \S+ of queue \S+ \(remote\)\n {4}at thrower /);
  });

  it('keeps the name of a class that is not known here', async () => {
    class HttpError extends Error {
      override readonly name = 'HttpError';
      readonly status = 503;
    }
    expect(
      await failureOf(() => {
        throw new HttpError('unavailable');
      }),
    ).toMatchObject({ name: 'HttpError', status: 503 });
  });

  it('keeps its causes', async () => {
    const cause = new TypeError('inner', { cause: 'a string' });
    const error = (await failureOf(() => {
      throw new Error('outer', { cause });
    })) as Error;
    expect(error.cause).toBeInstanceOf(TypeError);
    expect((error.cause as Error).cause).toBe('a string');
  });

  it('keeps the errors of an AggregateError', async () => {
    const error = await failureOf(() => {
      throw new AggregateError([new RangeError('a'), 'b'], 'both');
    });
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors).toEqual([new RangeError('a'), 'b']);
  });

  it('keeps a hundred errors of an AggregateError, and how many more there were', async () => {
    const errors = Array.from({ length: 300 }, (_, index) => new Error(String(index)));
    const error = (await failureOf(() => {
      throw new AggregateError(errors);
    })) as AggregateError;
    expect(error.errors).toHaveLength(101);
    expect(error.errors.slice(98)).toEqual([errors[98], errors[99], 'and 200 more']);
  });

  it('brings along what is suppressed', async () => {
    const error = await failureOf(() =>
      gather([
        ({ signal }) =>
          new Promise((_, reject) => {
            signal.onabort = () => {
              reject(new Error('cannot close'));
            };
          }),
        () => Promise.reject(new Error('cannot read')),
      ]),
    );
    expect(error).toMatchObject({ message: 'cannot read' });
    expect(suppressed(error)).toEqual([new Error('cannot close')]);
  });

  it('may be anything that is thrown', async () => {
    expect(
      await failureOf(() => {
        throw 'a string';
      }),
    ).toBe('a string');
    expect(
      await failureOf(() => {
        throw { status: 1 };
      }),
    ).toEqual({ status: 1 });
    expect(
      await failureOf(() => {
        throw 7n;
      }),
    ).toBe('7');
    expect(
      await failureOf(() => {
        throw undefined;
      }),
    ).toBe('undefined');
  });

  it('may lead back to itself, be deep, or not be looked at', async () => {
    const circle = new Error('circle');
    circle.cause = circle;
    expect(
      (
        (await failureOf(() => {
          throw circle;
        })) as Error
      ).cause,
    ).toMatchObject({ message: 'an error that leads back to itself' });
    let deep = new Error('0');
    for (let i = 1; i < 20; i++) deep = new Error(String(i), { cause: deep });
    expect(
      await failureOf(() => {
        throw deep;
      }),
    ).toMatchObject({ message: '19' });
    const hostile = Object.defineProperty(new Error(), 'message', {
      get: () => {
        throw new Error('no');
      },
    });
    expect(
      await failureOf(() => {
        throw hostile;
      }),
    ).toMatchObject({ message: 'an error that cannot be looked at' });
  });

  it('is tried again as often as BullMQ is told to', async () => {
    let tries = 0;
    const error = await failureOf(
      () => {
        throw new Error(`try ${++tries}`);
      },
      { attempts: 3 },
    );
    expect(error).toMatchObject({ message: 'try 3' });
    expect(tries).toBe(3);
  });

  it('of a plain worker of BullMQ comes back as its message', async () => {
    const name = newName();
    const worker = new Worker(name, () => Promise.reject(new TypeError('plain')), { connection });
    await expect(createTask(remote(name).job('any', null as never))).rejects.toThrow('plain');
    await worker.close();
  });

  it('that only looks like ours is a message, and one that has only some of it what there is', async () => {
    const name = newName();
    const worker = new Worker(name, ({ data }: Job<string>) => Promise.reject(new Error(data)), { connection });
    const queue = remote(name);
    const half = createTask(queue.job('any', 'a\nrx-asyncio: {' as never));
    await expect(half).rejects.toThrow('a\nrx-asyncio: {');
    const empty = createTask(queue.job('any', 'a\nrx-asyncio: {}' as never));
    await expect(empty).rejects.toMatchObject({
      name: 'Error',
      message: '',
      stack: expect.stringMatching(/ \(remote\)$/) as string,
    });
    const foreign = createTask(queue.job('any', 'a\nrx-asyncio: {"message":"b","stack":"at c"}' as never));
    await expect(foreign).rejects.toMatchObject({
      stack: expect.stringMatching(/^Error: b\n {4}at .* \(remote\)\nat c$/) as string,
    });
    await worker.close();
  });

  it('may have no stack, and be what BullMQ takes for something else: that is its own', async () => {
    expect(
      await failureOf(() => {
        throw Object.assign(new Error('bare'), { stack: undefined, name: 1 });
      }),
    ).toMatchObject({ message: 'bare' });
    const name = newName();
    let runs = 0;
    serve(name, {
      later: async (_: null, __, job: Job) => {
        if (++runs > 1) return 'later';
        await job.moveToDelayed(Date.now() + 50, job.token);
        throw new DelayedError();
      },
    });
    expect(await createTask(remote(name).job('later', null as never))).toBe('later');
  });
});

it('runs its handler in no context but its own', async () => {
  const name = newName();
  const storage = new AsyncLocalStorage<string>();
  storage.run('here', () => serve(name, { read: () => Promise.resolve(storage.getStore() ?? 'none') }));
  expect(await storage.run('there', () => createTask(remote(name).job('read', null as never)))).not.toBe('there');
});
