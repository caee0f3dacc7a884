import { AsyncLocalStorage } from 'node:async_hooks';
import { asCompletedAll } from 'rx-asyncio';
import { Subject } from 'rxjs';

/** In which store what arrives for a subscriber of the first store is started, when it comes from the second. */
function storeOfArrival(): string | undefined {
  const storage = new AsyncLocalStorage<string>();
  const source = new Subject<() => Promise<void>>();
  let seen: string | undefined;
  storage.run('subscriber', () => source.pipe(asCompletedAll()).subscribe());
  storage.run('emitter', () => {
    source.next(async () => {
      seen = storage.getStore();
      return Promise.resolve();
    });
  });
  return seen;
}

describe('what starts late', () => {
  it('runs in the context of the subscriber', () => {
    expect(storeOfArrival()).toBe('subscriber');
  });

  it('runs in whatever context there is, where the platform cannot tell them apart', () => {
    const replaced = jest.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
    expect(storeOfArrival()).toBe('emitter');
    replaced.mockRestore();
  });

  it('runs in a snapshot of AsyncContext, where the platform has that', () => {
    const run = jest.fn((body: () => unknown) => body());
    const platform = globalThis as { AsyncContext?: unknown };
    platform.AsyncContext = {
      Snapshot: class {
        readonly run = run;
      },
    };
    try {
      storeOfArrival();
      expect(run).toHaveBeenCalledTimes(1);
    } finally {
      delete platform.AsyncContext;
    }
  });
});
