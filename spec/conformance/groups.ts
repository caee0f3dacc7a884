import type { CoroutineContext } from 'rx-asyncio';
import { run, sleep } from './asyncio';

// What the cases about groups of tasks have in common.

export class KeyError extends Error {
  override name = 'KeyError';
}

export class ValueError extends Error {
  override name = 'ValueError';
}

/** Goes on until it is cancelled. As `sleep_forever()`. */
export const forever = (context: CoroutineContext): Promise<void> => sleep(1_000_000, context);

/** Fails after a while, unless it is cancelled. */
export const failAfter =
  (milliseconds: number, error: unknown) =>
  (context: CoroutineContext): Promise<never> =>
    sleep(milliseconds, context).then(() => Promise.reject(error));

/** Fails in the turn in which it starts, whether it is cancelled or not. */
export const fail =
  (error: unknown) =>
  async ({ signal }: CoroutineContext): Promise<never> => {
    signal.throwIfAborted();
    await Promise.resolve();
    throw error;
  };

/** Goes on until it is cancelled, and fails in its cleanup. */
export const failInCleanup =
  (error: unknown) =>
  (context: CoroutineContext): Promise<void> =>
    forever(context).finally(() => Promise.reject(error));

/** Lets time pass until the group fails, and gives what it fails with. */
export async function errorsOf(group: PromiseLike<unknown>): Promise<unknown[]> {
  const ended = await run(group);
  if (ended.status === 'fulfilled' || !(ended.reason instanceof AggregateError)) throw new Error('no AggregateError');
  return ended.reason.errors as unknown[];
}
