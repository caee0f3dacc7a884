import { TimeoutError } from 'rxjs';
import {
  CancelledError,
  type CoroutineContext,
  createTask,
  taskGroup as taskGroup$,
  type TaskGroup,
  waitFor as waitFor$,
} from 'rx-asyncio';
import { shield, taskGroup, waitFor } from 'rx-asyncio/promises';
import { deferred } from '../support/deferred';
import { crunch, pass, run, sleep, virtualTime } from './asyncio';
import { failInCleanup, forever, KeyError } from './groups';

virtualTime();

// A cancel scope is here a group, whose cancel() it is, or a waitFor() where it has a deadline. What is shielded there is
// here what is not handed the signal: whoever is cancelled waits for it.

const cancelled = { status: 'rejected', reason: { name: 'CancelledError' } };

/** As `move_on_after()`, where `waitFor()` is `fail_after()`. */
async function moveOnAfter(milliseconds: number, body: (context: CoroutineContext) => Promise<void>): Promise<void> {
  await waitFor(body, milliseconds).catch((error: unknown) => {
    if (!(error instanceof TimeoutError)) throw error;
  });
}

it('trio test_run.cancellation.test_cancel_points: whatever heeds the signal ends at once after a cancellation, and nothing else does', async () => {
  const group = taskGroup(async (group) => {
    group.signal.throwIfAborted();
    await sleep(10, group);
    group.cancel();
    expect(() => {
      group.signal.throwIfAborted();
    }).toThrow(CancelledError);
    await crunch(10);
    await crunch(10);
    await expect(forever(group)).rejects.toMatchObject({ name: 'CancelledError' });
    return 'ended';
  });
  expect(await run(group)).toEqual({ status: 'fulfilled', value: 'ended', at: 30 });
});

it('trio test_run.cancellation.test_cancel_edge_cases: cancelling twice is as good as once, and it stays cancelled', async () => {
  const group = taskGroup(async (group) => {
    group.cancel();
    group.cancel();
    for (let i = 0; i < 2; i++) await expect(forever(group)).rejects.toMatchObject({ name: 'CancelledError' });
    await forever(group);
    return 'never';
  });
  expect(await run(group)).toEqual({ status: 'fulfilled', value: undefined, at: 0 });
});

it('trio test_run.cancellation.test_cancel_scope_exceptiongroup_filtering: of tasks that are cancelled, only real failures are told', async () => {
  const outer = createTask(
    taskGroup$(async (group) => {
      void group.createTask(forever);
      void group.createTask(failInCleanup(new KeyError('cleanup')));
      void group.createTask(forever);
      await forever(group);
    }),
  );
  await pass(10);
  outer.cancel();
  expect(await run(outer)).toMatchObject({
    reason: { name: 'AggregateError', errors: [new KeyError('cleanup')] },
    at: 10,
  });
});

it('unlike trio test_run.cancellation.test_cancel_shielding: what is shielded runs on, and whoever is cancelled does not wait for it', async () => {
  const record: string[] = [];
  const save = async () => {
    await crunch(100);
    record.push('saved');
  };
  const outer = createTask((context) => shield(save, { signal: context.signal }));
  await pass(10);
  outer.cancel();
  await pass(0);
  expect({ status: outer.status, record }).toEqual({ status: 'cancelled', record: [] });
  await pass(90);
  expect(record).toEqual(['saved']);
});

it('trio test_run.cancellation.test_cancel_inheritance: a cancellation reaches all tasks of all nested groups at once', async () => {
  const record = new Set<string>();
  const leaf = (name: string) => (context: CoroutineContext) => forever(context).finally(() => record.add(name));
  const worker = (name: string) =>
    taskGroup$((group) => {
      void group.createTask(leaf(`${name}, leaf 1`));
      void group.createTask(leaf(`${name}, leaf 2`));
      return Promise.resolve();
    });
  const group = taskGroup((group) => {
    void group.createTask(worker('worker 1'));
    void group.createTask(worker('worker 2'));
    group.cancel();
    return Promise.resolve();
  });
  expect(await run(group)).toMatchObject({ status: 'fulfilled', at: 0 });
  expect([...record].sort()).toEqual(['worker 1, leaf 1', 'worker 1, leaf 2', 'worker 2, leaf 1', 'worker 2, leaf 2']);
});

