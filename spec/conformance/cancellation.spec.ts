import { timer } from 'rxjs';
import { CancelledError, type CoroutineContext, createTask, taskGroup } from 'rx-asyncio';
import { wait, waitFor } from 'rx-asyncio/promises';
import { crunch, future, pass, run, sleep, virtualTime } from './asyncio';

virtualTime();

const cancelled = { status: 'rejected', reason: { name: 'CancelledError' } };

/** The message of `cancel()`, and what becomes of it. */
const messages = [
  [undefined, 'cancelled'],
  ['my message', 'my message'],
] as const;

it('test_tasks.BaseTaskTests.test_task_cancel_message_getter: the CancelledError carries the message of cancel()', async () => {
  const task = createTask((context) => sleep(1000, context));
  task.cancel('my message');
  await expect(task).rejects.toMatchObject({ name: 'CancelledError', message: 'my message' });
});

it('test_tasks.BaseTaskTests.test_cancelling: a Task knows that it was asked to end, and may be asked again', async () => {
  const task = createTask((context) => sleep(10_000, context));
  expect(task.cancelling).toBe(false);
  expect(task.cancel()).toBe(true);
  expect(task.cancelling).toBe(true);
  expect(task.done).toBe(false);
  expect(task.cancel()).toBe(true);
  expect(await run(task)).toMatchObject({ ...cancelled, at: 0 });
});

it('test_tasks.BaseTaskTests.test_uncancel_structured_blocks: a timeout within a Task is no cancellation of the Task', async () => {
  const request = async (milliseconds: number, timeout: number) => {
    const passed: string[] = [];
    try {
      await waitFor((context) => sleep(milliseconds, context), timeout);
      passed.push('block finished');
    } catch {
      passed.push('timed out');
    }
    await Promise.resolve();
    return [...passed, 'outer code'];
  };
  const late = createTask(() => request(10_000, 100));
  expect(await run(late)).toMatchObject({ value: ['timed out', 'outer code'], at: 100 });
  expect(late.cancelling).toBe(false);
  const inTime = createTask(() => request(0, 10_000));
  expect(await run(inTime)).toMatchObject({ value: ['block finished', 'outer code'] });
  expect(inTime.cancelling).toBe(false);
});

it('test_tasks.BaseTaskTests.test_cancel: a cancelled Task is done, and cannot be cancelled any more', async () => {
  const task = createTask((context) => sleep(10_000, context, 12));
  queueMicrotask(() => task.cancel());
  expect(await run(task)).toMatchObject({ ...cancelled, at: 0 });
  expect([task.done, task.status, task.cancel()]).toEqual([true, 'cancelled', false]);
});

it('test_tasks.BaseTaskTests.test_cancel_with_message_then_future_result: result() of a cancelled Task throws its CancelledError', async () => {
  for (const [given, message] of messages) {
    const task = createTask((context) => sleep(10_000, context));
    await pass(0);
    task.cancel(given);
    await wait([task]);
    const result = () => {
      task.result();
    };
    expect(result).toThrow(CancelledError);
    expect(result).toThrow(message);
  }
});

it('test_tasks.BaseTaskTests.test_cancel_with_message_then_future_exception: exception() of a cancelled Task throws its CancelledError', async () => {
  for (const [given, message] of messages) {
    const task = createTask((context) => sleep(10_000, context));
    await pass(0);
    task.cancel(given);
    await wait([task]);
    const exception = () => task.exception();
    expect(exception).toThrow(CancelledError);
    expect(exception).toThrow(message);
  }
});

it('test_tasks.BaseTaskTests.test_cancellation_exception_context: whoever catches the CancelledError may name it as a cause', async () => {
  const outer = createTask(async () => {
    const inner = createTask((context) => sleep(10_000, context));
    queueMicrotask(() => inner.cancel('msg'));
    try {
      await inner;
    } catch (cause) {
      throw new Error('cancelled', { cause });
    }
  });
  expect(await run(outer)).toMatchObject({
    status: 'rejected',
    reason: { message: 'cancelled', cause: { name: 'CancelledError', message: 'msg' } },
  });
  expect(outer.status).toBe('rejected');
});

it('test_tasks.BaseTaskTests.test_cancel_with_message_before_starting_task: a Task that waits for its turn is cancelled unstarted', async () => {
  const coroutine = jest.fn(() => Promise.resolve());
  const group = taskGroup(
    async (group) => {
      void group.createTask((context) => sleep(10, context));
      const task = group.createTask(coroutine);
      task.cancel('my message');
      await wait([task]);
      task.exception();
    },
    { concurrency: 1 },
  );
  expect(await run(createTask(group))).toMatchObject({ ...cancelled, reason: { message: 'my message' } });
  expect(coroutine).not.toHaveBeenCalled();
});

it('test_tasks.BaseTaskTests.test_cancel_yield: a coroutine is cancelled that never waits for anything that takes time', async () => {
  const task = createTask(async () => {
    await Promise.resolve();
    await Promise.resolve();
    return 12;
  });
  task.cancel();
  expect(await run(task)).toMatchObject(cancelled);
  expect([task.done, task.status, task.cancel()]).toEqual([true, 'cancelled', false]);
});

