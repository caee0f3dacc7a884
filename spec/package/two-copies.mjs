// A program that loads the package twice: a Task made by the one is a Task for the other, and its cleanup is awaited.
import { equal, notEqual } from 'node:assert/strict';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import * as imported from 'rx-asyncio';
import { wait } from 'rx-asyncio/promises';

const required = createRequire(import.meta.url)('rx-asyncio');
notEqual(required.createTask, imported.createTask);

let cleanedUp = false;
const task = required.createTask(async ({ signal }) => {
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  await setImmediate();
  cleanedUp = true;
  throw signal.reason;
});

const { pending } = await wait([task], { timeout: 0 });
equal([...pending][0], task);

const all = imported.createTask(imported.gather([task]));
all.cancel();
equal(all.status, 'pending');
await all.then(undefined, (error) => equal(error.name, 'CancelledError'));
equal(cleanedUp, true);
equal(task.status, 'cancelled');
