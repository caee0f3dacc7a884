import { TimeoutError } from 'rxjs';
import { type CoroutineContext, createTask, InvalidStateError, taskGroup as taskGroup$ } from 'rx-asyncio';
import { taskGroup, type TaskGroup, waitFor } from 'rx-asyncio/promises';
import { crunch, pass, run, sleep, virtualTime } from './asyncio';
import { errorsOf, failAfter, failInCleanup, forever } from './groups';

virtualTime();

const failed = (message: string) => new Error(message);

const ended = { status: 'fulfilled', value: undefined };

/** Starts the tasks, and waits for nothing itself. */
const starting =
  (...coroutines: ((context: CoroutineContext) => Promise<unknown>)[]) =>
  (group: TaskGroup) => {
    for (const coroutine of coroutines) void group.createTask(coroutine);
    return Promise.resolve();
  };

it('anyio test_taskgroups.groups.test_already_closed: a group that has ended takes no more tasks', async () => {
  let closed!: TaskGroup;
  await taskGroup((group) => {
    closed = group;
    return Promise.resolve();
  });
  expect(() => closed.createTask(forever)).toThrow(InvalidStateError);
});

it('anyio test_taskgroups.groups.test_success: a group ends when all its tasks have', async () => {
  const results = new Set<string>();
  const add = (result: string) => async () => {
    await Promise.resolve();
    results.add(result);
  };
  await taskGroup(starting(add('a'), add('b')));
  expect(results).toEqual(new Set(['a', 'b']));
});

it('anyio test_taskgroups.groups.test_start_soon_while_running: a task that another starts is waited for as well', async () => {
  const group = taskGroup((group) => {
    void group.createTask(async (context) => {
      await sleep(10, context);
      void group.createTask((context) => sleep(20, context));
    });
    return Promise.resolve();
  });
  expect(await run(group)).toEqual({ ...ended, at: 30 });
});

it('anyio test_taskgroups.groups.test_start_soon_after_error: a group whose body has failed takes no more tasks', async () => {
  let closed!: TaskGroup;
  const group = taskGroup((group) => {
    closed = group;
    return Promise.reject(failed('body'));
  });
  expect(await errorsOf(group)).toEqual([failed('body')]);
  expect(() => closed.createTask(forever)).toThrow(InvalidStateError);
});

it('anyio test_taskgroups.groups.test_host_exception: of a body that fails only its failure is told, and its tasks come to nothing', async () => {
  const set = jest.fn();
  const group = taskGroup((group) => {
    void group.createTask((context) => sleep(3000, context).then(set));
    return Promise.reject(failed('body'));
  });
  expect(await errorsOf(group)).toEqual([failed('body')]);
  await pass(5000);
  expect(set).not.toHaveBeenCalled();
});

it('unlike anyio test_taskgroups.groups.test_level_cancellation: a task has begun before its group can be cancelled, and gets as far as its next wait', async () => {
  const record: string[] = [];
  const group = taskGroup((group) => {
    void group.createTask(async (context) => {
      record.push('begun');
      await sleep(0, context);
      record.push('gone on');
    });
    expect(record).toEqual(['begun']);
    group.cancel();
    return Promise.resolve();
  });
  expect(await run(group)).toMatchObject(ended);
  expect(record).toEqual(['begun']);
});

it('anyio test_taskgroups.groups.test_failing_child_task_cancels_host: a task that fails cancels what the body waits for', async () => {
  const past = jest.fn();
  const group = taskGroup((group) => {
    void group.createTask(failAfter(10, failed('task')));
    return sleep(500, group).then(past);
  });
  expect(await errorsOf(group)).toEqual([failed('task')]);
  expect(past).not.toHaveBeenCalled();
});

it('anyio test_taskgroups.groups.test_failing_host_task_cancels_children: a body that fails cancels what tasks wait for', async () => {
  const past = jest.fn();
  const group = taskGroup(async (group) => {
    void group.createTask((context) => sleep(1000, context).then(past));
    await sleep(10, group);
    throw failed('body');
  });
  expect(await errorsOf(group)).toEqual([failed('body')]);
  expect(past).not.toHaveBeenCalled();
});

it('anyio test_taskgroups.groups.test_exception_cancels_siblings: a task that fails cancels one that was there before it', async () => {
  const past = jest.fn();
  const group = taskGroup(async (group) => {
    void group.createTask((context) => sleep(1000, context).then(past));
    await sleep(10, group);
    void group.createTask(() => Promise.reject(failed('task')));
  });
  expect(await errorsOf(group)).toEqual([failed('task')]);
  expect(past).not.toHaveBeenCalled();
});

