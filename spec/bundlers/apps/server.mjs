// A name of each entry that needs Node. What BullMQ is, nobody bundles.
import { remoteQueue } from 'rx-asyncio/bullmq';
import { run } from 'rx-asyncio/node';
import { gather } from 'rx-asyncio/promises';

void run(async ({ signal }) => {
  console.log('gather', JSON.stringify(await gather([async () => 1, async () => 'two'], { signal })));
  try {
    remoteQueue('pages:fetch', { connection: {} });
  } catch (error) {
    console.log(error.name, error.message);
  }
  return 'done';
}).then((result) => console.log('run', result));
