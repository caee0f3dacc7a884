import { setTimeout as sleep } from 'node:timers/promises';
import { FlowProducer } from 'bullmq';
import { delay, firstValueFrom, Subject } from 'rxjs';
import { CancelledError, createTask, gather, type Task, TimeoutError, waitFor } from 'rx-asyncio/promises';
import { deferred } from '../support/deferred';
import { backendOf, closeAll, connection, leftIn, newName, remote, serve, whenAdded } from './support/queues';
import { until } from './support/until';

afterEach(async () => {
  jest.restoreAllMocks();
  await closeAll();
});

/** A handler that runs until it is cancelled, and says what becomes of it. */
function running() {
  const log: string[] = [];
  const started = new Subject<string>();
  const handler = async (data: string, { signal }: { signal: AbortSignal }) => {
    log.push(`${data} started`);
    started.next(data);
    try {
      await sleep(60_000, undefined, { signal });
    } finally {
      await sleep(50);
      log.push(`${data} cleaned up`);
    }
  };
  return { log, started, handler };
}

/** A handler that hears of no cancellation, and runs until it is told what to give. */
function deaf() {
  const started = deferred();
  const end = deferred<string>();
  const handler = () => {
    started.resolve();
    return end.promise;
  };
  return { started, end, handler };
}

/** Waits for a job by its id, that of another included, and gives the Task when it has been found in the queue. */
async function asked(remoteQueue: ReturnType<typeof remote>, name: string, jobId: string) {
  const found = deferred();
  whenAdded(remoteQueue.queue, found.resolve);
  const task = createTask(remoteQueue.job(name, 'a' as never, { jobId }));
  await found.promise;
  return { task };
}

/** A job that waits for a child, which runs at once. */
async function addFlow(name: string, child: string, opts = {}): Promise<void> {
  const flow = new FlowProducer({ connection });
  const children = [{ name: child, queueName: name, data: 'a', opts }];
  await flow.add({ name: 'parent', queueName: name, opts: { jobId: 'parent' }, children });
  await flow.close();
}

const first = <T>(subject: Subject<T>) => firstValueFrom(subject);

