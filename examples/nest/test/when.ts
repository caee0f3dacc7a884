import { setTimeout as sleep } from 'node:timers/promises';

export async function when(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(5);
}
