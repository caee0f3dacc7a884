import { type Job, Worker, type WorkerOptions } from 'bullmq';
import { longestDelay } from '../arguments/timeout.js';
import type { Coroutine } from '../awaitable/types.js';
import { Listener } from './channel.js';
import { type Connecting, reconnecting } from './connecting.js';
import { because, processJob } from './processing.js';

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
  const work = async (job: Job, token?: string, signal?: AbortSignal) => {
    // It was on its way from Redis.
    if (graceIsOver) worker.cancelJob(job.id ?? '', because.closing);
    return processJob(job, token, signal, coroutineOf(job));
  };
  const worker = reconnecting(new Worker(name, work, options, backend as unknown as undefined));
  const stopListening = heedCancellations(worker, { ...options, ...(backend && { backend }) });
  let closing: Promise<void> | undefined;
  const close = async () => {
    const closed = worker.close();
    const timer = setTimeout(
      () => {
        graceIsOver = true;
        worker.cancelAllJobs(because.closing);
      },
      Math.min(grace, longestDelay),
    );
    await closed;
    clearTimeout(timer);
    await stopListening();
  };
  return { worker, close: () => (closing ??= close()) };
}

/** Has the worker cancel what it is told to, and what it has lost; gives what ends that. */
export function heedCancellations(worker: Worker, connecting: Connecting): () => Promise<void> {
  const listener = new Listener(worker.name, connecting);
  listener.on('cancel', (id) => {
    worker.cancelJob(id, because.asked);
  });
  // Others may have it by now.
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, because.lost);
  });
  return () => listener.close();
}
