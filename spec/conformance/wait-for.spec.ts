import { type CoroutineContext, createTask, shield } from 'rx-asyncio';
import { waitFor } from 'rx-asyncio/promises';
import { crunch, future, pass, run, sleep, virtualTime } from './asyncio';

virtualTime();

const timedOut = { status: 'rejected', reason: { name: 'TimeoutError' } };

/** Hears of its cancellation, and takes its 200 ms all the same. */
function slowTask() {
  const slow = {
    exited: false,
    run: async (context: CoroutineContext) => {
      await sleep(200, context).catch(() => crunch(200 - Date.now()));
      slow.exited = true;
    },
  };
  return slow;
}

it('test_waitfor.AsyncioWaitForTest.test_asyncio_wait_for_cancelled: whoever cancels waits until a slow task has ended', async () => {
  const slow = slowTask();
  const waiting = createTask((context) => waitFor(slow.run, 400, context));
  await pass(0);
  waiting.cancel();
  expect(await run(waiting)).toMatchObject({ status: 'rejected', reason: { name: 'CancelledError' }, at: 200 });
  expect(slow.exited).toBe(true);
});

it('test_waitfor.AsyncioWaitForTest.test_asyncio_wait_for_timeout: a timeout waits until a slow task has ended', async () => {
  const slow = slowTask();
  expect(await run(waitFor(slow.run, 100))).toMatchObject({ at: 200 });
  expect(slow.exited).toBe(true);
});

it('test_waitfor.AsyncioWaitForTest.test_wait_for_timeout_less_then_0_or_0_future_done: of a Task that is done the result is there without any time', async () => {
  const done = future<string>();
  done.resolve('done');
  expect(await run(waitFor(done.task, 0))).toEqual({ status: 'fulfilled', value: 'done', at: 0 });
});

it('test_waitfor.AsyncioWaitForTest.test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started: without any time nothing is started', async () => {
  const coroutine = jest.fn(() => Promise.resolve());
  expect(await run(waitFor(coroutine, 0))).toMatchObject({ ...timedOut, at: 0 });
  expect(coroutine).not.toHaveBeenCalled();
});

it('test_waitfor.AsyncioWaitForTest.test_wait_for_timeout_less_then_0_or_0: without any time a running Task is cancelled', async () => {
  for (const timeout of [0, -1]) {
    let running = false;
    const task = createTask(async (context) => {
      running = true;
      await sleep(10_000, context).finally(() => (running = false));
      return 'done';
    });
    expect(running).toBe(true);
    expect(await run(waitFor(task, timeout))).toMatchObject({ ...timedOut, at: 0 });
    expect(task.status).toBe('cancelled');
    expect(running).toBe(false);
  }
});

it('test_waitfor.AsyncioWaitForTest.test_wait_for: a Task that takes too long is cancelled', async () => {
  let running = false;
  const task = createTask(async (context) => {
    running = true;
    await sleep(10_000, context).finally(() => (running = false));
    return 'done';
  });
  expect(await run(waitFor(task, 100))).toMatchObject({ ...timedOut, at: 100 });
  expect(task.status).toBe('cancelled');
  expect(running).toBe(false);
});

it('test_waitfor.AsyncioWaitForTest.test_wait_for_blocking: no timeout is no limit', async () => {
  expect(await waitFor(() => Promise.resolve('done'), undefined)).toBe('done');
});

it('test_waitfor.AsyncioWaitForTest.test_wait_for_race_condition: a result that comes in time is passed on', async () => {
  const late = future<string>();
  queueMicrotask(() => {
    late.resolve('ok');
  });
  expect(await run(waitFor(late.task, 200))).toEqual({ status: 'fulfilled', value: 'ok', at: 0 });
});

it('test_waitfor.AsyncioWaitForTest.test_wait_for_cancellation_race_condition: a value returned in spite of the cancellation wins', async () => {
  const inner = async (context: CoroutineContext) => {
    await expect(sleep(1000, context)).rejects.toMatchObject({ name: 'CancelledError' });
    return 1;
  };
  expect(await run(waitFor(inner, 10))).toEqual({ status: 'fulfilled', value: 1, at: 10 });
});

/** Takes another 5 ms for its cleanup. */
function withCleanup() {
  const inner = {
    done: false,
    run: async (context: CoroutineContext) => {
      try {
        await sleep(10_000, context);
      } finally {
        await crunch(5);
        inner.done = true;
      }
    },
  };
  return inner;
}

