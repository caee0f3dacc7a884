interface Storage<T> {
  getStore(): T | undefined;
  run<R>(store: T, body: () => R): R;
}

interface Platform {
  readonly process?: {
    getBuiltinModule?: (name: string) => { AsyncLocalStorage: new () => Storage<unknown> } | undefined;
  };
}

/** On whose behalf code runs: also after an `await` where there is an AsyncLocalStorage, else while it is on the stack. */
export function newStorage<T>(): Storage<T> {
  const { process } = globalThis as Platform;
  // No import, which bundlers would follow.
  const hooks = process?.getBuiltinModule?.('node:async_hooks');
  return hooks === undefined ? new OnStack<T>() : (new hooks.AsyncLocalStorage() as Storage<T>);
}

class OnStack<T> implements Storage<T> {
  #store: T | undefined;

  getStore(): T | undefined {
    return this.#store;
  }

  run<R>(store: T, body: () => R): R {
    const outer = this.#store;
    this.#store = store;
    try {
      return body();
    } finally {
      this.#store = outer;
    }
  }
}
