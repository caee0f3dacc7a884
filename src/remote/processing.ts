import { type Job, RATE_LIMIT_ERROR, UnrecoverableError, WaitingError } from 'bullmq';
import type { Coroutine } from '../awaitable/types.js';
import { isCancelledError } from '../errors.js';
import { createTask } from '../task/create-task.js';
import { encodeFailure } from './failure.js';
import { checkJson } from './json.js';

/** Why a worker cancels a job. */
export const because = {
  asked: 'cancelled by its caller',
  /** It is to run elsewhere. */
  closing: 'its worker was closed',
  lost: 'its worker has lost it',
  orphaned: 'its caller has not been heard of any more',
} as const;

/**
 * Runs one attempt of a job, as BullMQ's processor. It ends when the coroutine has cleaned up. One that was cancelled is not
 * run again, however many attempts it has, but for one whose worker is closed: that goes back into the queue.
 */
export async function processJob(
  job: Job,
  token: string | undefined,
  signal: AbortSignal | undefined,
  coroutine: Coroutine<unknown>,
): Promise<unknown> {
  const task = createTask(coroutine, { name: job.name });
  const cancel = () => {
    task.cancel(String(signal?.reason));
  };
  if (signal?.aborted === true) cancel();
  else signal?.addEventListener('abort', cancel);
  let result: unknown;
  try {
    result = await task;
  } catch (error) {
    if (signal?.aborted === true && task.status === 'cancelled' && signal.reason === because.closing) {
      await job.moveToWait(token);
      throw new WaitingError(because.closing);
    }
    if (task.status === 'cancelled') forget(job);
    throw isForBullMQ(error) ? error : failureOf(error, signal?.aborted === true && signal.reason !== because.closing);
  }
  try {
    checkJson(`the result of job ${job.name} ${String(job.id)}`, result);
  } catch (error) {
    // To run it again gives no other.
    throw failureOf(error, true);
  }
  return result;
}

/** What was cancelled is no result for who asks for its id later, so it does not stay; but that of a flow is its parent's. */
export function forget(job: Job): void {
  if (job.parent === undefined) job.opts.removeOnFail = true;
}

const others = ['DelayedError', 'WaitingError', 'WaitingChildrenError'];

/** What a processor throws to have BullMQ do something else with the job. */
function isForBullMQ(error: unknown): boolean {
  return others.includes(read(error, 'name') as string) || read(error, 'message') === RATE_LIMIT_ERROR;
}

/** A failure as BullMQ can carry it. */
export function failureOf(error: unknown, isFinal: boolean): Error {
  const reason = encodeFailure(error);
  const name = read(error, 'name');
  const stack = read(error, 'stack');
  const ends = isFinal || isCancelledError(error) || name === 'UnrecoverableError';
  const failure = ends ? new UnrecoverableError(reason) : new Error(reason);
  // For who looks at it on this side: a strategy of BullMQ's for when to try again, its `failed` event.
  if (!ends && typeof name === 'string') failure.name = name;
  if (typeof stack === 'string') failure.stack = stack;
  failure.cause = error;
  return failure;
}

/** Whatever was thrown. */
function read(error: unknown, key: string): unknown {
  try {
    return (error as Readonly<Record<string, unknown>>)[key];
  } catch {
    return undefined;
  }
}