describe('a job that runs', () => {
  it('is cancelled when a sibling fails, which is told when it has cleaned up', async () => {
    const name = newName();
    const { log, started, handler } = running();
    serve(name, {
      wait: handler,
      fail: async () => {
        await first(started);
        throw new Error('failed');
      },
    });
    const queue = remote(name);
    await expect(gather([queue.job('fail', null as never), queue.job('wait', 'a' as never)])).rejects.toThrow('failed');
    expect(log).toEqual(['a started', 'a cleaned up']);
    expect(await leftIn(name)).toBe(0);
  });

  it('is cancelled at a timeout', async () => {
    const name = newName();
    const { log, started, handler } = running();
    serve(name, { wait: handler });
    const late = firstValueFrom(started.pipe(delay(50)));
    await expect(waitFor(remote(name).job('wait', 'a' as never), late)).rejects.toThrow(TimeoutError);
    expect(log).toEqual(['a started', 'a cleaned up']);
  });

  it.each([1, 5])('is cancelled with its Task, and is not run again: attempts %i', async (attempts) => {
    const name = newName();
    const { log, started, handler } = running();
    serve(name, { wait: handler });
    const task = createTask(remote(name).job('wait', 'a' as never, { attempts }));
    await first(started);
    task.cancel('no longer needed');
    await expect(task).rejects.toThrow('no longer needed');
    expect(task.status).toBe('cancelled');
    expect(log).toEqual(['a started', 'a cleaned up']);
    await sleep(300);
    expect(log).toHaveLength(2);
    expect(await leftIn(name)).toBe(0);
  });

  it('is cancelled by the signal of its caller, with its reason', async () => {
    const name = newName();
    const { started, handler } = running();
    serve(name, { wait: handler });
    const controller = new AbortController();
    const ended = gather([remote(name).job('wait', 'a' as never)], { signal: controller.signal });
    await first(started);
    controller.abort(new Error('the client has gone'));
    await expect(ended).rejects.toThrow('the client has gone');
  });

  it('is told again where telling it has failed', async () => {
    const name = newName();
    const { log, started, handler } = running();
    serve(name, { wait: handler });
    const queue = remote(name);
    const refused: Error[] = [];
    queue.queue.on('error', (error) => refused.push(error));
    const task = createTask(queue.job('wait', 'a' as never));
    await first(started);
    const no = new Error('no');
    const telling = jest.spyOn(backendOf(queue.queue), 'publishEvent').mockRejectedValueOnce(no);
    task.cancel();
    await task.catch(() => {});
    expect(refused).toEqual([no]);
    expect(telling.mock.calls.length).toBeGreaterThan(1);
    expect(log).toEqual(['a started', 'a cleaned up']);
  });

  it('whose cleanup fails fails here', async () => {
    const name = newName();
    const started = deferred<undefined>();
    serve(name, {
      wait: async (_: null, { signal }) => {
        started.resolve(undefined);
        await sleep(60_000, undefined, { signal }).catch(() => {
          throw Object.assign(new Error('cannot roll back'), { code: 'EROLLBACK' });
        });
      },
    });
    const task = createTask(remote(name).job('wait', null as never, { attempts: 3 }));
    await started.promise;
    task.cancel();
    await expect(task).rejects.toMatchObject({ message: 'cannot roll back', code: 'EROLLBACK' });
    expect(task.status).toBe('rejected');
  });

  it('wins with what it returns all the same', async () => {
    const name = newName();
    const started = deferred<undefined>();
    serve(name, {
      wait: async (_: null, { signal }) => {
        started.resolve(undefined);
        await sleep(60_000, undefined, { signal }).catch(() => {});
        return 'late';
      },
    });
    const task = createTask(remote(name).job('wait', null as never));
    await started.promise;
    task.cancel();
    expect(await task).toBe('late');
  });

  it('and ends while Redis is asked to remove it is over: nothing more is asked, since another may have its id', async () => {
    const name = newName();
    const { started, end, handler } = deaf();
    serve(name, { work: handler });
    const queue = remote(name);
    const task = createTask(queue.job('work', null as never));
    await started.promise;
    const removing = jest.spyOn(queue.queue, 'remove').mockImplementationOnce(async () => {
      end.resolve('done');
      await task;
      return 0;
    });
    task.cancel();
    expect(await task).toBe('done');
    await queue.close();
    expect(removing).toHaveBeenCalledTimes(1);
  });

  it('is let go of where it never reads its signal, as it is here', async () => {
    const name = newName();
    const { started, end, handler } = deaf();
    serve(name, { deaf: handler });
    const task = createTask(remote(name).job('deaf', null as never));
    await started.promise;
    task.cancel();
    await task.catch(() => {});
    expect(task.status).toBe('cancelled');
    end.resolve('too late');
  });

  it('and ends as cancelled by itself is cancelled here', async () => {
    const name = newName();
    serve(name, { give: async () => Promise.reject(new CancelledError('nothing to do')) });
    const task = createTask(remote(name).job('give', null as never, { attempts: 3 }));
    await expect(task).rejects.toThrow('nothing to do');
    expect(task.status).toBe('cancelled');
  });
});

