import { createTask, gather, shield } from 'rx-asyncio';
import { shield as shielded } from 'rx-asyncio/promises';
import { future, pass, virtualTime } from './asyncio';

virtualTime();

it('test_tasks.BaseTaskTests.test_shield_result: the result is passed on', async () => {
  const inner = future<number>();
  const outer = createTask(shield(inner.task));
  inner.resolve(42);
  expect(await outer).toBe(42);
});

it('test_tasks.BaseTaskTests.test_shield_exception: a failure is passed on', () => {
  const inner = future();
  const outer = createTask(shield(inner.task));
  const error = new Error('expected');
  inner.reject(error);
  expect(outer.exception()).toBe(error);
});

it('test_tasks.BaseTaskTests.test_shield_cancel_inner: a cancellation from within is passed on', () => {
  const inner = future();
  const outer = createTask(shield(inner.task));
  inner.task.cancel();
  expect(outer.status).toBe('cancelled');
});

it('test_tasks.BaseTaskTests.test_shield_cancel_outer: a cancellation from outside ends the shield, and nobody listens to what is in it', () => {
  const inner = future<string>();
  const heard = jest.fn();
  const subscription = shield(inner.task).subscribe({ next: heard, error: heard });
  const outer = createTask(shield(inner.task));
  outer.cancel();
  subscription.unsubscribe();
  expect(outer.status).toBe('cancelled');
  expect(inner.task.status).toBe('pending');
  inner.resolve('late');
  expect(heard).not.toHaveBeenCalled();
});

it('test_tasks.BaseTaskTests.test_shield_shortcut: the result of a Task that is done is there at once', () => {
  const inner = future<number>();
  inner.resolve(42);
  expect(createTask(shield(inner.task)).result()).toBe(42);
});

it('test_tasks.BaseTaskTests.test_shield_effect: what is shielded runs on when its caller is cancelled', async () => {
  const waiter = future<undefined>();
  const proof: string[] = [];
  const inner = async () => {
    await waiter.task;
    proof.push('inner');
  };
  const outer = createTask(async ({ signal }) => {
    await shielded(inner, { signal });
    proof.push('outer');
  });
  await pass(0);
  outer.cancel();
  await expect(outer).rejects.toMatchObject({ name: 'CancelledError' });
  waiter.resolve(undefined);
  await pass(0);
  expect(proof).toEqual(['inner']);
});

it('test_tasks.BaseTaskTests.test_shield_gather: a gather in a shield comes to its end', () => {
  const [child1, child2] = [future<number>(), future<number>()];
  const parent = createTask(gather([child1.task, child2.task]));
  const outer = createTask(shield(parent));
  outer.cancel();
  expect(outer.status).toBe('cancelled');
  child1.resolve(1);
  child2.resolve(2);
  expect(parent.result()).toEqual([1, 2]);
});

it('test_tasks.BaseTaskTests.test_gather_shield: shields in a gather are cancelled, what is in them is not', () => {
  const [child1, child2] = [future<number>(), future<number>()];
  const [inner1, inner2] = [createTask(shield(child1.task)), createTask(shield(child2.task))];
  const parent = createTask(gather([inner1, inner2]));
  parent.cancel();
  expect([parent.status, inner1.status, inner2.status]).toEqual(['cancelled', 'cancelled', 'cancelled']);
  child1.resolve(1);
  child2.resolve(2);
  expect([child1.task.result(), child2.task.result()]).toEqual([1, 2]);
});