it('trio test_run.cancellation.test_basic_timeout: a timeout that has not run out cancels nothing, and one that has does', async () => {
  let signal!: AbortSignal;
  const quick = (context: CoroutineContext) => {
    signal = context.signal;
    return sleep(10, context, 'in time');
  };
  expect(await run(waitFor(quick, 1000))).toEqual({ status: 'fulfilled', value: 'in time', at: 10 });
  await pass(2000);
  expect(signal.aborted).toBe(false);

  const refused = jest.fn();
  const slow = async (context: CoroutineContext) => {
    await forever(context).catch(refused);
    await forever(context);
  };
  const start = Date.now();
  expect(await run(waitFor(slow, 1000))).toMatchObject({
    reason: { name: 'TimeoutError' },
    at: start + 1000,
  });
  expect(refused).toHaveBeenCalledTimes(1);
});

it('trio test_run.cancellation.test_cancel_scope_nesting: of two that are cancelled at once the outer one counts', async () => {
  const record: string[] = [];
  const innermost = (middle: TaskGroup) => async (inner: TaskGroup) => {
    inner.cancel();
    middle.cancel();
    await forever(inner);
  };
  const outer = taskGroup(async (outer) => {
    const nested = async (middle: TaskGroup) => {
      await taskGroup(innermost(middle), { signal: middle.signal });
      record.push('past the inner one');
    };
    await taskGroup(nested, { signal: outer.signal });
    record.push('past the middle one');
    return outer.signal.aborted;
  });
  expect(await run(outer)).toMatchObject({ status: 'fulfilled', value: false });
  expect(record).toEqual(['past the middle one']);

  const unnoticed = taskGroup(async (group) => {
    group.cancel();
    await crunch(10);
    return 'result';
  });
  expect(await run(unnoticed)).toMatchObject({ status: 'fulfilled', value: 'result' });
});

it('trio test_run.cancellation.test_failed_abort: a task that does not heed its cancellation is waited for', async () => {
  const wake = deferred();
  const record: string[] = [];
  let cancel!: () => void;
  const group = taskGroup((group) => {
    cancel = group.cancel;
    void group.createTask(async ({ signal }) => {
      record.push('sleeps');
      await wake.promise;
      record.push('woke');
      if (signal.aborted) record.push('cancelled');
    });
    return Promise.resolve();
  });
  await pass(10);
  cancel();
  await pass(10);
  expect(record).toEqual(['sleeps']);
  wake.resolve();
  await group;
  expect(record).toEqual(['sleeps', 'woke', 'cancelled']);
});

it('trio test_run.cancellation.test_yield_briefly_checks_for_timeout: who was busy beyond a timeout sees that as soon as it looks', async () => {
  const past = jest.fn();
  const busy = async ({ signal }: CoroutineContext) => {
    await crunch(10);
    signal.throwIfAborted();
    past();
  };
  expect(await run(waitFor(busy, 5))).toMatchObject({ reason: { name: 'TimeoutError' }, at: 10 });
  expect(past).not.toHaveBeenCalled();
});

/** Takes 20 ms to be cancelled, and tells when that begins. */
const slowToCancel = ({ signal }: CoroutineContext, record: string[]) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      record.push('asked to end');
      setTimeout(() => {
        reject(signal.reason as Error);
      }, 20);
    });
  });

it('trio test_run.cancellation.test_slow_abort_basic: a cancellation that takes its time is waited for', async () => {
  const record: string[] = [];
  const task = createTask((context) => slowToCancel(context, record));
  task.cancel();
  expect(record).toEqual(['asked to end']);
  expect(await run(task)).toMatchObject({ ...cancelled, at: 20 });
});

it('trio test_run.cancellation.test_slow_abort_edge_cases: what is cancelled from two sides is asked once, and may finish what it does', async () => {
  const record: string[] = [];
  const cancels: (() => void)[] = [];
  const stubborn = async (context: CoroutineContext) => {
    await slowToCancel(context, record).catch(() => record.push('cancelled'));
    await crunch(10);
    record.push('done');
  };
  const outer = createTask(
    taskGroup$((outer) => {
      cancels.push(outer.cancel);
      return taskGroup$((inner) => {
        cancels.push(inner.cancel);
        void inner.createTask(stubborn);
        return forever(inner);
      });
    }),
  );
  await pass(0);
  for (const cancel of cancels) cancel();
  expect(record).toEqual(['asked to end']);
  expect(await run(outer)).toMatchObject({ at: 30 });
  expect(record).toEqual(['asked to end', 'cancelled', 'done']);
});

