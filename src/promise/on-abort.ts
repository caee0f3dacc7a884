interface Waiting {
  readonly callbacks: Set<() => void>;
  readonly dispatch: () => void;
}

/** Who waits for a signal to abort, behind the one listener that each signal has of us. */
const signals = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls `callback` when the signal aborts, unless what it returns is called before. However many share a signal, it has one
 * listener, so nobody warns of a leak; joining and leaving take constant time, and the last one to leave takes it away.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const { callbacks, dispatch } = signals.get(signal) ?? listenTo(signal);
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size > 0) return;
    signals.delete(signal);
    signal.removeEventListener('abort', dispatch);
  };
}

function listenTo(signal: AbortSignal): Waiting {
  const callbacks = new Set<() => void>();
  // Who leaves meanwhile is not called any more.
  const dispatch = () => {
    for (const callback of callbacks) callback();
  };
  const waiting = { callbacks, dispatch };
  signals.set(signal, waiting);
  signal.addEventListener('abort', dispatch);
  return waiting;
}
