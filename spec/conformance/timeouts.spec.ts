import { BehaviorSubject, NEVER, switchMap, timer } from 'rxjs';
import { type CoroutineContext, createTask } from 'rx-asyncio';
import { taskGroup, waitFor } from 'rx-asyncio/promises';
import { pass, run, sleep, virtualTime } from './asyncio';

virtualTime();

// `async with asyncio.timeout(…)` around a block is `waitFor` with the block as a coroutine function.

const timedOut = { status: 'rejected', reason: { name: 'TimeoutError' } };
const cancelled = { status: 'rejected', reason: { name: 'CancelledError' } };

const sleeping = (milliseconds: number) => (context: CoroutineContext) => sleep(milliseconds, context);

/** Catches an error, and keeps its name. */
const note = (names: string[]) => (error: unknown) => {
  names.push((error as Error).name);
};

/** Keeps the name of an error, and lets it pass. */
const witness = (names: string[]) => (error: unknown) => {
  note(names)(error);
  throw error;
};

it('test_timeouts.TimeoutTests.test_timeout_basic: what takes too long ends in a TimeoutError', async () => {
  expect(await run(waitFor(sleeping(10_000), 10))).toMatchObject({ ...timedOut, at: 10 });
});

it('test_timeouts.TimeoutTests.test_timeout_at_basic: a timeout may be a point in time', async () => {
  await pass(5);
  expect(await run(waitFor(sleeping(10_000), new Date(15)))).toMatchObject({ ...timedOut, at: 15 });
});

it('test_timeouts.TimeoutTests.test_nested_timeouts: of two timeouts that run out together only the outer one is a TimeoutError', async () => {
  const passing: string[] = [];
  const deadline = new Date(10);
  const block = (context: CoroutineContext) => waitFor(sleeping(10_000), deadline, context).catch(witness(passing));
  expect(await run(waitFor(block, deadline))).toMatchObject({ ...timedOut, at: 10 });
  expect(passing).toEqual(['CancelledError']);
});

it('test_timeouts.TimeoutTests.test_waiter_cancelled: the block sees a cancellation', async () => {
  const passing: string[] = [];
  const block = (context: CoroutineContext) => sleep(10_000, context).catch(witness(passing));
  expect(await run(waitFor(block, 10))).toMatchObject({ ...timedOut, at: 10 });
  expect(passing).toEqual(['CancelledError']);
});

it('test_timeouts.TimeoutTests.test_timeout_not_called: a block that ends in time leaves no timer behind', async () => {
  const waiting = waitFor(sleeping(10), 10_000).then(() => jest.getTimerCount());
  expect(await run(waiting)).toEqual({ status: 'fulfilled', value: 0, at: 10 });
});

it('test_timeouts.TimeoutTests.test_timeout_disabled: no timeout sets no timer', async () => {
  const waiting = waitFor(sleeping(10), undefined);
  expect(jest.getTimerCount()).toBe(1);
  expect(await run(waiting)).toMatchObject({ status: 'fulfilled', at: 10 });
});

it('test_timeouts.TimeoutTests.test_timeout_at_disabled: a timeout infinitely far away sets no timer', async () => {
  const waiting = waitFor(sleeping(10), Infinity);
  expect(jest.getTimerCount()).toBe(1);
  expect(await run(waiting)).toMatchObject({ status: 'fulfilled', at: 10 });
});

it('test_timeouts.TimeoutTests.test_timeout_zero: a timeout of zero has run out already', async () => {
  expect(await run(waitFor(sleeping(10_000), 0))).toMatchObject({ ...timedOut, at: 0 });
});

it('test_timeouts.TimeoutTests.test_timeout_zero_sleep_zero: a timeout of zero has run out even for a block that takes no time', async () => {
  expect(await run(waitFor(() => Promise.resolve(), 0))).toMatchObject({ ...timedOut, at: 0 });
});

it('test_timeouts.TimeoutTests.test_timeout_in_the_past_sleep_zero: a timeout in the past has run out already', async () => {
  await pass(20);
  for (const past of [-11, new Date(9)]) {
    expect(await run(waitFor(() => Promise.resolve(), past))).toMatchObject({ ...timedOut, at: 20 });
  }
});

it('test_timeouts.TimeoutTests.test_foreign_exception_passed: a failure of the block comes through', async () => {
  const failing = () => Promise.reject(new RangeError('no such key'));
  expect(await run(waitFor(failing, 10))).toMatchObject({ reason: { message: 'no such key' }, at: 0 });
});

it('test_timeouts.TimeoutTests.test_foreign_exception_on_timeout: a failure in the cleanup comes through in place of the TimeoutError', async () => {
  const crash = (context: CoroutineContext) =>
    sleep(1000, context).finally(() => Promise.reject(new RangeError('division by zero')));
  expect(await run(waitFor((context) => crash(context), 10))).toMatchObject({
    reason: { message: 'division by zero' },
    at: 10,
  });
});

