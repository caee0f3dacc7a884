import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds, which another process may bring about; a test that waits in vain fails by its time. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(20);
}
