// For whoever compiles against the declarations without this library: kept in them.
/// <reference lib="esnext.disposable" preserve="true" />

import { builtIn } from './built-in.js';
import { observe } from './look.js';
import type { Node } from './node.js';
import type { TaskNodeStatus } from './task-node.js';

/** The message of all events of a Task, a combinator, or something that a combinator runs: one object for each of these. */
export interface TracedTask {
  /** Of a Task or a function its name, of a combinator that of its function, of anything else its key or index. */
  readonly name: string;
  /** As that of a {@link TaskNode}. What is an `'Observable'` at its start may turn out to be a combinator by its end. */
  readonly kind: string;
  /** Whom it runs for. One that is over does not keep it. */
  readonly parent: TracedTask | undefined;
  /** `'running'`, and at its end how it has ended. */
  readonly status: TaskNodeStatus;
  /** Its result, of an Observable the last value: from `asyncStart` on, when it is fulfilled. */
  readonly result?: unknown;
  /** What it has failed with: from `error` on, when it is rejected. */
  readonly error?: unknown;
}

interface Channel {
  publish(message: unknown): void;
  runStores(message: unknown, body: () => void): void;
}

interface Channels {
  tracingChannel(name: string): Readonly<Record<'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error', Channel>>;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Publishes what is started from then on, until it is disposed of: to the TracingChannel `rx-asyncio:task` of
 * `node:diagnostics_channel`, in Node, Bun, Deno and workerd. Tools that measure and trace subscribe to that.
 *
 * | event        | when                                                                                            |
 * | ------------ | ----------------------------------------------------------------------------------------------- |
 * | `start`      | it starts. Stores that are bound to this event hold for all that it does, also after an `await` |
 * | `end`        | the synchronous part of its start has returned                                                  |
 * | `error`      | it is rejected. To be cancelled is no error                                                     |
 * | `asyncStart` | it is over, and all that it has cancelled has cleaned up                                        |
 * | `asyncEnd`   | right after that, also where it has ended before `end`                                          |
 *
 * ```ts
 * import { subscribe, unsubscribe } from 'node:diagnostics_channel';
 * import { traceTasks, type TracedTask } from 'rx-asyncio/inspect';
 *
 * const started = (message: unknown) => {
 *   const { name, parent } = message as TracedTask;
 *   console.log('start', name, 'of', parent?.name);
 * };
 * const ended = (message: unknown) => {
 *   const { name, status, result } = message as TracedTask;
 *   console.log('end', name, status, result);
 * };
 * subscribe('tracing:rx-asyncio:task:start', started);
 * subscribe('tracing:rx-asyncio:task:asyncEnd', ended);
 * const tracing = traceTasks();
 * await gather({ one: of(1), two: async () => 2 }).forEach(() => {});
 *
 * tracing[Symbol.dispose]();
 * unsubscribe('tracing:rx-asyncio:task:start', started);
 * unsubscribe('tracing:rx-asyncio:task:asyncEnd', ended);
 * // start gather of undefined
 * // start one of gather
 * // end one fulfilled 1
 * // start two of gather
 * // end two fulfilled 2
 * // end gather fulfilled { one: 1, two: 2 }
 * ```
 *
 * @returns to be disposed of. What has been started by then is still told of to its end
 * @throws Error where there is no `node:diagnostics_channel`, such as in browsers
 */
export function traceTasks(): Disposable {
  const channels = builtIn<Channels>('node:diagnostics_channel');
  if (channels === undefined) throw new Error('traceTasks: there is no node:diagnostics_channel here');
  const { start, end, error, asyncStart, asyncEnd } = channels.tracingChannel('rx-asyncio:task');
  const traced = new WeakMap<Node, TracedTask>();
  return observe({
    start: (node, begin) => {
      const { name, kind } = node;
      const task: Writable<TracedTask> = { name, kind, parent: traced.get(node.above), status: node.status };
      traced.set(node, task);
      node.whenOver(({ status, outcome }) => {
        task.kind = node.kind;
        task.status = status;
        keepWeakly(task);
        if (status === 'fulfilled') task.result = outcome;
        if (status === 'rejected') {
          task.error = outcome;
          error.publish(task);
        }
        asyncStart.publish(task);
        asyncEnd.publish(task);
      });
      start.runStores(task, () => {
        try {
          begin();
        } finally {
          end.publish(task);
        }
      });
    },
  });
}

/** Where each starts the next, as in a loop that goes on for ever, none is kept by those that come after it. */
function keepWeakly(task: TracedTask): void {
  if (task.parent === undefined) return;
  const parent = new WeakRef(task.parent);
  Object.defineProperty(task, 'parent', { get: () => parent.deref() });
}
