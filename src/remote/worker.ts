import { type Job, Worker, type WorkerOptions } from 'bullmq';
import { longestDelay } from '../arguments/timeout.js';
import type { Coroutine } from '../awaitable/types.js';
import type { Connecting } from './connecting.js';
import { Heeding } from './heeding.js';
import { because } from './processing.js';

/** A worker of BullMQ's that runs coroutines, cancels those that it is told to, and how it is closed. */
export function openWorker(
  name: string,
  options: WorkerOptions,
  backend: Connecting['backend'],
  grace: number,
  coroutineOf: (job: Job) => Coroutine<unknown>,
): { readonly worker: Worker; readonly close: () => Promise<void> } {
  let graceIsOver = false;
  // BullMQ gives a signal to what has three parameters.
  const work = (job: Job, token?: string, signal?: AbortSignal): Promise<unknown> => {
    // It was on its way from Redis.
    if (graceIsOver) worker.cancelJob(String(job.id), because.closing);
    return heeding.process(job, token, signal, coroutineOf(job));
  };
  const worker = new Worker(name, work, options, backend as unknown as undefined);
  const heeding = new Heeding(worker, { connection: options.connection, ...(backend && { backend }) });
  const closeWorker = worker.close.bind(worker);
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    const closed = closeWorker();
    const timer = setTimeout(
      () => {
        graceIsOver = true;
        worker.cancelAllJobs(because.closing);
      },
      Math.min(grace, longestDelay),
    );
    await closed;
    clearTimeout(timer);
    await heeding.close();
  };
  const close = () => (closing ??= closeAll());
  // Who closes that alone means all of it, but for who will not wait.
  const closeIt = (force?: boolean) => (force === true ? closeWorker(true) : close());
  worker.close = closeIt;
  return { worker, close };
}
