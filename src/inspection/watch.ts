import type { Cleanup } from '../cleanup/failures.js';
import { currentNode } from './current.js';
import type { Node } from './node.js';

/** Who is told of what runs. */
export interface Observer {
  /** Something begins: `begin` is to be called, once and at once. */
  start(node: Node, begin: () => void): void;
  /** It is cancelled before its end. */
  cancelled?(node: Node): void;
}

/** Follows on whose behalf code runs, and what is left when something is torn down. */
export class Watch {
  readonly #current = currentNode();
  readonly #root: Node;
  readonly #observers: Iterable<Observer>;
  #left: Cleanup[] | undefined;

  constructor(root: Node, observers: Iterable<Observer>) {
    this.#root = root;
    this.#observers = observers;
  }

  get current(): Node | undefined {
    const node = this.#current.getStore();
    if (node?.root !== this.#root) return undefined;
    return node.isOver ? node.above : node;
  }

  /** Runs what a node stands for, and has those told who observe it. */
  start(node: Node, body: () => void): void {
    let begin = () => {
      this.run(node, body);
    };
    for (const observer of this.#observers) {
      const inner = begin;
      begin = () => {
        observer.start(node, inner);
      };
    }
    begin();
  }

  run(node: Node, body: () => void): void {
    this.#current.run(node, body);
  }

  /** For whoever a node runs for. */
  runAbove(node: Node, body: () => void): void {
    this.#current.run(node.above, body);
  }

  /** Tears something down that a node stands for: it is there until what that leaves has been cleaned up. */
  tearDown(node: Node, run: () => void, isCancelled = !node.hasEnded): void {
    if (isCancelled) for (const observer of this.#observers) observer.cancelled?.(node);
    const outer = this.#left;
    const left: Cleanup[] = (this.#left = []);
    try {
      run();
    } finally {
      this.#left = outer;
      for (const cleanup of left) {
        outer?.push(cleanup);
        node.hold(cleanup);
      }
    }
  }

  left(cleanup: Cleanup): void {
    this.#left?.push(cleanup);
  }
}
