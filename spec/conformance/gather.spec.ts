import type { Observable } from 'rxjs';
import { type Awaitable, type CoroutineContext, createTask, gather, type GatherOptions } from 'rx-asyncio';
import { gather as gathered, shield, waitFor } from 'rx-asyncio/promises';
import { type Future, future, pass, run, sleep, virtualTime } from './asyncio';

virtualTime();

// asyncio runs these on Futures and on coroutines that await Futures; so do we.
type Wrap = (future: Future<number>) => Awaitable<number>;
const asFuture: Wrap = ({ task }) => task;
const asCoroutine: Wrap =
  ({ task }) =>
  (context) =>
    shield(task, context);

/** All that comes of it. */
function endings(source: Observable<unknown>): unknown[] {
  const ended: unknown[] = [];
  const push = (ending: unknown) => {
    ended.push(ending);
  };
  source.subscribe({ next: push, error: push });
  return ended;
}

async function checkSuccess(wrap: Wrap, options: GatherOptions, expected: unknown[]): Promise<void> {
  const [a, b, c] = [future<number>(), future<number>(), future<number>()];
  const gathering = createTask(gather([a, b, c].map(wrap), options));
  b.resolve(1);
  a.resolve(2);
  await pass(0);
  expect(gathering.done).toBe(false);
  c.resolve(3);
  await pass(0);
  expect(gathering.result()).toEqual(expected);
}

const outcomes = [2, 1, 3].map((value) => ({ status: 'fulfilled', value }));

async function checkOneException(wrap: Wrap): Promise<void> {
  const [a, b, c, d, e] = [future<number>(), future<number>(), future<number>(), future<number>(), future<number>()];
  const ended = endings(gather([a, b, c, d, e].map(wrap)));
  const error = new RangeError('division by zero');
  a.resolve(1);
  b.reject(error);
  await pass(0);
  expect(ended).toEqual([error]);
  c.resolve(3);
  d.task.cancel();
  e.reject(new Error('at runtime'));
  expect(e.task.exception()).toEqual(new Error('at runtime'));
  await pass(0);
  expect(ended).toEqual([error]);
}

async function checkReturnExceptions(wrap: Wrap): Promise<void> {
  const [a, b, c, d] = [future<number>(), future<number>(), future<number>(), future<number>()];
  const gathering = createTask(gather([a, b, c, d].map(wrap), { returnExceptions: true }));
  const [error1, error2] = [new RangeError('division by zero'), new Error('at runtime')];
  b.resolve(1);
  c.reject(error1);
  a.resolve(3);
  await pass(0);
  expect(gathering.done).toBe(false);
  d.reject(error2);
  await pass(0);
  expect(gathering.result()).toEqual([
    { status: 'fulfilled', value: 3 },
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: error1 },
    { status: 'rejected', reason: error2 },
  ]);
}

it('test_tasks.FutureGatherTests.test_success: results of Tasks are there once the last is, in the order of the list', async () => {
  await checkSuccess(asFuture, {}, [2, 1, 3]);
  await checkSuccess(asFuture, { returnExceptions: false }, [2, 1, 3]);
});

it('test_tasks.CoroutineGatherTests.test_success: results of coroutines are there once the last is, in the order of the list', async () => {
  await checkSuccess(asCoroutine, {}, [2, 1, 3]);
  await checkSuccess(asCoroutine, { returnExceptions: false }, [2, 1, 3]);
});

it('test_tasks.FutureGatherTests.test_result_exception_success: outcomes of Tasks that all succeed', async () => {
  await checkSuccess(asFuture, { returnExceptions: true }, outcomes);
});

it('test_tasks.CoroutineGatherTests.test_result_exception_success: outcomes of coroutines that all succeed', async () => {
  await checkSuccess(asCoroutine, { returnExceptions: true }, outcomes);
});

it('test_tasks.FutureGatherTests.test_one_exception: the first failure of a Task is passed on at once, and what follows changes nothing', async () => {
  await checkOneException(asFuture);
});

it('test_tasks.CoroutineGatherTests.test_one_exception: the first failure of a coroutine is passed on at once, and what follows changes nothing', async () => {
  await checkOneException(asCoroutine);
});

it('test_tasks.FutureGatherTests.test_return_exceptions: failures of Tasks stand among the results', async () => {
  await checkReturnExceptions(asFuture);
});

it('test_tasks.CoroutineGatherTests.test_return_exceptions: failures of coroutines stand among the results', async () => {
  await checkReturnExceptions(asCoroutine);
});

it('test_tasks.FutureGatherTests.test_constructor_empty_sequence_use_running_loop: nothing gives an empty list', () => {
  expect(createTask(gather([])).result()).toEqual([]);
});

