import {
  type CoroutineContext,
  createTask,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  type ReturnWhen,
  wait,
} from 'rx-asyncio/promises';
import { future, names, pass, run, sleep, virtualTime } from './asyncio';

virtualTime();

const sleeper = (name: string, milliseconds: number) => createTask((context) => sleep(milliseconds, context), { name });

const failing = (name: string, milliseconds: number) =>
  createTask(
    async (context) => {
      await sleep(milliseconds, context);
      throw new RangeError('division by zero');
    },
    { name },
  );

it('test_tasks.BaseTaskTests.test_wait: all are done when the last one is, and waiting again takes no time', async () => {
  const a = sleeper('a', 100);
  const b = sleeper('b', 150);
  const expected = { status: 'fulfilled', value: { done: ['b', 'a'], pending: [] }, at: 150 };
  expect(await run(wait([b, a]).then(names))).toEqual(expected);
  expect(await run(wait([b, a]).then(names))).toEqual(expected);
});

it('test_tasks.BaseTaskTests.test_wait_duplicate_coroutines: what is given twice counts once', async () => {
  const c = createTask(() => Promise.resolve('test'));
  const { done, pending } = await wait([c, c, createTask(() => Promise.resolve('spam'))]);
  expect([...done].map((task) => task.result())).toEqual(['test', 'spam']);
  expect(pending.size).toBe(0);
});

it('test_tasks.BaseTaskTests.test_wait_errors: nothing to wait for and an unknown returnWhen are refused', async () => {
  await expect(wait(new Set<Promise<unknown>>())).rejects.toThrow(RangeError);
  const coroutine = jest.fn((context: CoroutineContext) => sleep(10_000, context));
  expect(() => wait([coroutine], { returnWhen: -1 as unknown as ReturnWhen })).toThrow(RangeError);
  expect(coroutine).not.toHaveBeenCalled();
});

it('test_tasks.BaseTaskTests.test_wait_first_completed: it returns with the first one, and the other Task runs on', async () => {
  const a = sleeper('a', 10_000);
  const b = sleeper('b', 100);
  const waiting = wait([b, a], { returnWhen: FIRST_COMPLETED });
  await pass(100);
  expect(names(await waiting)).toEqual({ done: ['b'], pending: ['a'] });
  expect([a.status, b.status]).toEqual(['pending', 'fulfilled']);
  expect(await run(wait([a, b]).then(names))).toMatchObject({ value: { done: ['a', 'b'] }, at: 10_000 });
  expect(a.status).toBe('fulfilled');
});

it('test_tasks.BaseTaskTests.test_wait_first_exception: one that has failed already ends the wait at once', async () => {
  const a = sleeper('a', 10_000);
  const b = createTask(() => Promise.reject(new RangeError('err')), { name: 'b' });
  const waiting = wait([b, a], { returnWhen: FIRST_EXCEPTION });
  await pass(0);
  expect(names(await waiting)).toEqual({ done: ['b'], pending: ['a'] });
  expect(await run(a)).toMatchObject({ status: 'fulfilled', at: 10_000 });
});

it('test_tasks.BaseTaskTests.test_wait_first_exception_in_wait: one that fails meanwhile ends the wait', async () => {
  const a = sleeper('a', 10_000);
  const b = failing('b', 10);
  const waiting = wait([b, a], { returnWhen: FIRST_EXCEPTION });
  await pass(10);
  expect(names(await waiting)).toEqual({ done: ['b'], pending: ['a'] });
  expect(await run(a)).toMatchObject({ status: 'fulfilled', at: 10_000 });
});

it('test_tasks.BaseTaskTests.test_wait_with_exception: a failure is among what is done, however often it is waited for', async () => {
  const tasks = [failing('b', 150), sleeper('a', 100)];
  for (const round of ['while they run', 'afterwards']) {
    const waited = await run(wait(tasks).then(names));
    expect({ round, ...waited }).toMatchObject({ round, value: { done: ['b', 'a'], pending: [] }, at: 150 });
    expect(tasks.map((task) => task.exception())).toEqual([new RangeError('division by zero'), undefined]);
  }
});

it('test_tasks.BaseTaskTests.test_wait_with_timeout: a timeout tells what is done and what is pending', async () => {
  const a = sleeper('a', 100);
  const b = sleeper('b', 150);
  const waiting = wait([b, a], { timeout: 110 });
  await pass(110);
  expect(names(await waiting)).toEqual({ done: ['a'], pending: ['b'] });
  expect(await run(b)).toMatchObject({ status: 'fulfilled', at: 150 });
});

it('test_tasks.BaseTaskTests.test_wait_concurrent_complete: one that ends together with the timeout is done', async () => {
  const a = sleeper('a', 100);
  const b = sleeper('b', 150);
  const waiting = wait([b, a], { timeout: 100 });
  await pass(100);
  expect(names(await waiting)).toEqual({ done: ['a'], pending: ['b'] });
  expect(await run(b)).toMatchObject({ status: 'fulfilled', at: 150 });
});

it('test_tasks.BaseTaskTests.test_wait_with_iterator_of_tasks: an iterator will do', async () => {
  const a = sleeper('a', 100);
  const b = sleeper('b', 150);
  const waited = await run(wait([b, a].values()).then(names));
  expect(waited).toEqual({ status: 'fulfilled', value: { done: ['b', 'a'], pending: [] }, at: 150 });
});

it('test_tasks.BaseTaskTests.test_wait_generator: a generator that makes the Tasks will do', async () => {
  function* tasks() {
    for (let i = 0; i < 10; i++) yield createTask(() => Promise.resolve(i));
  }
  const { done, pending } = await wait(tasks());
  expect([...done].map((task) => task.result())).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(pending.size).toBe(0);
});

it('test_tasks.BaseTaskTests.test_wait_invalid_args: a single awaitable is no list of them, nor is an empty list', async () => {
  expect(() => wait(future().task as unknown as [])).toThrow(TypeError);
  expect(() => wait((() => Promise.resolve()) as unknown as [])).toThrow(TypeError);
  await expect(wait([])).rejects.toThrow(RangeError);
});

it('test_tasks.BaseTaskTests.test_yield_wait_does_not_shield_cancel: cancelling the wait leaves the Task running', async () => {
  const waiter = future<undefined>();
  const proof: string[] = [];
  const inner = createTask(async () => {
    await waiter.task;
    proof.push('inner');
  });
  const outer = createTask(async ({ signal }) => {
    await wait([inner], { signal });
    proof.push('outer');
  });
  await pass(0);
  outer.cancel();
  await expect(outer).rejects.toMatchObject({ name: 'CancelledError' });
  waiter.resolve(undefined);
  await inner;
  expect(proof).toEqual(['inner']);
});
