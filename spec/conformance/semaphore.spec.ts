import { of } from 'rxjs';
import { CancelledError, createTask, isCancellation, type Permit, Semaphore } from 'rx-asyncio';
import { gather, taskGroup } from 'rx-asyncio/promises';
import { pass, sleep, virtualTime } from './asyncio';

// `release()` without an `acquire()` before it, which asyncio allows, is one permit more.

virtualTime();

/** Tasks that acquire a permit each, and note that. */
function acquiring(semaphore: Semaphore, result: number[]) {
  return (number: number) =>
    createTask(async (context) => {
      const permit = await semaphore.acquire(context);
      result.push(number);
      return permit;
    });
}

it('test_locks.SemaphoreTests.test_initial_value_zero: with no permits none is available', () => {
  expect(new Semaphore(0).available).toBe(0);
});

it('test_locks.SemaphoreTests.test_semaphore: a semaphore is nothing to await', async () => {
  const semaphore = new Semaphore(1);
  // eslint-disable-next-line @typescript-eslint/await-thenable -- that is what it is about
  expect(await semaphore).toBe(semaphore);
  expect(() => createTask(semaphore as never)).toThrow(TypeError);
  expect(semaphore.available).toBe(1);
});

it('test_locks.SemaphoreTests.test_semaphore_value: there is no negative number of permits', () => {
  expect(() => new Semaphore(-1)).toThrow(RangeError);
});

it('test_locks.SemaphoreTests.test_acquire: who comes when there is no permit waits until one is given back', async () => {
  const semaphore = new Semaphore(3);
  const result: number[] = [];
  const held = [await semaphore.acquire(), await semaphore.acquire()];
  expect(semaphore.available).toBe(1);
  const acquire = acquiring(semaphore, result);
  const tasks = [acquire(1), acquire(2), acquire(3)];
  await pass(0);
  expect([result, semaphore.available, semaphore.waiting]).toEqual([[1], 0, 2]);
  tasks.push(acquire(4));
  for (const permit of held) permit.release();
  expect(semaphore.available).toBe(0);
  await pass(0);
  expect([result, semaphore.available, semaphore.waiting]).toEqual([[1, 2, 3], 0, 1]);
  expect(tasks.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'pending']);
  tasks[0]?.result().release();
  await gather(tasks);
});

it('test_locks.SemaphoreTests.test_acquire_cancel: who is cancelled leaves the line', async () => {
  const semaphore = new Semaphore(1);
  await semaphore.acquire();
  const task = createTask((context) => semaphore.acquire(context));
  task.cancel();
  await expect(task).rejects.toThrow(CancelledError);
  expect(semaphore.waiting).toBe(0);
});

it('test_locks.SemaphoreTests.test_acquire_cancel_before_awoken: a permit goes to the first who still waits', async () => {
  const semaphore = new Semaphore(0);
  const tasks = [1, 2, 3, 4].map(() => createTask((context) => semaphore.acquire(context)));
  const ended = Promise.allSettled(tasks);
  await pass(0);
  tasks[0]?.cancel();
  tasks[1]?.cancel();
  semaphore.permits++;
  await pass(0);
  expect(tasks.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'fulfilled', 'pending']);
  tasks[3]?.cancel();
  await ended;
});

it('test_locks.SemaphoreTests.test_acquire_hang: one that is cancelled does not take the permit with it', async () => {
  const semaphore = new Semaphore(0);
  const tasks = [1, 2].map(() => createTask((context) => semaphore.acquire(context)));
  const ended = Promise.allSettled(tasks);
  await pass(0);
  tasks[0]?.cancel();
  semaphore.permits++;
  await ended;
  expect([semaphore.available, tasks[1]?.status]).toEqual([0, 'fulfilled']);
});

