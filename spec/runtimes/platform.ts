// As much of a platform as all of them have, for the battery.

export interface Platform {
  /** Where the server listens that {@link startServer} has started. */
  readonly server: string;
  /** Node's, where the platform has it. */
  readonly AsyncLocalStorage?: new <T>() => { run<R>(store: T, body: () => R): R; getStore(): T | undefined };
}

export interface Cancellable {
  readonly signal?: AbortSignal;
}

/** As of node:timers/promises. */
export function sleep<T>(milliseconds: number, value: T, { signal }: Cancellable = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    }, milliseconds);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

interface NodeLike {
  on(event: 'unhandledRejection', listener: (reason: unknown) => void): void;
  off(event: 'unhandledRejection', listener: (reason: unknown) => void): void;
}

/** The reasons that the platform reports as unhandled while `body` runs, and after. */
export async function unhandled(body: () => unknown): Promise<unknown[]> {
  const reasons: unknown[] = [];
  let report = (reason: unknown) => void reasons.push(reason);
  const leave = onUnhandled((reason) => {
    report(reason);
  });
  try {
    await body();
    await sleep(0, undefined);
    // Reported in order: so all is told once this one is.
    await new Promise<void>((resolve) => {
      const last = new Error('the last to be reported');
      report = (reason) => {
        if (reason === last) resolve();
        else reasons.push(reason);
      };
      void Promise.reject(last);
    });
  } finally {
    leave();
  }
  return reasons;
}

function onUnhandled(listener: (reason: unknown) => void): () => void {
  const { process, navigator } = globalThis as { process?: Partial<NodeLike>; navigator?: Navigator };
  if (process?.on && process.off && navigator?.userAgent !== 'Cloudflare-Workers') {
    process.on('unhandledRejection', listener);
    return () => process.off?.('unhandledRejection', listener);
  }
  const heard = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    listener(event.reason);
  };
  addEventListener('unhandledrejection', heard);
  return () => {
    removeEventListener('unhandledrejection', heard);
  };
}