it('test_waitfor.AsyncioWaitForTest.test_wait_for_waits_for_task_cancellation: the TimeoutError comes after the cleanup', async () => {
  const inner = withCleanup();
  expect(await run(waitFor(createTask(inner.run), 1))).toMatchObject({ ...timedOut, at: 6 });
  expect(inner.done).toBe(true);
});

it('test_waitfor.AsyncioWaitForTest.test_wait_for_waits_for_task_cancellation_w_timeout_0: the TimeoutError comes after the cleanup also where there was no time at all', async () => {
  const inner = withCleanup();
  const task = createTask(inner.run);
  await pass(1);
  expect(await run(waitFor(task, 0))).toMatchObject({ ...timedOut, at: 6 });
  expect(inner.done).toBe(true);
});

it('test_waitfor.AsyncioWaitForTest.test_wait_for_reraises_exception_during_cancellation: an error in the cleanup comes through', async () => {
  const task = createTask((context) => sleep(200, context).finally(() => Promise.reject(new Error('in cleanup'))));
  expect(await run(waitFor(task, 1))).toMatchObject({ status: 'rejected', reason: { message: 'in cleanup' }, at: 1 });
});

async function checkCancelling(timeout: number | undefined): Promise<void> {
  const task = createTask((context) => waitFor(future().task, undefined, context));
  const waiting = createTask((context) => waitFor(task, timeout, context));
  queueMicrotask(() => {
    waiting.cancel();
  });
  expect(await run(waiting)).toMatchObject({ status: 'rejected', reason: { name: 'CancelledError' }, at: 0 });
  expect(task.status).toBe('cancelled');
}

it('test_waitfor.AsyncioWaitForTest.test_cancel_blocking_wait_for: cancelling a wait without a timeout cancels the Task', async () => {
  await checkCancelling(undefined);
});

it('test_waitfor.AsyncioWaitForTest.test_cancel_wait_for: cancelling a wait with a timeout cancels the Task', async () => {
  await checkCancelling(60_000);
});

it('test_waitfor.AsyncioWaitForTest.test_wait_for_cancel_suppressed: a coroutine may answer its cancellation with a value', async () => {
  const answer = (context: CoroutineContext) => sleep(10_000, context, 0).catch(() => 42);
  expect(await run(waitFor(answer, 100))).toEqual({ status: 'fulfilled', value: 42, at: 100 });
});

it('test_waitfor.AsyncioWaitForTest.test_wait_for_issue86296: a cancellation is not lost on a result that has just come', async () => {
  const inner = createTask(() => Promise.resolve('done'));
  let reachedEnd = false;
  const task = createTask(async (context) => {
    await waitFor(inner, 100_000, context);
    await sleep(1000, context);
    reachedEnd = true;
  });
  await inner;
  expect(task.done).toBe(false);
  task.cancel();
  expect(await run(task)).toMatchObject({ reason: { name: 'CancelledError' }, at: 0 });
  expect(inner.result()).toBe('done');
  expect(reachedEnd).toBe(false);
});

it('test_waitfor.WaitForShieldTests.test_zero_timeout: a shielded Task runs on when there is no time for it', async () => {
  const task = createTask((context) => sleep(10, context, 'done'));
  const waiting = waitFor(shield(task), 0);
  await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(task.status).toBe('pending');
  await pass(10);
  expect(task.status).toBe('fulfilled');
});

it('test_waitfor.WaitForShieldTests.test_none_timeout: a shield does not hinder a wait without a limit', async () => {
  const task = createTask((context) => sleep(100, context, 'done'));
  const waiting = waitFor(shield(task), undefined);
  expect(await run(waiting)).toEqual({ status: 'fulfilled', value: 'done', at: 100 });
  expect(task.result()).toBe('done');
});

it('test_waitfor.WaitForShieldTests.test_shielded_timeout: a shielded Task runs on after the timeout', async () => {
  const task = createTask((context) => sleep(100, context, 'done'));
  const waiting = waitFor(shield(task), 10);
  const ended = waiting.catch((error: unknown) => ({ error, at: Date.now(), status: task.status }));
  expect(await run(task)).toMatchObject({ value: 'done', at: 100 });
  expect(await ended).toMatchObject({ error: { name: 'TimeoutError' }, at: 10, status: 'pending' });
});
