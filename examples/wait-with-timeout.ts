import { setTimeout as sleep } from 'node:timers/promises';
import { defer, tap } from 'rxjs';
import { type CoroutineContext, createTask, wait } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';

const phase = (i: number) => async (context: CoroutineContext) => {
  console.log(`in phase ${i}`);
  try {
    await sleep(150 * i, undefined, context);
  } catch (error) {
    console.log(`phase ${i} cancelled`);
    throw error;
  }
  console.log(`done with phase ${i}`);
};

// Tasks belong to whoever made them: wait() leaves those that are pending to us.
const startPhases = () => [0, 1, 2].map((i) => createTask(phase(i)));

export const piped = defer(() => {
  console.log('starting main');
  console.log('waiting 0.1 for phases to complete');
  return wait(startPhases(), { timeout: 100 }).pipe(
    tap(({ done, pending }) => {
      console.log(`${done.size} completed and ${pending.size} pending`);
      console.log('cancelling tasks');
      for (const task of pending) task.cancel();
      console.log('exiting main');
    }),
  );
});

export async function awaited(): Promise<void> {
  console.log('starting main');
  console.log('waiting 0.1 for phases to complete');
  const { done, pending } = await promises.wait(startPhases(), { timeout: 100 });
  console.log(`${done.size} completed and ${pending.size} pending`);
  console.log('cancelling tasks');
  for (const task of pending) task.cancel();
  console.log('exiting main');
}
