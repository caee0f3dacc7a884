import type { Cleanup } from '../cleanup/failures.js';
import { newStorage } from './current.js';
import type { Node } from './node.js';

/** Follows on whose behalf code runs, and what is left when something is torn down. */
export class Watch {
  readonly #current = newStorage<Node>();
  #left: Cleanup[] | undefined;

  get current(): Node | undefined {
    const node = this.#current.getStore();
    return node?.isOver ? node.above : node;
  }

  run(node: Node, body: () => void): void {
    this.#current.run(node, body);
  }

  /** For whoever a node runs for. */
  runAbove(node: Node, body: () => void): void {
    this.#current.run(node.above, body);
  }

  /** Tears something down that a node stands for: it is there until what that leaves has been cleaned up. */
  tearDown(node: Node, run: () => void): void {
    const outer = this.#left;
    const left: Cleanup[] = (this.#left = []);
    try {
      run();
    } finally {
      this.#left = outer;
      outer?.push(...left);
      for (const cleanup of left) node.hold(cleanup);
    }
  }

  left(cleanup: Cleanup): void {
    this.#left?.push(cleanup);
  }
}
