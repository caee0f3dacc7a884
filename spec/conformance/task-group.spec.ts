import type { Observable } from 'rxjs';
import {
  type CoroutineContext,
  createTask,
  InvalidStateError,
  type Task,
  taskGroup as taskGroup$,
  type TaskGroup,
} from 'rx-asyncio';
import { taskGroup } from 'rx-asyncio/promises';
import { future, pass, run, sleep, virtualTime } from './asyncio';

virtualTime();

class ZeroDivisionError extends Error {
  override name = 'ZeroDivisionError';
}

class MyError extends Error {
  override name = 'MyError';
}

const cancelled = { status: 'rejected', reason: { name: 'CancelledError' } };

/** What a group of these failures ends with. */
function failedWith(...errors: unknown[]) {
  return { status: 'rejected', reason: { name: 'AggregateError', errors } };
}

const zeroDivision = { name: 'ZeroDivisionError' };

const after =
  <T>(milliseconds: number, result: T) =>
  (context: CoroutineContext) =>
    sleep(milliseconds, context, result);

const crashAfter =
  (milliseconds: number, error: unknown = new ZeroDivisionError()) =>
  (context: CoroutineContext) =>
    sleep(milliseconds, context).then(() => Promise.reject(error));

/** Sleeps for ten seconds, and fails in its cleanup. */
const crashInCleanup = (context: CoroutineContext) =>
  sleep(10_000, context).finally(() => Promise.reject(new ZeroDivisionError()));

it('test_taskgroups.TestTaskGroup.test_taskgroup_01: the group ends with the last of its tasks', async () => {
  const group = taskGroup((group) => {
    const [t1, t2] = [group.createTask(after(100, 42)), group.createTask(after(200, 11))];
    return Promise.resolve({ t1, t2 });
  });
  const ended = group.then(({ t1, t2 }) => [t1.result(), t2.result()]);
  expect(await run(ended)).toEqual({ status: 'fulfilled', value: [42, 11], at: 200 });
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_02: tasks may be started at any time', async () => {
  const group = taskGroup(async (group) => {
    const t1 = group.createTask(after(100, 42));
    await sleep(150, group);
    return [t1, group.createTask(after(200, 11))];
  });
  const ended = group.then((tasks) => tasks.map((task) => task.result()));
  expect(await run(ended)).toEqual({ status: 'fulfilled', value: [42, 11], at: 350 });
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_03: a task that is cancelled does not disturb the others', async () => {
  const group = taskGroup(async (group) => {
    const t1 = group.createTask(after(1000, 42));
    await sleep(150, group);
    t1.cancel();
    return [t1, group.createTask(after(200, 11))];
  });
  const ended = group.then((tasks) => tasks.map((task) => task.status));
  expect(await run(ended)).toEqual({ status: 'fulfilled', value: ['cancelled', 'fulfilled'], at: 350 });
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_04: a task that fails cancels the others', async () => {
  const proof: string[] = [];
  const t2Body = async (context: CoroutineContext) => {
    await sleep(1000, context).catch((error: unknown) => {
      proof.push('t2 cancelled');
      throw error;
    });
    proof.push('t2 finished');
  };
  let t2: Task<void> | undefined;
  const runner = createTask(async () => {
    await taskGroup((group) => {
      void group.createTask(crashAfter(100));
      t2 = group.createTask(t2Body);
      return Promise.resolve();
    });
    proof.push('past the group');
  });
  expect(await run(runner)).toMatchObject({ ...failedWith(zeroDivision), at: 100 });
  expect(proof).toEqual(['t2 cancelled']);
  expect(t2?.status).toBe('cancelled');
});

it('test_taskgroups.TestTaskGroup.test_cancel_children_on_child_error: tasks that fail together fail the group together, and the body is cancelled', async () => {
  const proof: string[] = [];
  const sleeping = (name: string) => (context: CoroutineContext) =>
    sleep(5000, context).finally(() => proof.push(`${name} cancelled`));
  const runner = createTask(async () => {
    await taskGroup(async (group) => {
      for (let i = 0; i < 3; i++) void group.createTask(crashAfter(100));
      void group.createTask(sleeping('t2'));
      await sleeping('body')(group);
    });
    proof.push('past the group');
  });
  expect(await run(runner)).toMatchObject({
    status: 'rejected',
    reason: { name: 'AggregateError' },
    at: 100,
  });
  const { errors } = runner.exception() as AggregateError;
  expect(new Set(errors.map((error: Error) => error.name))).toEqual(new Set(['ZeroDivisionError']));
  expect(proof.sort()).toEqual(['body cancelled', 't2 cancelled']);
});

