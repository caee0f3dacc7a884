import type { Coroutine, CoroutineContext } from 'rx-asyncio';

/** Resolves when the signal aborts, as what can be interrupted does. */
export function aborted({ signal }: CoroutineContext): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

/** A coroutine function that runs until its signal aborts, and then cleans up until `cleanup` resolves. */
export function cleaning(log: string[], cleanup: Promise<void> = Promise.resolve()): Coroutine<never> {
  return async (context) => {
    log.push('started');
    await aborted(context);
    await cleanup;
    log.push('cleaned up');
    throw context.signal.reason;
  };
}

/** A coroutine function that runs until its signal aborts, and then fails. */
export function failingCleanup(failure: unknown): Coroutine<never> {
  return async (context) => {
    await aborted(context);
    throw failure;
  };
}
