import { AsyncLocalStorage } from 'node:async_hooks';
import { InvalidStateError, taskGroup, type TaskGroup } from 'rx-asyncio/promises';
import { run, virtualTime } from './asyncio';
import { errorsOf, fail, failAfter, forever, KeyError, ValueError } from './groups';
import { NEVER } from 'rxjs';

virtualTime();

it('trio test_run.nurseries.test_nursery_main_block_error_basic: an error of the body alone comes in an AggregateError, as it is', async () => {
  const error = new ValueError('in the body');
  const [only, ...others] = await errorsOf(taskGroup(() => Promise.reject(error)));
  expect(only).toBe(error);
  expect(others).toEqual([]);
});

it('trio test_run.nurseries.test_child_crash_basic: an error of a task comes in an AggregateError, as it is', async () => {
  const error = new ValueError('in a task');
  const group = taskGroup((group) => {
    void group.createTask(() => Promise.reject(error));
    return Promise.resolve();
  });
  const [only, ...others] = await errorsOf(group);
  expect(only).toBe(error);
  expect(others).toEqual([]);
});

it('trio test_run.nurseries.test_basic_interleave: tasks take turns', async () => {
  const record: string[] = [];
  const looper = (name: string) => async () => {
    for (let i = 0; i < 3; i++) {
      record.push(`${name}${i}`);
      await Promise.resolve();
    }
  };
  await taskGroup((group) => {
    void group.createTask(looper('a'));
    void group.createTask(looper('b'));
    return Promise.resolve();
  });
  expect(record).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
});

it('trio test_run.nurseries.test_task_crash_propagation: a task that fails cancels one that never ends', async () => {
  const record: string[] = [];
  const group = taskGroup((group) => {
    void group.createTask((context) => forever(context).finally(() => record.push('cancelled')));
    void group.createTask(failAfter(10, new ValueError('argh')));
    return Promise.resolve();
  });
  expect(await errorsOf(group)).toEqual([new ValueError('argh')]);
  expect(record).toEqual(['cancelled']);
});

it('trio test_run.nurseries.test_main_and_task_both_crash: when the body and a task fail at once, both are told', async () => {
  const group = taskGroup(async (group) => {
    void group.createTask(fail(new ValueError('task')));
    await Promise.resolve();
    throw new KeyError('body');
  });
  expect(new Set(await errorsOf(group))).toEqual(new Set([new ValueError('task'), new KeyError('body')]));
});

it('trio test_run.nurseries.test_two_child_crashes: when two tasks fail at once, both are told', async () => {
  const group = taskGroup((group) => {
    void group.createTask(fail(new KeyError('one')));
    void group.createTask(fail(new ValueError('two')));
    return Promise.resolve();
  });
  expect(await errorsOf(group)).toEqual([new KeyError('one'), new ValueError('two')]);
});

it('trio test_run.nurseries.test_child_crash_wakes_parent: a task that fails wakes a body that would wait for ever', async () => {
  const group = taskGroup(async (group) => {
    void group.createTask(fail(new ValueError('a crash')));
    await forever(group);
  });
  expect(await run(group)).toMatchObject({ reason: { errors: [{ message: 'a crash' }] }, at: 0 });
});

it('unlike trio test_run.nurseries.test_precancelled_task: a group that was cancelled takes no more tasks, and starts none', async () => {
  const started = jest.fn(forever);
  const group = taskGroup((group) => {
    group.cancel();
    expect(() => group.createTask(started)).toThrow(InvalidStateError);
    return Promise.resolve('ended');
  });
  expect(await run(group)).toEqual({ status: 'fulfilled', value: 'ended', at: 0 });
  expect(started).not.toHaveBeenCalled();
});

it('trio test_run.nurseries.test_nursery_closure: tasks can be added while one runs, and not once the group has ended', async () => {
  const added = jest.fn(() => Promise.resolve());
  let ended!: TaskGroup;
  await taskGroup((group) => {
    ended = group;
    void group.createTask(async () => {
      await Promise.resolve();
      void group.createTask(added);
    });
    return Promise.resolve();
  });
  expect(added).toHaveBeenCalledTimes(1);
  expect(() => ended.createTask(added)).toThrow(InvalidStateError);
  expect(added).toHaveBeenCalledTimes(1);
});

it('trio test_run.nurseries.test_spawn_name: a task has the name it is given, that of its function, or one of its own', async () => {
  const names = await taskGroup((group) => {
    const tasks = [
      group.createTask(forever, { name: 'named' }),
      group.createTask(forever),
      group.createTask(NEVER),
      group.createTask(NEVER),
    ];
    group.cancel();
    return Promise.resolve(tasks.map(({ name }) => name));
  });
  expect(names.slice(0, 2)).toEqual(['named', 'forever']);
  expect(new Set(names).size).toBe(4);
});

it('trio test_run.nurseries.test_nursery_explicit_exception: a body that throws before it waits for anything fails the group', async () => {
  const group = taskGroup((): Promise<void> => {
    throw new KeyError('at once');
  });
  expect(await errorsOf(group)).toEqual([new KeyError('at once')]);
});

it('trio test_run.nurseries.test_nursery_collapse: the failure of a nested group stays an AggregateError, though it is but one', async () => {
  const group = taskGroup(async (outer) => {
    void outer.createTask(forever);
    void outer.createTask(fail(new Error('outer')));
    const nested = (inner: TaskGroup) => {
      void inner.createTask(forever);
      void inner.createTask(fail(new Error('inner')));
      return Promise.resolve();
    };
    await taskGroup(nested, { signal: outer.signal });
  });
  expect(await errorsOf(group)).toMatchObject([
    { name: 'Error', message: 'outer' },
    { name: 'AggregateError', errors: [{ message: 'inner' }] },
  ]);
});

it('trio test_run.nurseries.test_contextvar_multitask: a task sees what its starter had set, and what it sets itself is its own', async () => {
  const variable = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const look = async () => {
    seen.push(variable.getStore());
    await variable.run('of a task', async () => {
      await Promise.resolve();
      seen.push(variable.getStore());
    });
  };
  const body = async (group: TaskGroup) => {
    await group.createTask(look);
    seen.push(variable.getStore());
    await variable.run('later', () => group.createTask(look));
  };
  await variable.run('at first', () => taskGroup(body));
  expect(seen).toEqual(['at first', 'of a task', 'at first', 'later', 'of a task']);
});