describe('a job that does not run yet', () => {
  it('waits: is removed, and never starts', async () => {
    const name = newName();
    const queue = remote(name);
    const tasks = Array.from({ length: 20 }, (_, index) => createTask(queue.job('wait', index as never)));
    await until(async () => (await leftIn(name)) === 20);
    for (const task of tasks) task.cancel();
    await Promise.allSettled(tasks);
    expect(tasks.every(({ status }) => status === 'cancelled')).toBe(true);
    expect(await leftIn(name)).toBe(0);
  });

  it('is delayed, or between two attempts: is removed', async () => {
    const name = newName();
    let tries = 0;
    serve(name, {
      fail: () => {
        tries++;
        throw new Error('again');
      },
      late: () => Promise.resolve(),
    });
    const queue = remote(name);
    const late = createTask(queue.job('late', null as never, { delay: 60_000 }));
    const again = createTask(queue.job('fail', null as never, { attempts: 5, backoff: 60_000 }));
    await until(() => tries === 1);
    await until(async () => (await leftIn(name)) === 2);
    late.cancel();
    again.cancel();
    await Promise.allSettled([late, again]);
    expect([late.status, again.status, tries]).toEqual(['cancelled', 'cancelled', 1]);
    expect(await leftIn(name)).toBe(0);
  });

  it('is cancelled before it is in the queue: never gets there', async () => {
    const name = newName();
    const queue = remote(name);
    const task = createTask(queue.job('wait', null as never));
    task.cancel();
    await task.catch(() => {});
    expect(task.status).toBe('cancelled');
    expect(await queue.queue.count()).toBe(0);
  });

  it('is cancelled while it is added: is removed', async () => {
    const name = newName();
    const queue = remote(name);
    whenAdded(queue.queue, () => task.cancel());
    const task = createTask(queue.job('wait', null as never));
    await task.catch(() => {});
    expect(task.status).toBe('cancelled');
    expect(await leftIn(name)).toBe(0);
  });

  it('is cancelled while it is added, and has ended by then: its result wins', async () => {
    const name = newName();
    const { started, end, handler } = deaf();
    serve(name, { work: handler });
    const queue = remote(name);
    const one = createTask(queue.job('work', null as never, { jobId: 'same' }));
    await started.promise;
    whenAdded(queue.queue, async () => {
      end.resolve('done');
      await one;
      two.cancel();
    });
    const two = createTask(queue.job('work', null as never, { jobId: 'same' }));
    expect(await two).toBe('done');
  });

  it('is removed though Redis could not be asked at first how it stands', async () => {
    const name = newName();
    const queue = remote(name);
    const task = createTask(queue.job('wait', null as never));
    await until(async () => (await leftIn(name)) === 1);
    const asking = jest.spyOn(queue.queue.getBackend(), 'isFinished').mockRejectedValueOnce(new Error('Redis is away'));
    task.cancel();
    await task.catch(() => {});
    expect(task.status).toBe('cancelled');
    expect(asking.mock.calls.length).toBeGreaterThan(1);
    expect(await leftIn(name)).toBe(0);
  });
});

describe('a queue that is closed', () => {
  it('cancels what is waited for, and waits until it has cleaned up', async () => {
    const name = newName();
    const { log, started, handler } = running();
    serve(name, { wait: handler });
    const queue = remote(name);
    const task = createTask(queue.job('wait', 'a' as never));
    await first(started);
    await queue.close();
    expect(log).toEqual(['a started', 'a cleaned up']);
    await expect(task).rejects.toThrow(`the queue ${name} was closed by its caller`);
    await expect(createTask(queue.job('wait', 'b' as never))).rejects.toThrow('was closed');
  });

  it('may be closed twice', async () => {
    const queue = remote(newName());
    await Promise.all([queue.close(), queue.close()]);
    await queue.close();
    await expect(queue[Symbol.asyncDispose]()).resolves.toBeUndefined();
  });
});

describe('a queue that is closed twice while a job is waited for', () => {
  it('is closed for both', async () => {
    const name = newName();
    const { log, started, handler } = running();
    serve(name, { wait: handler });
    const queue = remote(name);
    const task = createTask(queue.job('wait', 'a' as never));
    await first(started);
    await Promise.all([queue.close(), queue.close()]);
    expect(log).toEqual(['a started', 'a cleaned up']);
    expect(task.status).toBe('cancelled');
  });
});

describe('a worker that is closed', () => {
  it('waits for what it has', async () => {
    const name = newName();
    const { started, end, handler } = deaf();
    const worker = serve(name, { work: handler });
    const task = createTask(remote(name).job('work', null as never));
    await started.promise;
    const closed = worker.close();
    end.resolve('done');
    await closed;
    expect(await task).toBe('done');
  });

  it('cancels after its grace, and gives back into the queue, where another finds it', async () => {
    const name = newName();
    const { log, started, handler } = running();
    const worker = serve(name, { wait: handler }, { grace: 100 });
    const task = createTask(remote(name).job('wait', 'a' as never));
    await first(started);
    await worker.close();
    expect(log).toEqual(['a started', 'a cleaned up']);
    expect(task.done).toBe(false);
    serve(name, { wait: async () => Promise.resolve('by another') });
    expect(await task).toBe('by another');
  });

  it('cancels at once what comes from Redis only after its grace, and gives it back', async () => {
    const name = newName();
    const { log, handler } = running();
    const asked = deferred();
    const late = deferred();
    const worker = serve(name, { wait: handler }, { grace: 0, autorun: false });
    const backend = worker.worker.getBackend();
    const moveToActive = backend.moveToActive.bind(backend);
    jest.spyOn(backend, 'moveToActive').mockImplementationOnce(async (...args) => {
      const job: unknown = await moveToActive(...args);
      asked.resolve();
      await late.promise;
      return job as never;
    });
    const task = createTask(remote(name).job('wait', 'a' as never));
    await until(async () => (await leftIn(name)) === 1);
    void worker.worker.run();
    await asked.promise;
    const closed = worker.close();
    // After that of the grace.
    await sleep(10);
    late.resolve();
    await closed;
    expect(log).toEqual(['a started', 'a cleaned up']);
    serve(name, { wait: async () => Promise.resolve('by another') });
    expect(await task).toBe('by another');
  });
});