it('anyio test_taskgroups.groups.test_exception_group_children: a task that fails as another has cancelled it is told with that', async () => {
  const group = taskGroup(starting(failAfter(100, failed('task 1')), failInCleanup(failed('task 2'))));
  expect(await errorsOf(group)).toEqual([failed('task 1'), failed('task 2')]);
});

it('anyio test_taskgroups.groups.test_exception_group_host: a task that fails as the body has cancelled it is told with that', async () => {
  const group = taskGroup(async (group) => {
    void group.createTask(failInCleanup(failed('task')));
    await sleep(10, group);
    throw failed('body');
  });
  expect(new Set(await errorsOf(group))).toEqual(new Set([failed('task'), failed('body')]));
});

it('anyio test_taskgroups.groups.test_nested_task_group_filtering: failures of a nested group come up together, and cancellations do not', async () => {
  const group = taskGroup(async (outer) => {
    void outer.createTask(failAfter(100, failed('outer')));
    const nested = (inner: TaskGroup) => {
      void inner.createTask(failInCleanup(failed('inner')));
      return sleep(1000, inner);
    };
    await taskGroup(nested, { signal: outer.signal });
  });
  expect(await errorsOf(group)).toMatchObject([
    { message: 'outer' },
    { name: 'AggregateError', errors: [{ message: 'inner' }] },
  ]);
});

it('anyio test_taskgroups.cancellation.test_cancel_propagation: what waits for a nested group does not get past it', async () => {
  const past = jest.fn();
  const group = taskGroup(async (outer) => {
    void outer.createTask(async ({ signal }) => {
      await taskGroup((inner) => sleep(1000, inner), { signal });
      past();
    });
    await sleep(0, outer);
    outer.cancel();
  });
  expect(await run(group)).toEqual({ ...ended, at: 0 });
  expect(past).not.toHaveBeenCalled();
});

it('anyio test_taskgroups.cancellation.test_cancel_twice: one group can be cancelled after another in the same task', async () => {
  const past = jest.fn();
  const twice = createTask(async ({ signal }) => {
    for (let i = 0; i < 2; i++) {
      const body = async (group: TaskGroup) => {
        void group.createTask((context) => sleep(10, context).then(group.cancel));
        await sleep(1000, group);
        past();
      };
      await taskGroup(body, { signal });
    }
    return 'done';
  });
  expect(await run(twice)).toEqual({ status: 'fulfilled', value: 'done', at: 20 });
  expect(past).not.toHaveBeenCalled();
});

it('anyio test_taskgroups.cancellation.test_cancel_exiting_task_group: a nested group that only waits for its tasks cancels them, and goes on waiting', async () => {
  const record: string[] = [];
  const waiter = async (context: CoroutineContext) => {
    await sleep(5000, context).catch(() => record.push('cancelled'));
    await crunch(20);
    record.push('ended');
  };
  const group = taskGroup(async (outer) => {
    void outer.createTask(taskGroup$(starting(waiter)));
    await sleep(10, outer);
    outer.cancel();
  });
  expect(await run(group)).toEqual({ ...ended, at: 30 });
  expect(record).toEqual(['cancelled', 'ended']);
});

it('anyio test_taskgroups.cancellation.test_escaping_cancelled_exception: the cancellation of a group does not get out of it', async () => {
  const group = taskGroup((group) => {
    group.cancel();
    return forever(group);
  });
  expect(await run(group)).toEqual({ ...ended, at: 0 });
});

it('anyio test_taskgroups.cancellation.test_nested_move_on_after: when the outer one of two timeouts runs out, nothing within it goes on', async () => {
  const record: string[] = [];
  const outer = waitFor(async ({ signal }) => {
    await waitFor((context) => sleep(2000, context).then(() => record.push('slept')), 1000, { signal });
    record.push('past the inner timeout');
  }, 100);
  expect(await run(outer)).toMatchObject({ reason: { name: 'TimeoutError' }, at: 100 });
  await pass(5000);
  expect(record).toEqual([]);
});

it('anyio test_taskgroups.cancellation.test_shielding: what is not handed the signal is finished, and what is handed it afterwards is not', async () => {
  const record: string[] = [];
  const group = taskGroup(async (group) => {
    void group.createTask((context) => sleep(10, context).then(group.cancel));
    await waitFor((context) => sleep(100, context).then(() => record.push('inner')), 10_000);
    await sleep(1000, group);
    record.push('outer');
  });
  expect(await run(group)).toEqual({ ...ended, at: 100 });
  expect(record).toEqual(['inner']);
});

