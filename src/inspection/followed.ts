import { type Listenable, listen, type Listener, type TaskStatus, unlisten } from '../awaitable/source.js';
import type { Ended } from './end.js';
import type { Node } from './node.js';

/** The Tasks that are listened to on behalf of their nodes, until they are done or nobody looks any more. */
export class Followed {
  readonly #listeners = new Map<Listenable, { readonly node: Node; readonly listener: Listener }>();

  /** At once, where it is done. */
  add(task: Listenable, node: Node): void {
    const settled = (status: TaskStatus, outcome: unknown) => {
      this.#listeners.delete(task);
      node.end(status as Ended, outcome);
      // The failure is for others to take.
      return false;
    };
    const listener = { ownsTask: true, settled };
    this.#listeners.set(task, { node, listener });
    task[listen](listener);
  }

  /** Those stay that somebody is still to be told of. */
  leave(): void {
    for (const [task, { node, listener }] of this.#listeners) {
      if (node.isToldOf) continue;
      this.#listeners.delete(task);
      task[unlisten](listener);
    }
  }
}
