import { setTimeout as sleep } from 'node:timers/promises';
import { defer, map, range, tap, toArray } from 'rxjs';
import { asCompletedAll, type CoroutineContext } from 'rx-asyncio';
import { asCompleted } from 'rx-asyncio/promises';
import { show } from './support/show';

const phase = (i: number) => async (context: CoroutineContext) => {
  console.log(`in phase ${i}`);
  await sleep(500 - 100 * i, undefined, context);
  console.log(`done with phase ${i}`);
  return `phase ${i} result`;
};

export const piped = defer(() => {
  console.log('starting main');
  console.log('waiting for phases to complete');
  return range(3).pipe(
    map(phase),
    asCompletedAll(),
    tap((answer) => {
      console.log(`received answer '${answer}'`);
    }),
    toArray(),
    tap((results) => {
      console.log(`results: ${show(results)}`);
    }),
  );
});

export async function awaited(): Promise<void> {
  console.log('starting main');
  console.log('waiting for phases to complete');
  const results: string[] = [];
  for await (const answer of asCompleted([0, 1, 2].map(phase))) {
    console.log(`received answer '${answer}'`);
    results.push(answer);
  }
  console.log(`results: ${show(results)}`);
}
