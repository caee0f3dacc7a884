/**
 * How something stands that is being inspected. `'waiting'`: not started yet, for want of room, of a permit, or of a worker. `'cleaning up'`:
 * cancelled or failed, and not at its end yet. The last three are for good, and never seen in the tree.
 */
export type TaskNodeStatus = 'waiting' | 'running' | 'cleaning up' | 'fulfilled' | 'rejected' | 'cancelled';

/** A Task, a combinator, or something that a combinator runs, while it is there: see {@link inspectTasks}. */
export interface TaskNode {
  /** Of a Task or a function its name, of a combinator that of its function, of anything else its key or index. */
  readonly name: string;
  /** `'Task'`, the name of a combinator's function, or for what a combinator runs `'coroutine'`, `'Observable'`, `'Promise'` … */
  readonly kind: string;
  /** How it stands. */
  readonly status: TaskNodeStatus;
  /** Milliseconds that it has had that status, by the clock of rxjs's `asyncScheduler`. */
  readonly elapsed: number;
  /** How many of its awaitables have ended, for a combinator of many. */
  readonly done: number | undefined;
  /** How many it was given, where that is known. */
  readonly total: number | undefined;
  /** Where it is, for a job of `rx-asyncio/bullmq`: `on` its worker, or the queue that it is in. */
  readonly place: string | undefined;
  /** Whom it runs for: the nearest that is still there, and none for what nobody waits for. */
  readonly parent: TaskNode | undefined;
  /** What runs for it. */
  readonly children: readonly TaskNode[];
  /** The Tasks of others whose end it waits for. */
  readonly waitsFor: readonly TaskNode[];
}
