import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createTask } from 'rx-asyncio/promises';
import { deferred } from '../support/deferred';
import { closeAll, connection, newName, remote, serve } from './support/queues';
import { until } from './support/until';

// What users of Redis may do is up to its access control list.

let admin: Redis;
beforeAll(() => {
  admin = new Redis(connection);
});
afterEach(closeAll);
afterAll(() => admin.quit());

/** The connection of a user of that name with those rights. */
async function user(name: string, ...rights: string[]) {
  await admin.call('ACL', 'SETUSER', name, 'on', '>secret', ...rights);
  return { ...connection, username: name, password: 'secret' };
}

const wait = async (ms: number, { signal }: { signal: AbortSignal }) => sleep(ms, 'done', { signal });

/** Handlers, and when the first job has begun. */
function waiting() {
  const started = deferred();
  return {
    started: started.promise,
    handlers: {
      wait: (ms: number, context: { signal: AbortSignal }) => {
        started.resolve();
        return wait(ms, context);
      },
    },
  };
}

describe('a user who may use the keys of a queue alone', () => {
  it.each(['bull', '{app}'])('cancels what runs there: with the prefix %s', async (prefix) => {
    const name = newName();
    const to = await user(name, `~${prefix}:${name}:*`, '+@all');
    const { started, handlers } = waiting();
    serve(name, handlers, { connection: to, prefix });
    const task = createTask(remote(name, { connection: to, prefix }).job('wait', 60_000 as never));
    await started;
    task.cancel();
    await task.catch(() => {});
    expect(task.status).toBe('cancelled');
  });

  it("keeps the jobs of a caller with { orphans: 'cancel' } that lives", async () => {
    const name = newName();
    const to = await user(name, `~bull:${name}:*`, '+@all');
    serve(name, { wait }, { connection: to });
    const queue = remote(name, { connection: to, orphans: 'cancel', orphansAfter: 1000 });
    expect(await createTask(queue.job('wait', 2000 as never))).toBe('done');
  });
});

describe('what Redis refuses', () => {
  it('to a worker, which cannot hear of cancellations, is an error there; it takes nobody for dead', async () => {
    const name = newName();
    const worker = serve(name, { wait }, { connection: await user(name, `~bull:${name}:*`, '+@all', '-xread') });
    const refused: string[] = [];
    worker.worker.on('error', ({ message }) => refused.push(message));
    const queue = remote(name, { orphans: 'cancel', orphansAfter: 1000 });
    expect(await createTask(queue.job('wait', 3000 as never))).toBe('done');
    expect(refused[0]).toMatch(/NOPERM.*xread/);
  });

  it('to a caller, which cannot tell a worker to cancel, is an error there, until it may', async () => {
    const name = newName();
    const to = await user(name, `~bull:${name}:*`, '+@all');
    const { started, handlers } = waiting();
    serve(name, handlers);
    const queue = remote(name, { connection: to });
    const refused: string[] = [];
    queue.queue.on('error', ({ message }) => refused.push(message));
    const task = createTask(queue.job('wait', 60_000 as never));
    await started;
    await user(name, '-xadd');
    task.cancel();
    await until(() => refused.length > 0);
    expect(refused[0]).toMatch(/NOPERM.*xadd/);
    expect(task.done).toBe(false);
    await user(name, '+xadd');
    await task.catch(() => {});
    expect(task.status).toBe('cancelled');
  });

  it('to a caller, which cannot hear how its jobs end, is an error there', async () => {
    const name = newName();
    const queue = remote(name, {
      connection: await user(name, `~bull:${name}:*`, '+@all', '-xread'),
      connectTimeout: 1000,
    });
    await expect(createTask(queue.job('wait', 0 as never))).rejects.toThrow(/within 1000 ms: NOPERM.*xread/);
  });
});
