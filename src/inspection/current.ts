import { builtIn } from './built-in.js';

interface Storage<T> {
  getStore(): T | undefined;
  run<R>(store: T, body: () => R): R;
}

interface AsyncHooks {
  readonly AsyncLocalStorage: new () => Storage<unknown>;
}

/** On whose behalf code runs: also after an `await` where there is an AsyncLocalStorage, else while it is on the stack. */
export function newStorage<T>(): Storage<T> {
  const hooks = builtIn<AsyncHooks>('node:async_hooks');
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