it('anyio test_taskgroups.cancellation.test_cancel_from_shielded_scope: who cancels its own group notices at its next wait', async () => {
  const group = taskGroup(async (group) => {
    await waitFor(async () => {
      group.cancel();
      await crunch(10);
    }, 1000);
    for (let i = 0; i < 2; i++) await expect(sleep(10, group)).rejects.toBe(group.signal.reason);
    return 'ended';
  });
  expect(await run(group)).toEqual({ status: 'fulfilled', value: 'ended', at: 10 });
});

it('anyio test_taskgroups.cancellation.test_shielded_cleanup_after_cancel: cleanup can wait for what is not handed the signal', async () => {
  const record: unknown[] = [];
  const task = createTask(async (context) => {
    try {
      await forever(context);
    } finally {
      record.push(await waitFor((inner) => sleep(20, inner, inner.signal.aborted), 1000));
      record.push(context.signal.aborted);
    }
  });
  await pass(10);
  task.cancel();
  expect(await run(task)).toMatchObject({ reason: { name: 'CancelledError' }, at: 30 });
  expect(record).toEqual([false, true]);
});

it('anyio test_taskgroups.cancellation.test_cancel_cascade: a task that waits for a nested group does not get past it', async () => {
  const past = jest.fn();
  const group = taskGroup(async (outer) => {
    void outer.createTask(async ({ signal }) => {
      await taskGroup(starting(forever), { signal });
      past();
    });
    await sleep(10, outer);
    outer.cancel();
  });
  expect(await run(group)).toEqual({ ...ended, at: 10 });
  expect(past).not.toHaveBeenCalled();
});

it('unlike anyio test_taskgroups.cancellation.test_cancelled_parent: a task that would start another in its cancelled group fails at that', async () => {
  const started = jest.fn(forever);
  const group = taskGroup((group) => {
    void group.createTask(async (context) => {
      await sleep(10, context).catch(() => undefined);
      void group.createTask(started);
    });
    group.cancel();
    return Promise.resolve();
  });
  expect(await errorsOf(group)).toEqual([expect.any(InvalidStateError)]);
  expect(started).not.toHaveBeenCalled();
});

it('anyio test_taskgroups.cancellation.test_timeout_error_with_multiple_cancellations: a timeout around a group is a TimeoutError, however many it cancels', async () => {
  const busy = taskGroup$((group) => {
    void group.createTask((context) => sleep(2000, context));
    return sleep(2000, group);
  });
  const timed = await run(waitFor(busy, 100));
  expect(timed).toMatchObject({ status: 'rejected', at: 100 });
  expect(timed.status === 'rejected' && timed.reason).toBeInstanceOf(TimeoutError);
});

it('anyio test_taskgroups.cancellation.test_nested_fail_after: what is cancelled within a timeout is no TimeoutError, and gets past nothing', async () => {
  const record: string[] = [];
  const outer = taskGroup(async (outer) => {
    const body = async (scope: TaskGroup) => {
      void outer.createTask((context) => sleep(10, context).then(scope.cancel));
      await waitFor((context) => sleep(2000, context), 1000, { signal: scope.signal });
      record.push('past the timeout');
    };
    await taskGroup(body, { signal: outer.signal });
    record.push('past the group');
  });
  expect(await run(outer)).toEqual({ ...ended, at: 10 });
  expect(record).toEqual(['past the group']);
});

it('anyio test_taskgroups.cancellation.test_cancel_propagation_with_inner_spawn: a nested group with a task is cancelled with its body', async () => {
  const past = jest.fn();
  const group = taskGroup(async (outer) => {
    void outer.createTask(async ({ signal }) => {
      const body = (inner: TaskGroup) => {
        void inner.createTask(forever);
        return sleep(1000, inner);
      };
      await taskGroup(body, { signal });
      past();
    });
    await sleep(10, outer);
    outer.cancel();
  });
  expect(await run(group)).toEqual({ ...ended, at: 10 });
  expect(past).not.toHaveBeenCalled();
});

it('anyio test_taskgroups.cancellation.test_cancel_completed_task: a group whose task has ended already can be cancelled', async () => {
  const group = taskGroup(async (group) => {
    const task = group.createTask(() => Promise.resolve('done'));
    await task;
    group.cancel();
    return task.status;
  });
  expect(await run(group)).toMatchObject({ status: 'fulfilled', value: 'fulfilled' });
});