describe('jobs that share an id', () => {
  it('are one, and cancelled with the last that waits for it', async () => {
    const name = newName();
    const { log, started, handler } = running();
    serve(name, { wait: handler });
    const queue = remote(name);
    const one = createTask(queue.job('wait', 'a' as never, { jobId: 'same' }));
    await first(started);
    const two = createTask(queue.job('wait', 'b' as never, { jobId: 'same' }));
    await until(async () => (await leftIn(name)) === 1);
    await sleep(100);
    one.cancel();
    await one.catch(() => {});
    expect(log).toEqual(['a started']);
    two.cancel();
    await two.catch(() => {});
    expect(log).toEqual(['a started', 'a cleaned up']);
    expect([one.status, two.status]).toEqual(['cancelled', 'cancelled']);
  });

  it('give what the first has given, even when it has ended', async () => {
    const name = newName();
    let runs = 0;
    serve(name, {
      count: async () => Promise.resolve(++runs),
      fail: async () => Promise.reject(new Error(`no ${++runs}`)),
    });
    const queue = remote(name);
    expect(await createTask(queue.job('count', null as never, { jobId: 'once' }))).toBe(1);
    expect(await createTask(queue.job('count', null as never, { jobId: 'once' }))).toBe(1);
    const fail = () => createTask(queue.job('fail', null as never, { jobId: 'no' }));
    await expect(fail()).rejects.toThrow(`no 2`);
    await expect(fail()).rejects.toThrow(`no 2`);
    const deduplication = { id: 'd', ttl: 5000 };
    const both = [
      queue.job('count', null as never, { deduplication }),
      queue.job('count', null as never, { deduplication }),
    ];
    expect(await gather(both)).toEqual([3, 3]);
  });
});

describe('a job that is asked for by the id of one that was cancelled', () => {
  const jobId = 'same';

  it('and never began: is not ended by what is told of that', async () => {
    const name = newName();
    const queue = remote(name);
    const ids = Array.from({ length: 10 }, (_, id) => ({ jobId: `id${id}` }));
    const again: Task<unknown>[] = [];
    for (const options of ids) {
      const task = createTask(queue.job('work', null as never, options));
      await until(async () => (await queue.queue.getJob(options.jobId)) !== undefined);
      task.cancel();
      await task.catch(() => {});
      again.push(createTask(queue.job('work', null as never, options)));
    }
    serve(name, { work: () => Promise.resolve('done') });
    expect(await Promise.all(again)).toEqual(ids.map(() => 'done'));
  });

  it('while it ran: runs', async () => {
    const name = newName();
    const { started, handler } = running();
    let runs = 0;
    serve(name, { wait: async (data: string, context) => (++runs > 1 ? 'done' : handler(data, context)) });
    const queue = remote(name);
    const task = createTask(queue.job('wait', 'a' as never, { jobId }));
    await first(started);
    task.cancel();
    await task.catch(() => {});
    expect(await createTask(queue.job('wait', 'a' as never, { jobId }))).toBe('done');
  });

  it.each([
    ['id', { jobId }],
    ['deduplication', { deduplication: { id: jobId } }],
  ])('and cleans up: runs after that, by its %s; unless it is cancelled, too', async (_, options) => {
    const name = newName();
    const { log, started, handler } = running();
    const cleaningUp = deferred();
    const cleanUp = deferred();
    serve(name, {
      wait: async (data: string, context) => {
        if (data === 'b') return log.push('b ran');
        try {
          await handler(data, context);
        } finally {
          cleaningUp.resolve();
          await cleanUp.promise;
        }
        return 0;
      },
    });
    const queue = remote(name);
    const task = createTask(queue.job('wait', 'a' as never, options));
    await first(started);
    task.cancel();
    await cleaningUp.promise;
    const [again, another] = ['b', 'c'].map((data) => createTask(queue.job('wait', data as never, options)));
    await sleep(50);
    another?.cancel();
    await another?.catch(() => {});
    expect([another?.status, task.done, again?.done]).toEqual(['cancelled', false, false]);
    cleanUp.resolve();
    expect(await again).toBe(3);
    expect(log).toEqual(['a started', 'a cleaned up', 'b ran']);
    expect(task.status).toBe('cancelled');
  });

  it('by another caller, for whom it ran as well: runs anew, each time', async () => {
    const name = newName();
    const { log, handler } = running();
    let runs = 0;
    serve(name, { wait: async (data: string, context) => (++runs > 2 ? 'done' : handler(data, context)) });
    const { task } = await asked(remote(name), 'wait', jobId);
    for (let times = 1; times <= 2; times++) {
      await until(() => log.filter((line) => line === 'a started').length === times);
      const other = await asked(remote(name), 'wait', jobId);
      other.task.cancel();
      await other.task.catch(() => {});
    }
    expect(await task).toBe('done');
  });
});

