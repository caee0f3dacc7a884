// For whoever compiles against the declarations without this library: kept in them.
/// <reference lib="esnext.disposable" preserve="true" />

import { dispose } from '../cleanup/dispose.js';
import { cyclesIn } from './cycles.js';
import { look } from './look.js';
import { print } from './print.js';
import type { TaskNode } from './task-node.js';

/** What runs, as {@link inspectTasks} sees it: asked again, it says what there is by then. */
export interface TaskTree extends Disposable {
  /** What runs for nobody else. */
  readonly children: readonly TaskNode[];

  /** Those who wait for each other in a circle, so that none of them can end by itself. */
  readonly cycles: readonly (readonly TaskNode[])[];

  /** The whole tree as a text of a line for each, in columns, with the cycles below. */
  toString(): string;

  /** No more looks on. What is on its way goes on unseen. */
  [dispose](): void;
}

/**
 * Turns on looking at what runs, and gives the tree of it: which Tasks and combinators there are, for whom they run, since when,
 * and on what they wait. It sees what is started from then on, until it is disposed of.
 *
 * ```ts
 * import { inspectTasks } from 'rx-asyncio/inspect';
 *
 * using tree = inspectTasks();
 * const download = async ({ signal }: CoroutineContext) => new Promise(() => signal);
 * createTask(gather({ page: download, image: timer(10) }), { name: 'load' });
 * await new Promise((resolve) => setTimeout(resolve, 50));
 * console.log(String(tree).replace(/ +[\d.]+ m?s/g, '  0.1 s'));
 * // load        Task       running  0.1 s
 * // └─ gather              running  0.1 s  1 of 2 done
 * //    └─ page  coroutine  running  0.1 s
 * ```
 *
 * Whom something runs for is known from who subscribes to it; within coroutines, after an `await`, from AsyncLocalStorage, where
 * there is one. The times are those of rxjs's `asyncScheduler`, so virtual where time is virtual.
 *
 * asyncio: `python -m asyncio pstree`, `asyncio.all_tasks()`.
 */
export function inspectTasks(): TaskTree {
  const { inspector, leave } = look();
  const { root } = inspector;
  return {
    get children() {
      return root.children;
    },
    get cycles() {
      return cyclesIn(root.children);
    },
    toString: () => print(root.children),
    [dispose]: leave,
  };
}
