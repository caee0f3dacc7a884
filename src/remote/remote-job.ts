import type { JobsOptions } from 'bullmq';
import { type Observable, Subject } from 'rxjs';
import type { TellPlace } from '../cleanup/inspector.js';
import { CancelledError, isCancelledError } from '../errors.js';
import type { Ending } from './ending.js';
import type { Connections } from './connections.js';
import { decodeFailure } from './failure.js';
import type { Wanted } from './wanted.js';
import { placeTeller } from './whereabouts.js';

/** A coroutine function that runs elsewhere: each call of it is a job of its own, in the queue. */
export interface RemoteJob<R> {
  (context: { readonly signal: AbortSignal }): Promise<R>;
  /** What its worker tells by `job.updateProgress()`, for as long as a call is waited for; it does not end by itself. */
  readonly progress: Observable<unknown>;
}

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
  const { awaited, queue } = connections;
  const { name, options } = asked;
  const jobId = options.jobId ?? connections.nextId();
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
  awaited.add(jobId, call);
  const id = await add(connections, asked, jobId).catch((error: unknown) => {
    awaited.delete(jobId, call);
    throw error;
  });
  if (id !== jobId) {
    awaited.delete(jobId, call);
    awaited.add(id, call);
  }
  awaited.added(id);
  // It may have been there before, and have ended long since.
  if (options.jobId !== undefined || id !== jobId) awaited.look(id);
  const leave = wanted.onEnd(() => {
    awaited.cancel(id, call);
  });
  return resultOf(await ending.finally(leave), `job ${name} ${id} of queue ${queue.name}`, wanted) as R;
}

async function add(
  { adder, jobOptions, queue }: Connections,
  { name, data, options }: Asked,
  jobId: string,
): Promise<string> {
  try {
    return await adder.add({ name, data, opts: { ...options, ...jobOptions, jobId } });
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`remoteQueue: job ${name} is not in queue ${queue.name}: ${message}`, { cause: error });
  }
}

function resultOf(ending: Ending, where: string, wanted: Wanted): unknown {
  if (ending.type === 'completed') return ending.value;
  if (ending.type === 'failed') {
    const failure = decodeFailure(ending.reason, where);
    if (isCancelledError(failure)) wanted.throwIfEnded();
    throw failure;
  }
  wanted.throwIfEnded();
  throw new CancelledError(`${where} was removed, or has ended without being heard, and was not kept`);
}
