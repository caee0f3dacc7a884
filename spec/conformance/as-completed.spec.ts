import { type Awaitable, type CoroutineContext, createTask } from 'rx-asyncio';
import { asCompleted } from 'rx-asyncio/promises';
import { run, sleep, virtualTime } from './asyncio';

virtualTime();

async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const result of results) collected.push(result);
  return collected;
}

const after =
  <T>(milliseconds: number, result: T) =>
  (context: CoroutineContext) =>
    sleep(milliseconds, context, result);

it('test_tasks.BaseTaskTests.test_as_completed: results come as they are there, each in its time', async () => {
  const results = asCompleted([after(10, 'b'), after(150, 'c'), after(10, 'a')]);
  expect(await run(collect(results))).toEqual({ status: 'fulfilled', value: ['b', 'a', 'c'], at: 150 });
});

it('test_tasks.BaseTaskTests.test_as_completed_same_tasks_in_as_out: each result tells which awaitable it is of', async () => {
  const value = (result: string) => () => Promise.resolve(result);
  const awaitables = [value('a'), createTask(value('b')), value('c'), createTask(value('d'))];
  const completions = await collect(asCompleted(awaitables, { returnExceptions: true }));
  expect(completions.map(({ key }) => key).sort()).toEqual([0, 1, 2, 3]);
  for (const completion of completions) {
    expect(completion).toMatchObject({ status: 'fulfilled', value: 'abcd'[completion.key] });
  }
});

it('test_tasks.BaseTaskTests.test_as_completed_with_timeout: what is there in time, then a TimeoutError; Tasks run on', async () => {
  const tasks = [createTask(after(100, 'a')), createTask(after(150, 'b'))];
  const taken: unknown[] = [];
  const looping = async () => {
    for await (const result of asCompleted(tasks, { timeout: 120 })) taken.push(result);
  };
  expect(await run(looping())).toMatchObject({ status: 'rejected', reason: { name: 'TimeoutError' }, at: 120 });
  expect(taken).toEqual(['a']);
  expect(tasks.map((task) => task.result())).toEqual(['a', 'b']);
});

it('test_tasks.BaseTaskTests.test_as_completed_with_unused_timeout: a timeout that is not needed is no bother', async () => {
  const results = asCompleted([after(10, 'a')], { timeout: 1000 });
  const ended = collect(results).then((value) => ({ value, timers: jest.getTimerCount() }));
  expect(await run(ended)).toMatchObject({ value: { value: ['a'], timers: 0 }, at: 10 });
});

it('test_tasks.BaseTaskTests.test_as_completed_concurrent: several results may be waited for at a time', async () => {
  const results = asCompleted([after(50, 'a'), after(50, 'b')])[Symbol.asyncIterator]();
  expect(await run(Promise.all([results.next(), results.next()]))).toMatchObject({
    value: [{ value: 'a' }, { value: 'b' }],
    at: 50,
  });
});

it('test_tasks.BaseTaskTests.test_as_completed_invalid_args: a single awaitable is no list of them', () => {
  for (const single of [createTask(() => Promise.resolve()), () => Promise.resolve()] as Awaitable<unknown>[]) {
    expect(() => asCompleted(single as [])).toThrow(TypeError);
  }
});
