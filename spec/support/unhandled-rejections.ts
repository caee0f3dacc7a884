import { setImmediate } from 'node:timers';
import { runInThisContext } from 'node:vm';

// Jest gives tests a copy of `process`, which is told of nothing, and fails a test on its own listeners to the real one.
const actualProcess = runInThisContext('process') as NodeJS.Process;

/** Runs `body`, and gives what the runtime reported as unhandled rejections meanwhile and right after. */
export async function unhandledRejections(body: () => unknown): Promise<unknown[]> {
  const reported: unknown[] = [];
  const listener = (reason: unknown) => reported.push(reason);
  const others = actualProcess.listeners('unhandledRejection');
  actualProcess.removeAllListeners('unhandledRejection').on('unhandledRejection', listener);
  try {
    await body();
    await turnOfTheEventLoop();
    await turnOfTheEventLoop();
  } finally {
    actualProcess.removeListener('unhandledRejection', listener);
    for (const other of others) actualProcess.on('unhandledRejection', other);
  }
  return reported;
}

/** The runtime reports after the microtasks of a turn. Fake timers do not touch this one. */
function turnOfTheEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