it('test_timeouts.TimeoutTests.test_foreign_exception_on_timeout_2: of several failures in a row the last one comes through', async () => {
  const crash = (context: CoroutineContext) =>
    Promise.reject(new Error('first'))
      .finally(() => sleep(1000, context))
      .finally(() => Promise.reject(new Error('second')))
      .finally(() => Promise.reject(new Error('third')));
  expect(await run(waitFor(crash, 10))).toMatchObject({ reason: { message: 'third' }, at: 10 });
});

it('test_timeouts.TimeoutTests.test_foreign_cancel_doesnt_timeout_if_not_expired: a cancellation from elsewhere is no TimeoutError', async () => {
  const task = createTask((context) => waitFor(sleeping(10_000), 10_000, context));
  task.cancel();
  expect(await run(task)).toMatchObject({ ...cancelled, at: 0 });
});

it('test_timeouts.TimeoutTests.test_outer_task_is_not_cancelled: a timeout within a Task does not cancel it', async () => {
  const task = createTask(async () => {
    await expect(waitFor(sleeping(10_000), 1)).rejects.toMatchObject({ name: 'TimeoutError' });
  });
  await run(task);
  expect([task.done, task.status, task.cancelling]).toEqual([true, 'fulfilled', false]);
});

it('test_timeouts.TimeoutTests.test_nested_timeouts_concurrent: an outer timeout that runs out first ends the inner one without a TimeoutError', async () => {
  const passing: string[] = [];
  const block = (context: CoroutineContext) => waitFor(sleeping(1000), 100, context).catch(witness(passing));
  const waiting = run(waitFor(block, 2));
  // Nobody gets a turn until long after.
  jest.advanceTimersByTime(10);
  expect(await waiting).toMatchObject(timedOut);
  expect(passing).toEqual(['CancelledError']);
});

it('test_timeouts.TimeoutTests.test_nested_timeouts_loop_busy: an outer timeout ends what follows an inner one', async () => {
  const passing: string[] = [];
  const block = async (context: CoroutineContext) => {
    await waitFor(sleeping(1000), 10, context).catch(note(passing));
    await sleep(10_000, context);
    passing.push('past the sleep');
  };
  expect(await run(waitFor(block, 100))).toMatchObject({ ...timedOut, at: 100 });
  expect(passing).toEqual(['TimeoutError']);

  const waiting = run(waitFor(block, 100));
  // Nobody gets a turn until both have run out.
  jest.advanceTimersByTime(100);
  expect(await waiting).toMatchObject({ ...timedOut, at: 200 });
  expect(passing).not.toContain('past the sleep');
});

it('test_timeouts.TimeoutTests.test_reschedule: a timeout may be an Observable, and so be put off', async () => {
  const deadline = new BehaviorSubject<number | undefined>(10_000);
  const timeout = deadline.pipe(switchMap((due) => (due === undefined ? NEVER : timer(new Date(due)))));
  const task = createTask((context) => waitFor(sleeping(50_000), timeout, context));
  deadline.next(30_000);
  await pass(20_000);
  expect(task.status).toBe('pending');
  deadline.next(undefined);
  await pass(20_000);
  expect(task.status).toBe('pending');
  task.cancel();
  expect(await run(task)).toMatchObject({ ...cancelled, at: 40_000 });
});

it('test_timeouts.TimeoutTests.test_nested_timeout_in_finally: a cleanup may have a timeout of its own after a timeout', async () => {
  const passing: string[] = [];
  const cleanUp = () => waitFor(sleeping(10_000), 10).catch(note(passing));
  const block = (context: CoroutineContext) => sleep(1000, context).finally(cleanUp);
  expect(await run(waitFor(block, 10))).toMatchObject({ ...timedOut, at: 20 });
  expect(passing).toEqual(['TimeoutError']);
});

it('test_timeouts.TimeoutTests.test_timeout_after_cancellation: a cleanup may have a timeout of its own after a cancellation', async () => {
  const passing: string[] = [];
  const task = createTask(async (context) => {
    await sleep(1000, context).catch(() => undefined);
    await waitFor(sleeping(1000), 0).catch(note(passing));
  });
  task.cancel();
  expect(await run(task)).toMatchObject({ status: 'fulfilled', at: 0 });
  expect(passing).toEqual(['TimeoutError']);
});

it('test_timeouts.TimeoutTests.test_timeout_taskgroup: a group that fails in the cleanup after a timeout is what comes through', async () => {
  const block = (context: CoroutineContext) =>
    taskGroup(async (group) => {
      void group.createTask((context) =>
        sleep(2000, context).finally(() => Promise.reject(new RangeError('division by zero'))),
      );
      await Promise.reject(new TypeError('in the body')).finally(() => sleep(1000, group));
    }, context);
  const waiting = waitFor(block, 10).catch((error: unknown) => (error as AggregateError).errors as unknown);
  expect(await run(waiting)).toEqual({ status: 'fulfilled', value: [new RangeError('division by zero')], at: 10 });
});