it('test_tasks.BaseTaskTests.test_cancel_inner_future: a Task ends cancelled when what it waits for is cancelled', async () => {
  const inner = future();
  const task = createTask(async () => {
    await inner.task;
    return 12;
  });
  inner.task.cancel();
  await expect(task).rejects.toMatchObject({ name: 'CancelledError' });
  expect([inner.task.status, task.status]).toEqual(['cancelled', 'cancelled']);
});

it('test_tasks.BaseTaskTests.test_cancel_both_task_and_inner_future: a Task cancelled together with what it waits for ends cancelled', async () => {
  const inner = future();
  const task = createTask(async (context) => {
    await waitFor(inner.task, undefined, context);
    return 12;
  });
  inner.task.cancel();
  task.cancel();
  await expect(task).rejects.toMatchObject({ name: 'CancelledError' });
  expect([inner.task.status, task.status]).toEqual(['cancelled', 'cancelled']);
});

it('test_tasks.BaseTaskTests.test_cancel_task_catching: a Task that answers its cancellation with a value is fulfilled', async () => {
  const [first, second] = [future<undefined>(), future<undefined>()];
  const task = createTask(async (context) => {
    await waitFor(first.task, undefined, context);
    return waitFor(second.task, undefined, context).catch(() => 42);
  });
  first.resolve(undefined);
  await pass(0);
  task.cancel();
  expect(second.task.status).toBe('cancelled');
  expect(await task).toBe(42);
  expect(task.status).toBe('fulfilled');
});

it('test_tasks.BaseTaskTests.test_cancel_task_ignoring: a Task may ignore its cancellation and go on', async () => {
  const [first, second, third] = [future<undefined>(), future<undefined>(), future<number>()];
  const task = createTask(async (context) => {
    await waitFor(first.task, undefined, context);
    await waitFor(second.task, undefined, context).catch(() => undefined);
    return await third.task;
  });
  first.resolve(undefined);
  await pass(0);
  task.cancel();
  expect(second.task.status).toBe('cancelled');
  await pass(0);
  expect(task.status).toBe('pending');
  third.resolve(42);
  expect(await task).toBe(42);
  expect([third.task.status, task.status]).toEqual(['fulfilled', 'fulfilled']);
});

it('test_tasks.BaseTaskTests.test_cancel_current_task: what a coroutine waits for after cancelling itself ends at once', async () => {
  const task = createTask(async (context): Promise<number> => {
    await Promise.resolve();
    task.cancel();
    await sleep(100_000, context);
    return 12;
  });
  expect(await run(task)).toMatchObject({ ...cancelled, at: 0 });
  expect([task.done, task.status, task.cancel()]).toEqual([true, 'cancelled', false]);
});

it('test_tasks.BaseTaskTests.test_cancel_at_end: a coroutine that cancels itself and then returns ends cancelled', async () => {
  const task = createTask(async (): Promise<number> => {
    await Promise.resolve();
    task.cancel();
    return 12;
  });
  await expect(task).rejects.toMatchObject({ name: 'CancelledError' });
  expect([task.done, task.status, task.cancel()]).toEqual([true, 'cancelled', false]);
});

it('test_tasks.BaseTaskTests.test_sleep_cancel: cancelling clears the timer', () => {
  const task = createTask(timer(10_000));
  expect(jest.getTimerCount()).toBe(1);
  task.cancel();
  expect(jest.getTimerCount()).toBe(0);
});

it('test_tasks.BaseTaskTests.test_task_cancel_sleeping_task: whoever waits for a Task sees that it was cancelled', async () => {
  const doIt = async () => {
    const sleeper = createTask((context) => sleep(5_000_000, context));
    void crunch(100).then(() => sleeper.cancel());
    try {
      await sleeper;
      return 'slept in';
    } catch (error) {
      return (error as Error).name;
    }
  };
  expect(await run(doIt())).toEqual({ status: 'fulfilled', value: 'CancelledError', at: 100 });
});

it('test_tasks.BaseTaskTests.test_task_cancel_waiter_future: cancelling a Task cancels what it waits for', async () => {
  const waiter = future();
  const task = createTask((context) => waitFor(waiter.task, undefined, context));
  await pass(0);
  task.cancel();
  await expect(task).rejects.toMatchObject({ name: 'CancelledError' });
  expect(waiter.task.status).toBe('cancelled');
});

it('test_tasks.BaseTaskTests.test_baseexception_during_cancel: a Task that answers its cancellation with another error is rejected with that', async () => {
  const exit = new Error('exit');
  const task = createTask((context) => sleep(10_000, context).catch(() => Promise.reject(exit)));
  task.cancel();
  expect(task.done).toBe(false);
  await expect(task).rejects.toBe(exit);
  expect(task.status).toBe('rejected');
  expect(task.exception()).toBe(exit);
});

it('test_tasks.BaseTaskTests.test_yield_future_passes_cancel: a cancellation goes down to the last one, and up until it is caught', async () => {
  const waiter = future<undefined>();
  const proof: string[] = [];
  const inner = async (context: CoroutineContext) => {
    await waitFor(waiter.task, undefined, context).finally(() => proof.push('inner'));
    proof.push('past the waiter');
  };
  const outer = createTask(async (context) => {
    await inner(context).catch(() => proof.push('outer'));
  });
  await pass(0);
  outer.cancel();
  await outer;
  expect(proof).toEqual(['inner', 'outer']);
  expect([waiter.task.status, outer.status]).toEqual(['cancelled', 'fulfilled']);
});
