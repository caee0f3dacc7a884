// Read now, before a test replaces it.
const setTimer = setTimeout;

/** The reasons that the browser reports as unhandled rejections, from the start of `run` until a little after its end. */
export async function unhandledRejections(run: () => unknown): Promise<unknown[]> {
  const reasons: unknown[] = [];
  const listener = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    reasons.push(event.reason);
  };
  addEventListener('unhandledrejection', listener);
  try {
    await run();
    // Browsers report in a task of their own, and nothing says when that is over.
    await new Promise((resolve) => setTimer(resolve, 20));
  } finally {
    removeEventListener('unhandledrejection', listener);
  }
  return reasons;
}
