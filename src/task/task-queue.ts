import type { Subscriber } from 'rxjs';
import { type Reason, shared } from '../cleanup/shared.js';
import { type Context, currentContext } from '../awaitable/async-context.js';
import { Queue } from '../running/queue.js';
import { cancelFor } from './symbols.js';
import { startTask, type Task } from './task.js';

/** Tasks that wait for room. They are started in the context of whoever has created them. */
export class TaskQueue {
  readonly #tasks = new Queue<Task<unknown>>();
  readonly #contexts = new WeakMap<Task<unknown>, Context>();

  push(task: Task<unknown>, subscriber: Subscriber<unknown>): void {
    shared.inspector?.adopt(task, subscriber);
    this.#tasks.push(task);
  }

  /** Called by who has pushed it, when it was not taken at once. */
  keepContext(task: Task<unknown>): void {
    if (!this.#tasks.isEmpty) this.#contexts.set(task, currentContext());
  }

  /** The first, but for those that were cancelled while they waited. */
  next(): Task<unknown> | undefined {
    while (!this.#tasks.isEmpty) {
      const task = this.#tasks.shift();
      if (!task.done) return task;
    }
    return undefined;
  }

  start(task: Task<unknown>, owner: Subscriber<unknown>): void {
    const context = this.#contexts.get(task);
    if (context === undefined) startTask(task, owner);
    else {
      context.run(() => {
        startTask(task, owner);
      });
    }
  }

  cancelAll(reason: Reason): void {
    while (!this.#tasks.isEmpty) this.#tasks.shift()[cancelFor](reason);
  }
}
