import type { CoroutineContext } from 'rx-asyncio';

/** Resolves when the signal aborts, as what can be interrupted does. */
export function aborted({ signal }: CoroutineContext): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