it('test_taskgroups.TestTaskGroup.test_cancellation: cancelling the group cancels all its tasks, and the message comes through', async () => {
  const cancelledTask = jest.fn();
  const runner = createTask(
    taskGroup$((group) => {
      for (let i = 0; i < 5; i++) void group.createTask((context) => sleep(5000, context).finally(cancelledTask));
      return Promise.resolve();
    }),
  );
  await pass(100);
  expect(runner.done).toBe(false);
  runner.cancel('test');
  expect(await run(runner)).toMatchObject({ reason: { name: 'CancelledError', message: 'test' }, at: 100 });
  expect(cancelledTask).toHaveBeenCalledTimes(5);
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_07: cancelling the group cancels its body as well, where that is still at work', async () => {
  const proof: string[] = [];
  const sleeping = (name: string) => (context: CoroutineContext) =>
    sleep(5000, context).finally(() => proof.push(name));
  const runner = createTask(
    taskGroup$(async (group) => {
      for (let i = 0; i < 5; i++) void group.createTask(sleeping('task'));
      await sleeping('body')(group);
    }),
  );
  await pass(100);
  runner.cancel();
  expect(await run(runner)).toMatchObject({ ...cancelled, at: 100 });
  expect(proof.sort()).toEqual(['body', 'task', 'task', 'task', 'task', 'task']);
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_08: failures in the cleanup of a cancelled group are its failures', async () => {
  const runner = createTask(
    taskGroup$(async (group) => {
      for (let i = 0; i < 5; i++) void group.createTask(crashInCleanup);
      await sleep(10_000, group);
    }),
  );
  await pass(100);
  expect(runner.done).toBe(false);
  runner.cancel();
  expect(await run(runner)).toMatchObject(failedWith(...Array<object>(5).fill(zeroDivision)));
});

