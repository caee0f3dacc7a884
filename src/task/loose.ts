import { listen } from '../awaitable/source.js';
import { shared } from '../cleanup/shared.js';
import type { Task } from './task.js';

/**
 * Notes a Task that is a part of nothing, before it is started, with the program in whose context it is created, if `run` of
 * `rx-asyncio/node` runs one: that ends with its main, and cancels then what is left.
 */
export function note(task: Task<unknown>): void {
  const loose = shared.programs?.getStore()?.loose;
  if (loose === undefined) return;
  loose.add(task);
  task[listen]({
    settled: () => {
      loose.delete(task);
      // Its failure is for others to take.
      return false;
    },
  });
}
