import { builtIn } from './built-in.js';
import type { Node } from './node.js';

/** On whose behalf code runs. */
interface Current {
  getStore(): Node | undefined;
  run(node: Node, body: () => void): void;
}

interface AsyncHooks {
  readonly AsyncLocalStorage: new () => Current;
}

/** One for all trees: Node 22 and before never let go of any, and copy what each holds with every asynchronous step. */
let storage: Current | undefined;

/** Also after an `await` where there is an AsyncLocalStorage, else while it is on the stack. It may be of another tree. */
export function currentNode(): Current {
  const hooks = builtIn<AsyncHooks>('node:async_hooks');
  return hooks === undefined ? new OnStack() : (storage ??= new hooks.AsyncLocalStorage());
}

class OnStack implements Current {
  #store: Node | undefined;

  getStore(): Node | undefined {
    return this.#store;
  }

  run(store: Node, body: () => void): void {
    const outer = this.#store;
    this.#store = store;
    try {
      body();
    } finally {
      this.#store = outer;
    }
  }
}
