import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CoroutineContext, createTask, FIRST_COMPLETED, taskGroup, type TaskGroup } from 'rx-asyncio';
import { asCompleted, gather, wait, waitFor } from 'rx-asyncio/promises';
import { unhandledRejections } from '../support/unhandled-rejections';
import { crunch, future, names, pass, run, sleep, virtualTime } from './asyncio';

virtualTime();

// Where one of the five rules makes us differ from asyncio: see cases.json for which, and why.

const cancelled = { status: 'rejected', reason: { name: 'CancelledError' } };

it('unlike test_tasks.BaseTaskTests.test_cancel_awaited_task: what is given to a facade after the cancellation is left alone', async () => {
  const nested = future();
  const task = createTask(async (context): Promise<void> => {
    await Promise.resolve();
    task.cancel();
    await waitFor(nested.task, undefined, context);
  });
  expect(await run(task)).toMatchObject({ ...cancelled, at: 0 });
  expect(nested.task.status).toBe('pending');
});

it('unlike test_tasks.BaseTaskTests.test_wait_really_done: a Task that is done a moment later is pending', async () => {
  const a = createTask(() => Promise.resolve(), { name: 'a' });
  const b = createTask(() => Promise.resolve().then(() => Promise.resolve()), { name: 'b' });
  expect(names(await wait([b, a], { returnWhen: FIRST_COMPLETED }))).toEqual({ done: ['a'], pending: ['b'] });
});

it('unlike test_tasks.BaseTaskTests.test_as_completed_resume_iterator: a second loop starts all anew', async () => {
  const coroutine = jest.fn((context: CoroutineContext) => sleep(10, context));
  const results = asCompleted([coroutine, coroutine]);
  const loop = async (end: number) => {
    let taken = 0;
    for await (const result of results) {
      expect(result).toBeUndefined();
      if (++taken === end) break;
    }
    return taken;
  };
  expect(await run(loop(1))).toMatchObject({ value: 1 });
  expect(await run(loop(3))).toMatchObject({ value: 2 });
  expect(coroutine).toHaveBeenCalledTimes(4);
});

it('unlike test_tasks.BaseTaskTests.test_as_completed_duplicate_coroutines: what is given twice comes twice', async () => {
  const coroutine = jest.fn(() => Promise.resolve('ham'));
  const collected: string[] = [];
  for await (const result of asCompleted([coroutine, coroutine, () => Promise.resolve('spam')])) collected.push(result);
  expect(collected.sort()).toEqual(['ham', 'ham', 'spam']);
  expect(coroutine).toHaveBeenCalledTimes(2);
});

it('unlike test_tasks.BaseTaskTests.test_tb_logger_not_called_after_cancel: cancelling a Task that has failed does not hush it', async () => {
  const error = new TypeError('unobserved');
  const reported = await unhandledRejections(async () => {
    const task = createTask(() => Promise.reject(error));
    await nextTurn();
    expect(task.cancel()).toBe(false);
  });
  expect(reported).toEqual([error]);
});

it('unlike test_tasks.CoroutineGatherTests.test_exception_marking: what was let go of is not heard any more', async () => {
  const [a, b] = [future<undefined>(), future<undefined>()];
  const failing = (waiter: typeof a, message: string) => async () => {
    await waiter.task;
    throw new Error(message);
  };
  const reported = await unhandledRejections(async () => {
    const gathering = gather([failing(a, 'first'), failing(b, 'second')]);
    a.resolve(undefined);
    await expect(gathering).rejects.toThrow('first');
    b.resolve(undefined);
  });
  expect(reported).toEqual([]);
});

/** A task that would fail after 300 ms, and a body that takes 500 ms to clean up. */
async function slowToEnd(group: TaskGroup) {
  void group.createTask((context) =>
    sleep(300, context).then(() => Promise.reject(new RangeError('division by zero'))),
  );
  await sleep(10_000, group).finally(() => crunch(500));
}

it('unlike test_taskgroups.TestTaskGroup.test_taskgroup_15: a cancelled group does not let its tasks run on until they fail', async () => {
  const runner = createTask(taskGroup(slowToEnd));
  await pass(100);
  runner.cancel();
  expect(await run(runner)).toMatchObject({ ...cancelled, at: 600 });
});

it('unlike test_taskgroups.TestTaskGroup.test_taskgroup_16: a cancelled Task around a group does not let its tasks run on until they fail', async () => {
  const runner = createTask((context) => {
    const nested = createTask(taskGroup(slowToEnd));
    return waitFor(nested, undefined, context);
  });
  await pass(100);
  runner.cancel();
  expect(await run(runner)).toMatchObject({ ...cancelled, at: 600 });
});

it('unlike test_timeouts.TimeoutTests.test_cancel_in_timeout_after_cancellation: a second cancellation does not cut the cleanup short', async () => {
  const task = createTask(async (context): Promise<string> => {
    await sleep(1000, context).catch(() => undefined);
    return waitFor(async () => {
      task.cancel();
      await crunch(200);
      return 'cleaned up';
    }, 1000);
  });
  task.cancel();
  expect(await run(task)).toEqual({ status: 'fulfilled', value: 'cleaned up', at: 200 });
});
