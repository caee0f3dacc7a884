import { CancelledError, createTask, type Task } from 'rx-asyncio';
import { Subject } from 'rxjs';

/** So many Tasks, each listening to the one before, and what the first one waits for. */
function chain(length: number) {
  const source = new Subject<string>();
  const first: Task<string> = createTask(source);
  let last = first;
  for (let i = 1; i < length; i++) last = createTask(last);
  return { source, first, last };
}

describe('a chain of 100,000 Tasks, each listening to the one before,', () => {
  it('is fulfilled in the moment in which the first one is', () => {
    const { source, last } = chain(100_000);
    source.next('result');
    source.complete();
    expect(last.result()).toBe('result');
  });

  it('fails in the moment in which the first one does', () => {
    const { source, last } = chain(100_000);
    const failure = new Error('failed');
    source.error(failure);
    expect(last.exception()).toBe(failure);
  });

  it('is cancelled in the moment in which the first one is', () => {
    const { first, last } = chain(100_000);
    first.cancel('enough');
    expect(() => last.result()).toThrow(new CancelledError('enough'));
  });
});

describe('as a Promise, a Task', () => {
  it('has catch and finally', async () => {
    const failure = new Error('failed');
    const settled = jest.fn();
    await expect(createTask(() => Promise.reject(failure)).catch((error: unknown) => [error])).resolves.toEqual([
      failure,
    ]);
    await expect(createTask(() => Promise.resolve('done')).finally(settled)).resolves.toBe('done');
    expect(settled).toHaveBeenCalledTimes(1);
  });
});
