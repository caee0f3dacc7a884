import type { Listener, TaskStatus } from '../awaitable/source.js';
import { outside } from '../cleanup/collector.js';
import { report } from '../cleanup/report.js';
import { Queue } from '../running/queue.js';

/** How many may be told within each other: the stack is finite. */
const deepest = 64;

let depth = 0;
const waiting = new Queue<() => void>();

/**
 * Tells the end of a Task, now, but in a long chain, each Task listening to the one before: then the outermost works the
 * rest off. No hop, and no overflow.
 */
export function inTurn(tell: () => void): void {
  if (depth === deepest) {
    waiting.push(tell);
    return;
  }
  depth++;
  try {
    tell();
    while (depth === 1 && !waiting.isEmpty) waiting.shift()();
  } finally {
    depth--;
  }
}

/** Whether any of them takes what it is told: none that throws keeps the others from hearing of it. */
export function tellAll(listeners: Iterable<Listener>, status: TaskStatus, outcome: unknown): boolean {
  let taken = false;
  for (const listener of listeners) {
    try {
      // What they do with it is no part of what is just being torn down.
      outside(() => {
        if (listener.settled(status, outcome) !== false) taken = true;
      });
    } catch (error) {
      report(error);
    }
  }
  return taken;
}
