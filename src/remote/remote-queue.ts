import type { JobsOptions, Queue, QueueOptions } from 'bullmq';
import type { Observable } from 'rxjs';
import { checkDuration } from '../arguments/check.js';
import { longestDelay } from '../arguments/timeout.js';
import { describe } from '../awaitable/describe.js';
import { asyncDispose } from '../cleanup/dispose.js';
import { isObject } from '../cleanup/failures.js';
import { checkConnecting, type Connecting } from './connecting.js';
import { Connections } from './connections.js';
import { countsOf, type QueueCounts } from './counts.js';
import { checkJson, type Json } from './json.js';
import { type RemoteJob, remoteJob } from './remote-job.js';

/** The jobs of a queue: for each name, a function from its data to its result. An interface does as well as a type. */
export type JobTypes<J> = { readonly [N in keyof J]: (data: never) => unknown };

/** The data of a job. */
export type JobData<J extends JobTypes<J>, N extends keyof J> = Parameters<J[N]>[0];

/** The result of a job, as JSON has carried it. */
export type JobResult<J extends JobTypes<J>, N extends keyof J> = Json<Awaited<ReturnType<J[N]>>>;

/** What {@link remoteQueue} takes: the options of BullMQ's `Queue`, and these. */
export interface RemoteQueueOptions extends QueueOptions, Pick<Connecting, 'backend'> {
  /** How long the first job waits for Redis, in milliseconds: 10,000 by default; `Infinity` waits for it. */
  readonly connectTimeout?: number;
  /** How often jobs are looked for whose end may have been missed, in milliseconds: 1,000 by default. */
  readonly recheck?: number;
  /**
   * What becomes of the jobs of a caller that dies, or that nobody can reach: by default they are kept, and run; `'cancel'` has the
   * workers cancel them, those that wait and those that run.
   */
  readonly orphans?: 'keep' | 'cancel';
  /** After how long without a sign of life a caller counts as dead, in milliseconds: 30,000 by default. */
  readonly orphansAfter?: number;
}

/** The caller's side of a queue, made by {@link remoteQueue}. */
export interface RemoteQueue<J extends JobTypes<J>> extends AsyncDisposable {
  /** BullMQ's own, for whatever else it can do. */
  readonly queue: Queue;

  /**
   * A job as a coroutine function: for `gather`, `taskGroup`, `createTask` … Each call puts a job into the queue, and gives what
   * it ends with. To cancel it removes it, or tells the worker that has it, and waits until that has cleaned up.
   *
   * @param data what the handler is given, as JSON carries it
   * @param options those of BullMQ: `attempts`, `delay`, `priority`, `jobId` …
   * @throws TypeError when JSON cannot carry the data
   */
  job<N extends keyof J & string>(name: N, data: JobData<J, N>, options?: JobsOptions): RemoteJob<JobResult<J, N>>;

  /**
   * How many jobs stand where, for dashboards: at once, and when that has changed, which is looked for each `recheck` while
   * somebody listens. It never fails, and completes when the queue is closed.
   */
  readonly counts: Observable<QueueCounts>;

  /** Cancels what is still waited for, waits until that has ended, and closes the connections. */
  close(): Promise<void>;
}

// How long what has ended is kept, in seconds: until its caller has heard of it.
const kept = { age: 300 };

/**
 * The caller's side of a BullMQ queue, whose jobs are coroutine functions: they run in whatever process serves the queue, see
 * {@link serveQueue}, and are combined, limited, timed out and cancelled as those that run here.
 *
 * What has ended is kept for five minutes, unless `removeOnComplete` and `removeOnFail` say otherwise. Connections that break
 * are made again, for as long as it takes; for their errors, listen to `queue`.
 *
 * @param name of the queue
 * @param options `connection`: where Redis is; and the other options of BullMQ's `Queue`
 * @throws TypeError, RangeError when the name or an option is none. What fails a job: what its handler failed with, with the
 * same name, message, code, causes …; an Error that names host and port where there is no connection
 */
export function remoteQueue<J extends JobTypes<J>>(name: string, options: RemoteQueueOptions): RemoteQueue<J> {
  checkConnecting('remoteQueue', name, options);
  const { connectTimeout = 10_000, recheck = 1000, orphans = 'keep', orphansAfter = 30_000, ...others } = options;
  checkDuration('remoteQueue', 'connectTimeout', connectTimeout);
  checkDuration('remoteQueue', 'recheck', recheck);
  checkOrphans(orphans, orphansAfter);
  const every = Math.min(recheck, longestDelay);
  const connections = new Connections(name, {
    ...others,
    connectTimeout,
    recheck: every,
    orphansAfter: orphans === 'cancel' ? Math.min(orphansAfter, longestDelay) : undefined,
    defaultJobOptions: { removeOnComplete: kept, removeOnFail: kept, ...others.defaultJobOptions },
  });
  const close = () => connections.close();
  return {
    queue: connections.queue,
    job: (jobName: string, data, jobOptions = {}) => {
      if (typeof jobName !== 'string') throw new TypeError(`job: name must be a string, got ${describe(jobName)}`);
      if (!isObject(jobOptions)) throw new TypeError(`job: options must be an object, got ${describe(jobOptions)}`);
      checkJson(`the data of job ${jobName}`, data);
      return remoteJob(connections, jobName, data, jobOptions);
    },
    counts: countsOf(connections.queue, every, connections.closed),
    close,
    [asyncDispose]: close,
  };
}

function checkOrphans(orphans: unknown, orphansAfter: unknown): void {
  if (orphans !== 'keep' && orphans !== 'cancel') {
    throw new RangeError(`remoteQueue: orphans must be 'keep' or 'cancel', got ${describe(orphans)}`);
  }
  checkDuration('remoteQueue', 'orphansAfter', orphansAfter);
  if (orphansAfter === 0) throw new RangeError('remoteQueue: orphansAfter must be more than 0 milliseconds, got 0');
}
