import { setImmediate as nextTurn } from 'node:timers/promises';

/** The reasons that the browser reports as unhandled rejections, from the start of `run` until the turn after its end. */
export async function unhandledRejections(run: () => unknown): Promise<unknown[]> {
  const reasons: unknown[] = [];
  let report = (reason: unknown) => void reasons.push(reason);
  const listener = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    report(event.reason);
  };
  addEventListener('unhandledrejection', listener);
  try {
    await run();
    await nextTurn();
    // A browser reports in a turn of its own, but in order: so all is told once this one is.
    await new Promise<void>((resolve) => {
      const last = new Error('the last to be reported');
      report = (reason) => {
        if (reason === last) resolve();
        else reasons.push(reason);
      };
      void Promise.reject(last);
    });
  } finally {
    removeEventListener('unhandledrejection', listener);
  }
  return reasons;
}
