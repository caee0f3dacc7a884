import { setTimeout as sleep } from 'node:timers/promises';
import { defer, map, range, tap } from 'rxjs';
import { type CoroutineContext, waitAll } from 'rx-asyncio';
import { wait } from 'rx-asyncio/promises';
import { show } from './support/show';

const phase = (i: number) => async (context: CoroutineContext) => {
  console.log(`in phase ${i}`);
  await sleep(100 * i, undefined, context);
  console.log(`done with phase ${i}`);
  return `phase ${i} result`;
};

export const piped = defer(() => {
  console.log('starting main');
  console.log('waiting for phases to complete');
  return range(3).pipe(
    map(phase),
    waitAll(),
    tap(({ done }) => {
      console.log(`results: ${show(Array.from(done, (task) => task.result()))}`);
    }),
  );
});

export async function awaited(): Promise<void> {
  console.log('starting main');
  console.log('waiting for phases to complete');
  const { done } = await wait([0, 1, 2].map(phase));
  console.log(`results: ${show(Array.from(done, (task) => task.result()))}`);
}
