import type * as inspect from 'rx-asyncio/inspect';
import type * as promises from 'rx-asyncio/promises';
import { NEVER, of } from 'rxjs';

// Some browsers have no such symbols yet. What compiles `using` calls the method by these names there.
const [dispose, asyncDispose] = [Symbol.for('Symbol.dispose'), Symbol.for('Symbol.asyncDispose')];

interface Entries {
  'rx-asyncio/promises': typeof promises;
  'rx-asyncio/inspect': typeof inspect;
}

/** An entry, loaded where the platform does not know `using`: what Symbol has for it, nobody can take away. */
function loadedWithout<N extends keyof Entries>(name: N): Entries[N] {
  const { Symbol } = globalThis;
  globalThis.Symbol = withoutDisposing(Symbol);
  try {
    let entry!: Entries[N];
    jest.isolateModules(() => {
      entry = jest.requireActual<Entries[N]>(name);
    });
    return entry;
  } finally {
    globalThis.Symbol = Symbol;
  }
}

function withoutDisposing(symbol: SymbolConstructor): SymbolConstructor {
  const make = (description?: string) => symbol(description);
  return new Proxy(make as SymbolConstructor, {
    get: (_, key) => (key === 'dispose' || key === 'asyncDispose' ? undefined : (Reflect.get(symbol, key) as unknown)),
  });
}

type Disposing = Record<symbol, () => Promise<void> | undefined>;

const { createTask, asCompleted, Semaphore } = loadedWithout('rx-asyncio/promises');
const { inspectTasks } = loadedWithout('rx-asyncio/inspect');

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

  it('so is the tree of what runs', () => {
    const tree = inspectTasks();
    void (tree as unknown as Disposing)[dispose]?.();
    expect('undefined' in tree).toBe(false);
    createTask(NEVER, { name: 'unseen' });
    expect(tree.children).toEqual([]);
  });
});
