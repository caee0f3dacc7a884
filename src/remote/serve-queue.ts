import type { Job, Worker, WorkerOptions } from 'bullmq';
import { hostname } from 'node:os';
import { checkDuration, checkFunction, isRecord } from '../arguments/check.js';
import { describe } from '../awaitable/describe.js';
import type { Input } from '../awaitable/input.js';
import type { CoroutineContext } from '../awaitable/types.js';
import { asyncDispose } from '../cleanup/dispose.js';
import { checkConnecting, type Connecting } from './connecting.js';
import type { Json } from './json.js';
import { failureOf } from './processing.js';
import type { JobData, JobTypes } from './remote-queue.js';
import { openWorker } from './worker.js';

/** What runs the jobs of a name: a coroutine function, which is given the data and BullMQ's job as well. */
export type Handler<J extends JobTypes<J>, N extends keyof J> = (
  data: Json<JobData<J, N>>,
  context: CoroutineContext,
  job: Job,
) => Input<Awaited<ReturnType<J[N]>>>;

/**
 * What {@link serveQueue} takes: the options of BullMQ's `Worker`, and these. Its `name`, by which one sees who has a job, is that
 * of this machine and the number of the process, if it is given none.
 */
export interface ServeQueueOptions extends WorkerOptions, Pick<Connecting, 'backend'> {
  /**
   * How long `close()` lets run what runs, in milliseconds, before it cancels that: as long as it takes by default. What is
   * cancelled so goes back into the queue.
   */
  readonly grace?: number;
}

/** A worker of a queue, made by {@link serveQueue}. */
export interface QueueWorker extends AsyncDisposable {
  /** BullMQ's own, for whatever else it can do. */
  readonly worker: Worker;

  /** Takes no more jobs, waits for those that run, or cancels them after `grace`, and closes the connections. */
  close(): Promise<void>;
}

/**
 * Serves a BullMQ queue: runs its jobs, in this process, for who calls them by {@link remoteQueue}, wherever that is.
 *
 * A job that is cancelled there sees its `signal` abort here, and is waited for until it has cleaned up; that it fails while it
 * does is told there. When Redis has had no sign of a worker for BullMQ's `lockDuration`, its jobs are run by another: so a job
 * may run twice, and should do no harm by it.
 *
 * @param name of the queue
 * @param handlers a coroutine function for each name of a job
 * @param options `connection`: where Redis is; `concurrency`: how many run at a time, 1 by default; and the other options of
 * BullMQ's `Worker`
 * @throws TypeError, RangeError when the name, a handler or an option is none
 */
export function serveQueue<J extends JobTypes<J>>(
  name: string,
  handlers: { readonly [N in keyof J]: Handler<J, N> },
  options: ServeQueueOptions,
): QueueWorker {
  checkConnecting('serveQueue', name, options);
  const known = checkHandlers(handlers);
  const { grace = Infinity, backend, ...others } = options;
  // By which one tells who has a job.
  const workerOptions = { name: `${hostname()}:${process.pid}`, ...others };
  checkDuration('serveQueue', 'grace', grace);
  const { worker, close } = openWorker(name, workerOptions, backend, grace, (job) => {
    const handler = known.get(job.name);
    if (handler !== undefined) return (context) => handler(job.data as never, context, job);
    const names = [...known.keys()].join(', ');
    throw failureOf(new TypeError(`serveQueue: queue ${name} has no handler for job ${job.name}, only ${names}`), true);
  });
  return { worker, close, [asyncDispose]: close };
}

function checkHandlers<J extends JobTypes<J>>(handlers: { readonly [N in keyof J]: Handler<J, N> }) {
  if (!isRecord(handlers)) {
    throw new TypeError(`serveQueue: handlers must be a record of functions, got ${describe(handlers)}`);
  }
  const known = new Map<string, Handler<J, keyof J>>(Object.entries(handlers));
  if (known.size === 0) throw new TypeError('serveQueue: handlers must have at least one function');
  for (const [job, handler] of known) checkFunction('serveQueue', `handlers.${job}`, handler);
  return known;
}
