import type { CoroutineContext } from 'rx-asyncio';
import { asCompleted, gather } from 'rx-asyncio/promises';

const closing = new Error('while closing');

/** Runs until it is cancelled, and fails in its cleanup. */
const failsInCleanup = ({ signal }: CoroutineContext) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(closing);
    });
  });

describe('When a signal aborts and a cleanup fails', () => {
  it('an awaited facade rejects with the failure, which is not reported as unhandled as well', async () => {
    const controller = new AbortController();
    const gathering = gather([failsInCleanup], { signal: controller.signal });
    controller.abort();
    await expect(gathering).rejects.toBe(closing);
  });

  it('an awaited facade rejects with an AggregateError of several failures', async () => {
    const controller = new AbortController();
    const other = new Error('while closing the other');
    const failsAsWell = (context: CoroutineContext) => failsInCleanup(context).catch(() => Promise.reject(other));
    const gathering = gather([failsInCleanup, failsAsWell], { signal: controller.signal });
    controller.abort();
    await expect(gathering).rejects.toMatchObject({ name: 'AggregateError', errors: [closing, other] });
  });

  it('a loop over results throws the failure', async () => {
    const controller = new AbortController();
    const next = asCompleted([failsInCleanup], { signal: controller.signal })[Symbol.asyncIterator]().next();
    controller.abort();
    await expect(next).rejects.toBe(closing);
  });
});
