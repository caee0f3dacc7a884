import { setTimeout as sleep } from 'node:timers/promises';
import { defer, tap } from 'rxjs';
import { type CoroutineContext, gather } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { show } from './support/show';

const phase = (name: string, milliseconds: number) => async (context: CoroutineContext) => {
  console.log(`in ${name}`);
  await sleep(milliseconds, undefined, context);
  console.log(`done with ${name}`);
  return `${name} result`;
};

export const piped = defer(() => {
  console.log('starting main');
  console.log('waiting for phases to complete');
  return gather([phase('phase1', 2000), phase('phase2', 1000)]).pipe(
    tap((results) => {
      console.log(`results: ${show(results)}`);
    }),
  );
});

export async function awaited(): Promise<void> {
  console.log('starting main');
  console.log('waiting for phases to complete');
  const results = await promises.gather([phase('phase1', 2000), phase('phase2', 1000)]);
  console.log(`results: ${show(results)}`);
}
