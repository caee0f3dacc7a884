import type { JobsOptions } from 'bullmq';
import { type Observable, Subject } from 'rxjs';
import type { TellPlace } from '../cleanup/inspector.js';
import type { Ending } from './ending.js';
import type { Connections } from './connections.js';
import { isOfAnother, resultOf } from './result.js';
import type { Wanted } from './wanted.js';
import { placeTeller } from './whereabouts.js';

/** A coroutine function that runs elsewhere: each call of it is a job of its own, in the queue. */
export interface RemoteJob<R> {
  (context: { readonly signal: AbortSignal }): Promise<R>;
  /** What its worker tells by `job.updateProgress()`, for as long as a call is waited for; it does not end by itself. */
  readonly progress: Observable<unknown>;
}

/** What ioredis fails with when it has connected again too often; BullMQ lets it, where it adds. */
const givenUp = 'MaxRetriesPerRequestError';

interface Asked {
  readonly name: string;
  readonly data: unknown;
  readonly options: JobsOptions;
  readonly progress: Subject<unknown>;
  readonly tellPlace?: TellPlace | undefined;
}

export function remoteJob<R>(
  connections: Connections,
  name: string,
  data: unknown,
  options: JobsOptions,
): RemoteJob<R> {
  const progress = new Subject<unknown>();
  const asked = { name, data, options, progress };
  const run = ({ signal }: { readonly signal: AbortSignal }) => {
    const tellPlace = placeTeller();
    return connections.during(signal, (wanted) => untilEnded<R>(connections, { ...asked, tellPlace }, wanted));
  };
  // So Tasks have it, too.
  Object.defineProperty(run, 'name', { value: name });
  return Object.assign(run, { progress: progress.asObservable() });
}

async function untilEnded<R>(connections: Connections, asked: Asked, wanted: Wanted): Promise<R> {
  const jobId = asked.options.jobId ?? connections.nextId();
  for (let tries = 1; ; tries++) {
    const ended = await endOnce(connections, asked, jobId, wanted);
    if (ended === undefined) continue;
    const { id, ending } = ended;
    try {
      return resultOf(ending, `job ${asked.name} ${id} of queue ${connections.queue.name}`, wanted) as R;
    } catch (error) {
      if (wanted.ended !== undefined || !isShared(asked, id !== jobId) || !isOfAnother(error, ending, tries))
        throw error;
      // Whoever has had it cancelled was not the only one that waits for it, so it is asked for anew.
    }
  }
}

/** Whether others may wait for the same job, or have: also for one that others find by its deduplication id. */
const isShared = ({ options }: Asked, isOfAnother: boolean) =>
  isOfAnother || options.jobId !== undefined || options.deduplication !== undefined;

/** Adds the job, or finds it, and waits until it has ended. Nothing, where one was found that had been cancelled before. */
async function endOnce(connections: Connections, asked: Asked, jobId: string, wanted: Wanted) {
  const { awaited } = connections;
  let ended!: (ending: Ending) => void;
  const ending = new Promise<Ending>((resolve) => {
    ended = resolve;
  });
  const call = {
    ended,
    progress: (value: unknown) => {
      asked.progress.next(value);
    },
    tellPlace: asked.tellPlace,
  };
  // It is heard from the first moment on.
  const before = awaited.ask(jobId, call);
  if (before !== undefined) return wanted.waitFor(before);
  const id = await add(connections, asked, jobId, wanted).catch((error: unknown) => {
    awaited.delete(jobId, call);
    throw error;
  });
  if (id !== jobId) {
    awaited.delete(jobId, call);
    const other = awaited.ask(id, call);
    if (other !== undefined) return wanted.waitFor(other);
  }
  await awaited.added(id, call, !isShared(asked, id !== jobId));
  const leave = wanted.onEnd(() => {
    awaited.cancel(id, call);
  });
  return { id, ending: await ending.finally(leave) };
}

async function add(
  { adder, jobOptions, queue }: Connections,
  { name, data, options }: Asked,
  jobId: string,
  wanted: Wanted,
): Promise<string> {
  // BullMQ makes `{}` of undefined.
  const job = { name, data: data === undefined ? null : data, opts: { ...options, ...jobOptions, jobId } };
  for (;;) {
    try {
      return await adder.add(job);
    } catch (error) {
      const { name: type, message } = error as Error;
      if (type !== givenUp)
        throw new Error(`remoteQueue: job ${name} is not in queue ${queue.name}: ${message}`, { cause: error });
      // Redis was away for long, and is back.
      wanted.throwIfEnded();
    }
  }
}