async function checkFailingBody(body: (group: TaskGroup) => Promise<void>): Promise<void> {
  const tasks: Task<number>[] = [];
  const runner = createTask(() =>
    taskGroup(async (group) => {
      tasks.push(group.createTask(after(1000, 42)), group.createTask(after(2000, 11)));
      await body(group);
      throw new ZeroDivisionError();
    }),
  );
  expect(await run(runner)).toMatchObject(failedWith(zeroDivision));
  expect(tasks.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
}

it('test_taskgroups.TestTaskGroup.test_taskgroup_09: a body that fails cancels the tasks', async () => {
  await checkFailingBody((group) => sleep(100, group));
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_10: a body that fails cancels tasks which have not got anywhere yet', async () => {
  await checkFailingBody(() => Promise.resolve());
});

/** Cancels a group after 100 ms whose body runs another, in which five tasks fail in their cleanup. */
async function checkNestedCleanup(group: Observable<void>): Promise<void> {
  const runner = createTask(group);
  await pass(100);
  expect(runner.done).toBe(false);
  runner.cancel();
  const innerFailure = { name: 'AggregateError', errors: Array<object>(5).fill(zeroDivision) };
  expect(await run(runner)).toMatchObject(failedWith(innerFailure));
}

async function crashingTasks(group: TaskGroup): Promise<void> {
  for (let i = 0; i < 5; i++) void group.createTask(crashInCleanup);
  await sleep(10_000, group);
}

it('test_taskgroups.TestTaskGroup.test_taskgroup_11: failures in the cleanup of a nested group come up through the outer one', async () => {
  await checkNestedCleanup(taskGroup$(() => taskGroup$(crashingTasks)));
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_12: failures in the cleanup of an awaited group come up through an outer one that has a task', async () => {
  const body = async (outer: TaskGroup) => {
    void outer.createTask(after(10_000, 'outer'));
    await taskGroup(crashingTasks, outer);
  };
  await checkNestedCleanup(taskGroup$(body));
});

async function checkNestedCrash(outerCrash: number, innerCrash: number) {
  const runner = createTask(() =>
    taskGroup(async (outer) => {
      void outer.createTask(crashAfter(outerCrash, new RangeError('outer')));
      await taskGroup((inner) => {
        void inner.createTask(crashAfter(innerCrash, new RangeError('inner')));
        return Promise.resolve();
      }, outer);
    }),
  );
  return run(runner);
}

it('test_taskgroups.TestTaskGroup.test_taskgroup_13: a failure in the outer group cancels the inner one', async () => {
  expect(await checkNestedCrash(100, 10_000)).toMatchObject({ ...failedWith({ message: 'outer' }), at: 100 });
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_14: a failure in the inner group is one of the outer', async () => {
  const innerFailure = { name: 'AggregateError', errors: [{ message: 'inner' }] };
  expect(await checkNestedCrash(10_000, 100)).toMatchObject({ ...failedWith(innerFailure), at: 100 });
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_17: a body without tasks is cancelled as well', async () => {
  const cancelledBody = jest.fn();
  const runner = createTask(taskGroup$((group) => sleep(10_000, group).finally(cancelledBody)));
  await pass(100);
  expect(runner.done).toBe(false);
  runner.cancel();
  expect(await run(runner)).toMatchObject({ ...cancelled, at: 100 });
  expect(cancelledBody).toHaveBeenCalledTimes(1);
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_18: a body that answers its cancellation with an error fails the group', async () => {
  const runner = createTask(taskGroup$((group) => sleep(10_000, group).catch(() => Promise.reject(new MyError()))));
  await pass(100);
  runner.cancel();
  expect(await run(runner)).toMatchObject(failedWith({ name: 'MyError' }));
});

/** A task fails after 100 ms with the first, the body in its cleanup with the second. */
async function checkBothFail(ofTask: unknown, ofBody: unknown): Promise<void> {
  const runner = createTask(() =>
    taskGroup((group) => {
      void group.createTask(crashAfter(100, ofTask));
      return sleep(10_000, group).finally(() => Promise.reject(ofBody));
    }),
  );
  const ended = await run(runner);
  expect(ended).toMatchObject({ status: 'rejected', reason: { name: 'AggregateError' }, at: 100 });
  expect((runner.exception() as AggregateError).errors).toEqual([ofTask, ofBody]);
}

it('test_taskgroups.TestTaskGroup.test_taskgroup_19: failures of a task and of the body end up together', async () => {
  await checkBothFail(new ZeroDivisionError(), new MyError());
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_20a: what the body throws ends up with a failure of a task, even if it is no Error', async () => {
  await checkBothFail(new ZeroDivisionError(), 'no Error');
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_21a: what a task throws ends up with a failure of the body, even if it is no Error', async () => {
  await checkBothFail('no Error', new TypeError('in the body'));
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_22: a group that only waits for its tasks can be cancelled', async () => {
  const runner = createTask(() =>
    taskGroup$((group) => {
      void group.createTask(after(1000, 42));
      void group.createTask(after(2000, 11));
      return Promise.resolve();
    }),
  );
  await pass(50);
  runner.cancel();
  expect(await run(runner)).toMatchObject({ ...cancelled, at: 50 });
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_24: a task can start others when the body has long ended', async () => {
  const group = taskGroup((group) => {
    void group.createTask(async (context) => {
      await sleep(100, context);
      void group.createTask(after(100, 1));
      void group.createTask(after(200, 2));
    });
    return Promise.resolve('body');
  });
  expect(await run(group)).toEqual({ status: 'fulfilled', value: 'body', at: 300 });
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_25: tasks that multiply are all stopped by a failure', async () => {
  let hydras = 0;
  const runner = createTask(() =>
    taskGroup((group) => {
      const hydra = async (context: CoroutineContext) => {
        hydras++;
        await sleep(10, context);
        void group.createTask(hydra);
        void group.createTask(hydra);
      };
      void group.createTask(hydra);
      void group.createTask(async (context) => {
        while (hydras < 10) await sleep(15, context);
        throw new ZeroDivisionError();
      });
      return Promise.resolve();
    }),
  );
  expect(await run(runner)).toMatchObject(failedWith(zeroDivision));
  const slain = hydras;
  expect(slain).toBeGreaterThanOrEqual(10);
  await pass(1000);
  expect(hydras).toBe(slain);
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_task_name: a task has the name it was given', async () => {
  expect(await taskGroup((group) => [group.createTask(() => Promise.resolve(), { name: 'yolo' }).name])).toBe('yolo');
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_no_create_task_after_failure: a group that is ending takes no more tasks', async () => {
  const refused = jest.fn();
  const group = taskGroup((group) => {
    void group.createTask(crashAfter(1));
    void group.createTask((context) =>
      sleep(1000, context).catch(() => {
        expect(() => group.createTask(crashAfter(1))).toThrow('takes no more tasks');
        refused();
      }),
    );
    return Promise.resolve();
  });
  expect(await run(group)).toMatchObject({ ...failedWith(zeroDivision), at: 1 });
  expect(refused).toHaveBeenCalledTimes(1);
});

it('test_taskgroups.TestTaskGroup.test_taskgroup_context_manager_exit_raises: the same failure twice counts twice, and cancels nobody outside', async () => {
  const task: Task<boolean> = createTask(async () => {
    const group = taskGroup(async (group) => {
      try {
        void group.createTask(() => Promise.reject(new MyError()));
        await sleep(1000, group);
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- what the case is about
        throw new MyError();
      }
    });
    await expect(group).rejects.toMatchObject({ errors: [{ name: 'MyError' }, { name: 'MyError' }] });
    return task.cancelling;
  });
  expect(await run(task)).toMatchObject({ status: 'fulfilled', value: false });
});

/** A group that has ended, and a call that would start a task in it. */
async function lateTask() {
  const coroutine = jest.fn(() => Promise.resolve());
  let ended!: TaskGroup;
  await taskGroup((group) => {
    ended = group;
    return Promise.resolve();
  });
  return { coroutine, createTask: () => ended.createTask(coroutine) };
}

it('test_taskgroups.TestTaskGroup.test_taskgroup_finished: a group that has ended takes no more tasks', async () => {
  const { createTask } = await lateTask();
  expect(createTask).toThrow(InvalidStateError);
});

it('test_taskgroups.TestTaskGroup.test_coro_closed_when_tg_closed: a group that has ended does not start what it refuses', async () => {
  const { coroutine, createTask } = await lateTask();
  expect(createTask).toThrow(InvalidStateError);
  expect(coroutine).not.toHaveBeenCalled();
});

it('test_taskgroups.TestTaskGroup.test_cancelling_level_preserved: a group that fails within a Task does not cancel the Task', async () => {
  const task: Task<boolean> = createTask(async () => {
    const group = taskGroup((group) => {
      void group.createTask(crashAfter(0));
      return Promise.resolve();
    });
    await group.catch(() => undefined);
    return task.cancelling;
  });
  expect(await run(task)).toMatchObject({ status: 'fulfilled', value: false });
});

it('test_taskgroups.TestTaskGroup.test_nested_groups_both_cancelled: of two groups that fail at once each has its own failure', async () => {
  let innerFailure: unknown;
  const outer = taskGroup(async (outer) => {
    await taskGroup((inner) => {
      void inner.createTask(crashAfter(0, new Error('inner')));
      void outer.createTask(crashAfter(0, new Error('outer')));
      return Promise.resolve();
    }, outer).catch((error: unknown) => {
      innerFailure = error;
    });
  });
  expect(await run(outer)).toMatchObject(failedWith({ message: 'outer' }));
  expect(innerFailure).toMatchObject({ name: 'AggregateError', errors: [{ message: 'inner' }] });
});

it('test_taskgroups.TestTaskGroup.test_error_and_cancel: a cancellation is not lost on a group that fails at the same time', async () => {
  const started = future<undefined>();
  const proof: string[] = [];
  const task = createTask(async (context) => {
    const group = taskGroup(async (group) => {
      void group.createTask(async ({ signal }) => {
        started.resolve(undefined);
        await Promise.resolve();
        throw new Error(signal.aborted ? 'at runtime' : 'too early');
      });
      await sleep(1000, group);
      proof.push('past the sleep in the group');
    }, context);
    await expect(group).rejects.toMatchObject({ name: 'AggregateError', errors: [{ message: 'at runtime' }] });
    proof.push('group failed');
    await sleep(1000, context);
    proof.push('past the sleep after the group');
  });
  expect(started.task.done).toBe(true);
  expect(task.cancelling).toBe(false);
  task.cancel();
  expect(task.cancelling).toBe(true);
  expect(await run(task)).toMatchObject({ ...cancelled, at: 0 });
  expect(proof).toEqual(['group failed']);
});