it('trio test_run.cancellation.test_cancel_scope_no_cancellederror: a group of failures without a cancellation in it comes through a cancelled group', async () => {
  const failures = new AggregateError([new Error('one'), new Error('two')], 'several');
  const group = taskGroup((group) => {
    group.cancel();
    return Promise.reject(failures);
  });
  expect(await run(group)).toMatchObject({
    status: 'rejected',
    reason: { name: 'AggregateError', errors: [failures] },
  });
});

it('trio test_timeouts.timeouts.test_move_on_after: a timeout ends what would go on for ever, and one can go on after it', async () => {
  expect(await run(moveOnAfter(50, forever))).toEqual({ status: 'fulfilled', value: undefined, at: 50 });
});

it('trio test_timeouts.timeouts.test_context_shields_from_outer: within a timeout that is not handed the signal, nothing is cancelled from outside', async () => {
  const aborted: boolean[] = [];
  for (const within of [waitFor, (body: (context: CoroutineContext) => Promise<void>) => moveOnAfter(50, body)]) {
    const start = Date.now();
    const outer = createTask(async ({ signal }) => {
      const body = async (inner: CoroutineContext) => {
        await crunch(20);
        aborted.push(signal.aborted, inner.signal.aborted);
      };
      await within(body, 50);
      signal.throwIfAborted();
    });
    await pass(10);
    outer.cancel();
    expect(await run(outer)).toMatchObject({ ...cancelled, at: start + 20 });
  }
  expect(aborted).toEqual([true, false, true, false]);
});

it('trio test_timeouts.timeouts.test_move_on_after_moves_on_even_if_shielded: such a timeout still runs out, and one can go on after it', async () => {
  const outer = createTask(async ({ signal }) => {
    await moveOnAfter(50, forever);
    return signal.aborted;
  });
  outer.cancel();
  expect(await run(outer)).toEqual({ status: 'fulfilled', value: true, at: 50 });
});

it('trio test_timeouts.timeouts.test_fail_after_fails_even_if_shielded: such a timeout still runs out, and is the failure', async () => {
  const outer = createTask(async ({ signal }) => {
    await waitFor(forever, 50);
    signal.throwIfAborted();
  });
  outer.cancel();
  expect(await run(outer)).toMatchObject({ status: 'rejected', reason: { name: 'TimeoutError' }, at: 50 });
});

it('trio test_timeouts.timeouts.test_fail: a timeout is a TimeoutError, as milliseconds or as a Date, and none where there is time enough', async () => {
  const late = { status: 'rejected', reason: { name: 'TimeoutError' } };
  expect(await run(waitFor(forever, new Date(50)))).toMatchObject({ ...late, at: 50 });
  expect(await run(waitFor(forever, 50))).toMatchObject({ ...late, at: 100 });
  const nap = (context: CoroutineContext) => sleep(0, context);
  expect(await run(waitFor(nap, new Date(200)))).toMatchObject({ status: 'fulfilled', at: 100 });
  expect(await run(waitFor(nap, 100))).toMatchObject({ status: 'fulfilled', at: 100 });
});

it('unlike trio test_timeouts.timeouts.test_timeouts_raise_value_error: a negative timeout has run out; only what is no time at all is refused', async () => {
  const started = jest.fn(forever);
  expect(() => waitFor(started, NaN)).toThrow(RangeError);
  expect(() => waitFor(started, new Date(NaN))).toThrow(RangeError);
  expect(await run(waitFor(started, -1))).toMatchObject({ reason: { name: 'TimeoutError' }, at: 0 });
  expect(started).not.toHaveBeenCalled();
});

it('trio test_timeouts.timeouts.test_timeout_deadline_on_entry: a timeout begins when the wait does, not when it is made', async () => {
  const waiting = waitFor$(forever, 50);
  await pass(30);
  expect(await run(createTask(waiting))).toMatchObject({ reason: { name: 'TimeoutError' }, at: 80 });
});
