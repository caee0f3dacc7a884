import process from 'node:process';

interface Listening {
  readonly callbacks: Set<() => void>;
  readonly dispatch: () => void;
}

const events = new Map<string, Listening>();

/**
 * Calls `callback` at each event of the process, until what it returns is called. However many programs run in it, each event
 * has one listener, so nobody warns of a leak.
 */
export function onProcess(event: string, callback: () => void): () => void {
  const { callbacks, dispatch } = events.get(event) ?? listenTo(event);
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size > 0) return;
    events.delete(event);
    process.off(event, dispatch);
  };
}

function listenTo(event: string): Listening {
  const callbacks = new Set<() => void>();
  // Who leaves meanwhile is not called any more.
  const dispatch = () => {
    for (const callback of callbacks) callback();
  };
  const listening = { callbacks, dispatch };
  events.set(event, listening);
  process.on(event, dispatch);
  return listening;
}