describe('a job that others find by its deduplication', () => {
  it('and that one of them cancels: runs anew for who has put it there', async () => {
    const name = newName();
    const { log, handler } = running();
    let runs = 0;
    serve(name, { wait: async (data: string, context) => (++runs > 1 ? 'done' : handler(data, context)) });
    const options = { deduplication: { id: 'd' } };
    const task = createTask(remote(name).job('wait', 'a' as never, options));
    await until(() => log.length === 1);
    const second = remote(name);
    const found = deferred();
    whenAdded(second.queue, found.resolve);
    const other = createTask(second.job('wait', 'b' as never, options));
    await found.promise;
    other.cancel();
    await other.catch(() => {});
    expect(other.status).toBe('cancelled');
    expect(await task).toBe('done');
  });
});

describe('a flow', () => {
  it('whose child runs: its parent is removed when it is cancelled, and does not start', async () => {
    const name = newName();
    const { started, end, handler } = deaf();
    let parents = 0;
    serve(name, {
      child: handler,
      parent: () => Promise.resolve(++parents),
      ok: () => Promise.resolve('ok'),
    });
    await addFlow(name, 'child');
    const queue = remote(name);
    const { task } = await asked(queue, 'parent', 'parent');
    await started.promise;
    task.cancel();
    await task.catch(() => {});
    expect(task.status).toBe('cancelled');
    expect(await queue.queue.getJobCounts('waiting-children', 'active')).toEqual({ 'waiting-children': 0, active: 1 });
    end.resolve('done');
    await until(async () => (await queue.queue.getActiveCount()) === 0);
    expect(await createTask(queue.job('ok', null as never))).toBe('ok');
    expect(parents).toBe(0);
  });

  it('whose child is cancelled while it runs keeps that: its parent does not start without it', async () => {
    const name = newName();
    const { started, handler } = running();
    const begun = first(started);
    serve(name, { wait: handler });
    await addFlow(name, 'wait', { jobId: 'child' });
    const queue = remote(name);
    const { task } = await asked(queue, 'wait', 'child');
    await begun;
    task.cancel();
    await task.catch(() => {});
    expect(await queue.queue.getJobCounts('waiting-children', 'failed')).toEqual({ 'waiting-children': 1, failed: 1 });
  });

  it('whose child is cancelled by one caller: another, for whom it ran as well, sees that, and does not ask for ever', async () => {
    const name = newName();
    const { started, handler } = running();
    const begun = first(started);
    serve(name, { wait: handler });
    await addFlow(name, 'wait', { jobId: 'child' });
    const [queue, second] = [remote(name), remote(name)];
    const { task } = await asked(queue, 'wait', 'child');
    const other = await asked(second, 'wait', 'child');
    await begun;
    task.cancel();
    await expect(other.task).rejects.toThrow('cancelled by its caller');
    const late = await asked(second, 'wait', 'child');
    await expect(late.task).rejects.toThrow('cancelled by its caller');
  });
});
