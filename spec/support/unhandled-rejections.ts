import { setImmediate as nextTurn } from 'node:timers/promises';
import { runInThisContext } from 'node:vm';

// Jest gives each spec a copy of `process`, which hears of no rejection, and listens to the real one itself.
const runtime = runInThisContext('process') as NodeJS.Process;

/** The reasons that the runtime reports as unhandled rejections, from the start of `run` until the turn after its end. */
export async function unhandledRejections(run: () => unknown): Promise<unknown[]> {
  const reasons: unknown[] = [];
  const listeners = runtime.rawListeners('unhandledRejection') as NodeJS.UnhandledRejectionListener[];
  runtime.removeAllListeners('unhandledRejection');
  runtime.on('unhandledRejection', (reason) => reasons.push(reason));
  try {
    await run();
    await nextTurn();
  } finally {
    runtime.removeAllListeners('unhandledRejection');
    for (const listener of listeners) runtime.on('unhandledRejection', listener);
  }
  return reasons;
}