it('test_tasks.FutureGatherTests.test_constructor_homogenous_futures: the same Tasks can be gathered more than once', () => {
  const children = [future<number>(), future<number>(), future<number>()];
  const gatherings = [1, 2].map(() => createTask(gather(children.map(asFuture))));
  expect(gatherings.map((task) => task.done)).toEqual([false, false]);
  for (const { resolve } of children) resolve(7);
  expect(gatherings.map((task) => task.result())).toEqual([
    [7, 7, 7],
    [7, 7, 7],
  ]);
});

it('test_tasks.FutureGatherTests.test_one_cancellation: a cancelled Task fails the gather, which does not cancel the others', () => {
  const [a, b, c, d, e] = [future<number>(), future<number>(), future<number>(), future<number>(), future<number>()];
  const ended = endings(gather([a, b, c, d, e].map(asFuture)));
  a.resolve(1);
  b.task.cancel();
  expect(ended).toMatchObject([{ name: 'CancelledError' }]);
  expect([c, d, e].map(({ task }) => task.status)).toEqual(['pending', 'pending', 'pending']);
  c.resolve(3);
  d.task.cancel();
  e.reject(new Error('at runtime'));
  expect(e.task.exception()).toEqual(new Error('at runtime'));
  expect(ended).toHaveLength(1);
});

it('test_tasks.FutureGatherTests.test_result_exception_one_cancellation: cancellations stand among the outcomes', () => {
  const [a, b, c] = [future<number>(), future<number>(), future<number>()];
  const [d, e, f] = [future<number>(), future<number>(), future<number>()];
  const gathering = createTask(gather([a, b, c, d, e, f].map(asFuture), { returnExceptions: true }));
  a.resolve(1);
  b.reject(new RangeError('division by zero'));
  c.task.cancel();
  expect(gathering.done).toBe(false);
  d.resolve(3);
  e.task.cancel();
  f.reject(new Error('at runtime'));
  expect(gathering.result()).toMatchObject([
    { value: 1 },
    { reason: { name: 'RangeError', message: 'division by zero' } },
    { reason: { name: 'CancelledError' } },
    { value: 3 },
    { reason: { name: 'CancelledError' } },
    { reason: { name: 'Error', message: 'at runtime' } },
  ]);
});

it('test_tasks.CoroutineGatherTests.test_duplicate_coroutines: what is given more than once has its result in each place', async () => {
  const coroutine = jest.fn(() => Promise.resolve('abc'));
  const c = createTask(coroutine);
  expect(await gathered([c, c, () => Promise.resolve('def'), c])).toEqual(['abc', 'abc', 'def', 'abc']);
  expect(coroutine).toHaveBeenCalledTimes(1);
});

it('test_tasks.CoroutineGatherTests.test_cancellation_broadcast: cancelling the caller cancels all children', async () => {
  const waiter = future<undefined>();
  const proof: string[] = [];
  const inner = async ({ signal }: CoroutineContext) => {
    await waitFor(waiter.task, undefined, { signal });
    proof.push('inner');
  };
  const [child1, child2] = [createTask(inner), createTask(inner)];
  const gatherer = createTask(gather([child1, child2]));
  const outer = createTask(async ({ signal }) => {
    await waitFor(gatherer, undefined, { signal });
    proof.push('outer');
  });
  await pass(0);
  expect(outer.cancel()).toBe(true);
  await expect(outer).rejects.toMatchObject({ name: 'CancelledError' });
  expect(gatherer.cancel()).toBe(false);
  expect([waiter.task, child1, child2].map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
  await pass(0);
  expect(proof).toEqual([]);
});

it('test_tasks.CoroutineGatherTests.test_issue46672: one that is no awaitable is a TypeError, and no other', async () => {
  const coroutine = () => Promise.resolve('abc');
  await expect(gathered([coroutine, {} as Awaitable<string>])).rejects.toThrow(
    new TypeError('gather: awaitables[1] must be an ObservableInput or a coroutine function, got an object'),
  );
});

it('test_tasks.BaseTaskTests.test_cancel_gather_1: a gather refuses to be cancelled once all children are done', async () => {
  const waiter = future<number>();
  const child = createTask(async () => await waiter.task);
  const gathering = createTask(gather([child]));
  const cancelled: boolean[] = [];
  const cancel = () => {
    cancelled.push(gathering.cancel());
  };
  child.subscribe({ next: cancel, error: cancel });
  waiter.resolve(42);
  await child;
  expect(cancelled).toEqual([false]);
  expect(gathering.result()).toEqual([42]);
});

it('test_tasks.BaseTaskTests.test_cancel_gather_2: a cancellation goes through a gather of outcomes to its caller, message and all', async () => {
  for (const [given, expected] of [
    [undefined, 'cancelled'],
    ['my message', 'my message'],
  ] as const) {
    const task = createTask(async ({ signal }) => {
      for (let round = 0; round < 20; round++) {
        await gathered([(context) => sleep(50, context)], { returnExceptions: true, signal });
      }
    });
    await pass(200);
    task.cancel(given);
    expect(await run(task)).toMatchObject({ reason: { name: 'CancelledError', message: expected } });
  }
});