it('unlike test_locks.SemaphoreTests.test_acquire_no_hang: who waits has the permit in the moment in which it comes back', async () => {
  const semaphore = new Semaphore(1);
  const started = jest.fn();
  const first = createTask(async (context) => {
    await gather([semaphore.use(() => sleep(0, context))]);
    second.cancel();
  });
  const second = createTask(
    semaphore.use(async ({ signal }) => {
      started();
      await sleep(10, { signal });
    }),
  );
  const ended = Promise.allSettled([first, second]);
  await pass(0);
  await pass(10);
  const [, outcome] = await ended;
  expect(outcome).toMatchObject({ status: 'rejected' });
  expect(isCancellation((outcome as PromiseRejectedResult).reason)).toBe(true);
  expect(started).toHaveBeenCalledTimes(1);
  // As there, nobody waits for it in vain.
  expect(createTask(semaphore.use(of('free'))).status).toBe('fulfilled');
});

it('test_locks.SemaphoreTests.test_release_no_waiters: a permit that nobody waits for is available again', async () => {
  const semaphore = new Semaphore(1);
  const permit = await semaphore.acquire();
  expect(semaphore.available).toBe(0);
  permit.release();
  expect(semaphore.available).toBe(1);
});

it('test_locks.SemaphoreTests.test_release_not_acquired: a permit cannot come back more often than it was taken', async () => {
  const semaphore = new Semaphore(1);
  const permit = await semaphore.acquire();
  permit.release();
  permit.release();
  expect(semaphore.available).toBe(1);
});

it('test_locks.SemaphoreTests.test_acquire_fifo_order: who comes again is behind those who wait', async () => {
  const semaphore = new Semaphore(1);
  const result: string[] = [];
  const twice = (tag: string) => async () => {
    for (const time of [1, 2]) {
      const permit = await semaphore.acquire();
      result.push(`${tag}_${time}`);
      await pass(10);
      permit.release();
    }
  };
  await taskGroup((group) => gather(['c1', 'c2', 'c3'].map((tag) => group.createTask(twice(tag)))));
  expect(result).toEqual(['c1_1', 'c2_1', 'c3_1', 'c1_2', 'c2_2', 'c3_2']);
});

it('test_locks.SemaphoreTests.test_acquire_fifo_order_2: who gives a permit back and wants another is behind those who wait', async () => {
  const semaphore = new Semaphore(1);
  const result: number[] = [];
  const acquire = acquiring(semaphore, result);
  const first = acquire(1);
  const second = createTask(async () => {
    (await semaphore.acquire()).release();
    result.push(2);
    const again: Permit = await semaphore.acquire();
    result.push(4);
    return again;
  });
  const third = acquire(3);
  await pass(0);
  semaphore.permits++;
  await pass(0);
  (await third).release();
  await gather([first, second, third]);
  expect(result).toEqual([1, 2, 3, 4]);
});

it('test_locks.SemaphoreTests.test_acquire_fifo_order_3: the others come in their order when the first is cancelled', async () => {
  const semaphore = new Semaphore(0);
  const result: number[] = [];
  const tasks = [1, 2, 3].map(acquiring(semaphore, result));
  const ended = Promise.allSettled(tasks);
  await pass(0);
  tasks[0]?.cancel();
  await pass(0);
  semaphore.permits += 2;
  await ended;
  expect(result).toEqual([2, 3]);
});

it('test_locks.SemaphoreTests.test_acquire_fifo_order_4: several permits at once go to those who wait, in their order', async () => {
  const semaphore = new Semaphore(0);
  const result: number[] = [];
  const acquire = acquiring(semaphore, result);
  const first = acquire(1);
  const second = createTask(async () => {
    semaphore.permits += 3;
    await semaphore.acquire();
    result.push(2);
  });
  const third = acquire(3);
  const fourth = first.then(() => result.push(4));
  await Promise.all([first, second, third, fourth]);
  expect([result.slice(0, 3), semaphore.available]).toEqual([[1, 2, 3], 0]);
});
