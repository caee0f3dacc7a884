import * as here from 'rx-asyncio/promises';
import { NEVER, of } from 'rxjs';

// Some browsers have no such symbols yet. What compiles `using` calls the method by these names there.
const [dispose, asyncDispose] = [Symbol.for('Symbol.dispose'), Symbol.for('Symbol.asyncDispose')];

/** The package, loaded where the platform does not know `using`. */
function loadedWithout(): typeof here {
  const { dispose, asyncDispose } = Symbol;
  Object.assign(Symbol, { dispose: undefined, asyncDispose: undefined });
  try {
    let there = here;
    jest.isolateModules(() => {
      there = jest.requireActual<typeof here>('rx-asyncio/promises');
    });
    return there;
  } finally {
    Object.assign(Symbol, { dispose, asyncDispose });
  }
}

type Disposing = Record<symbol, () => Promise<void> | undefined>;

const { createTask, asCompleted, Semaphore } = loadedWithout();

describe('where the platform does not know `using`', () => {
  it('a Task is disposed of by the name that compilers use', async () => {
    const task = createTask(NEVER);
    await (task as unknown as Disposing)[asyncDispose]?.();
    expect(task.status).toBe('cancelled');
    expect('undefined' in task).toBe(false);
  });

  it('so is a loop over results', async () => {
    const results = asCompleted([of(1), of(2)]);
    await (results as unknown as Disposing)[asyncDispose]?.();
    expect(await results.next()).toEqual({ done: true, value: undefined });
    expect('undefined' in results).toBe(false);
    expect(asyncDispose in results[Symbol.asyncIterator]()).toBe(true);
  });

  it('so is a permit', async () => {
    const limit = new Semaphore(1);
    const permit = await limit.acquire();
    await (permit as unknown as Disposing)[dispose]?.();
    expect(limit.available).toBe(1);
    expect('undefined' in permit).toBe(false);
  });
});
