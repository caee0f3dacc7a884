import { asCompleted, gather, waitFor } from 'rx-asyncio/promises';
import { NEVER } from 'rxjs';

// A program with thousands of calls that share a signal, as those of a server share that of its shutdown.

void (async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const calls = <T>(start: () => PromiseLike<T>) =>
    Promise.allSettled(Array.from({ length: 1000 }, start)).then((ends) => ends.length);
  const all = Promise.all([
    calls(() => gather([NEVER], { signal })),
    calls(() => waitFor(NEVER, 1e6, { signal })),
    calls(() => asCompleted([NEVER], { signal }).next()),
  ]);
  await Promise.resolve();
  controller.abort();
  const [gathered, waitedFor, completed] = await all;
  console.log(`${gathered} of gather, ${waitedFor} of waitFor, ${completed} of asCompleted`);
})();
