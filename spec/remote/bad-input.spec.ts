import { createTask, gather } from 'rx-asyncio/promises';
import { remoteQueue, serveQueue } from 'rx-asyncio/bullmq';
import { closeAll, connection, newName, remote, serve } from './support/queues';
import { until } from './support/until';

afterEach(closeAll);

const nowhere = { host: '127.0.0.1', port: 1 };

describe('remoteQueue', () => {
  it.each([
    [
      'a name that is no string',
      () => remoteQueue(1 as never, { connection }),
      'remoteQueue: name must be a string, got 1',
    ],
    [
      'an empty name',
      () => remoteQueue('', { connection }),
      "remoteQueue: name must not be empty nor have a colon, got the string ''",
    ],
    [
      'a name with a colon',
      () => remoteQueue('a:b', { connection }),
      "remoteQueue: name must not be empty nor have a colon, got the string 'a:b'",
    ],
    [
      'no options',
      () => remoteQueue('a', undefined as never),
      'remoteQueue: options.connection must say where Redis is, got undefined',
    ],
    [
      'no connection',
      () => remoteQueue('a', { connection: null as never }),
      'remoteQueue: options.connection must say where Redis is, got null',
    ],
    [
      'a negative timeout',
      () => remoteQueue('a', { connection, connectTimeout: -1 }),
      'remoteQueue: connectTimeout must be milliseconds, 0 or more, got -1',
    ],
    [
      'a recheck of never',
      () => remoteQueue('a', { connection, recheck: NaN }),
      'remoteQueue: recheck must be milliseconds, 0 or more, got NaN',
    ],
    [
      'orphans that are neither kept nor cancelled',
      () => remoteQueue('a', { connection, orphans: 'adopt' as never }),
      "remoteQueue: orphans must be 'keep' or 'cancel', got the string 'adopt'",
    ],
    [
      'a caller that is dead at once',
      () => remoteQueue('a', { connection, orphansAfter: 0 }),
      'remoteQueue: orphansAfter must be more than 0 milliseconds, got 0',
    ],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  });

  it('refuses the name of a job that is none, and data that JSON cannot carry', () => {
    const queue = remote(newName());
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(() => queue.job(1 as never, null as never)).toThrow('job: name must be a string, got 1');
    const wrong: [unknown, string][] = [
      [1n, 'it is a bigint'],
      [{ a: [{ f: () => {} }] }, '.a[0].f is a function'],
      [{ s: Symbol('s') }, '.s is a symbol'],
      [{ n: NaN }, '.n is NaN'],
      [[new Map()], '[0] is a Map'],
      [new Set(), 'it is a Set'],
      // Of another realm: that of Node, which is not that of these specs.
      [structuredClone(new Map()), 'it is a Map'],
      [{ r: /x/ }, '.r is a RegExp'],
      [{ e: new RangeError('x') }, '.e is an Error'],
      [{ e: structuredClone(new Error('x')) }, '.e is an Error'],
      [{ e: Object.create(Error.prototype) as Error }, '.e is an Error'],
      [[Promise.resolve()], '[0] is a Promise'],
      [new Uint8Array(1), 'it is a typed array'],
      [new ArrayBuffer(1), 'it is an ArrayBuffer'],
      [circle, '.self leads back to itself'],
    ];
    for (const [data, message] of wrong) {
      expect(() => queue.job('fetch', data as never)).toThrow(
        `the data of job fetch cannot be carried as JSON: ${message}`,
      );
    }
    expect(() => queue.job('fetch', null as never, null as never)).toThrow(
      new TypeError('job: options must be an object, got null'),
    );
    expect(() =>
      queue.job('fetch', { bytes: Buffer.from('x'), own: Object.create(null) as object } as never),
    ).not.toThrow();
    expect(() => queue.job('fetch', { at: new Date(), none: undefined } as never)).not.toThrow();
  });

  it('fails the first job within a bounded time where there is no Redis, and says where it should be', async () => {
    const queue = remote(newName(), { connection: nowhere, connectTimeout: 2000 });
    const both = await gather([queue.job('a', null as never), queue.job('b', null as never)], {
      returnExceptions: true,
    });
    for (const { reason } of both as PromiseRejectedResult[]) {
      expect(reason).toMatchObject({
        message: expect.stringMatching(
          /no connection to 127\.0\.0\.1:1 for queue \S+ within 2000 ms: .*ECONNREFUSED/,
        ) as string,
      });
    }
    await expect(createTask(queue.job('again', null as never))).rejects.toThrow('no connection');
  });

  it('waits for Redis where it is told to, until it is cancelled', async () => {
    const queue = remote(newName(), { connection: nowhere, connectTimeout: Infinity });
    const task = createTask(queue.job('a', null as never));
    task.cancel();
    await task.catch(() => {});
    expect(task.status).toBe('cancelled');
  });

  it('says which job BullMQ refuses; the others of the turn go', async () => {
    const name = newName();
    serve(name, { ok: async () => Promise.resolve('ok') });
    const queue = remote(name);
    const [good, bad] = await gather(
      [queue.job('ok', null as never), queue.job('ok', null as never, { priority: 1.5 })],
      { returnExceptions: true },
    );
    expect(good).toMatchObject({ value: 'ok' });
    expect(bad).toMatchObject({
      reason: { message: `remoteQueue: job ok is not in queue ${name}: Priority should not be float` },
    });
  });
});

it('says what BullMQ makes of a parent that is not there, of a job alone and of several in one turn', async () => {
  const name = newName();
  const queue = remote(name);
  const parent = { id: 'nobody', queue: 'bull:parents' };
  const job = queue.job('ok', null as never, { parent });
  const message = `remoteQueue: job ok is not in queue ${name}: Missing key for parent job bull:parents:nobody. addJob`;
  await expect(createTask(job)).rejects.toThrow(message);
  const both = await gather([job, job], { returnExceptions: true });
  expect(both).toMatchObject([{ reason: { message } }, { reason: { message } }]);
});

describe('serveQueue', () => {
  const wrong = serveQueue as (...args: unknown[]) => unknown;
  it.each([
    ['a name with a colon', ['a:b', {}, { connection }], 'serveQueue: name must not be empty'],
    ['no connection', ['a', {}, {}], 'serveQueue: options.connection must say where Redis is'],
    ['no handlers', ['a', {}, { connection }], 'serveQueue: handlers must have at least one function'],
    [
      'what are no handlers',
      ['a', [], { connection }],
      'serveQueue: handlers must be a record of functions, got an array',
    ],
    ['a handler that is none', ['a', { f: 1 }, { connection }], 'serveQueue: handlers.f must be a function, got 1'],
    [
      'a grace that is none',
      ['a', { f: () => {} }, { connection, grace: '1' }],
      'serveQueue: grace must be milliseconds',
    ],
  ])('refuses %s', (_, args, message) => {
    expect(() => wrong(...args)).toThrow(message);
  });

  it('fails a job that it does not know and a result that JSON cannot carry, once, and goes on', async () => {
    const name = newName();
    let runs = 0;
    const worker = serve(name, {
      big: () => Promise.resolve({ n: BigInt(++runs) }),
      ok: () => Promise.resolve('ok'),
    });
    const failed: string[] = [];
    worker.worker.on('failed', (job, { message }) =>
      failed.push(`${String(job?.name)}: ${message.split('\n')[0] ?? ''}`),
    );
    const queue = remote(name);
    const unknown = createTask(queue.job('what', null as never, { attempts: 3 }));
    await expect(unknown).rejects.toThrow(`serveQueue: queue ${name} has no handler for job what, only big, ok`);
    await expect(unknown).rejects.toThrow(TypeError);
    await expect(createTask(queue.job('big', null as never, { attempts: 3 }))).rejects.toThrow(
      /the result of job big \S+ cannot be carried as JSON: \.n is a bigint/,
    );
    expect(runs).toBe(1);
    expect(await createTask(queue.job('ok', null as never))).toBe('ok');
    // They are told here by a way of their own.
    await until(() => failed.length === 2);
    expect(failed[0]).toContain('what: serveQueue');
  });
});
