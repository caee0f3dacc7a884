// Knows which timers are still to come, as Node does, whose process ends when none is. It stands before all that calls one.
const pending = new Set<number | undefined>();
const { setTimeout: once, setInterval: again, clearTimeout: clear } = window;

Object.assign(window, {
  setTimeout(callback: (...values: unknown[]) => void, ...rest: [number?, ...unknown[]]) {
    const call = (...values: unknown[]) => {
      pending.delete(id);
      callback(...values);
    };
    const id = once(call, ...rest);
    pending.add(id);
    return id;
  },
  setInterval(...given: Parameters<typeof again>) {
    const id = again(...given);
    pending.add(id);
    return id;
  },
  clearTimeout: stop,
  clearInterval: stop,
});

function stop(id?: number): void {
  pending.delete(id);
  clear(id);
}

export function timersPending(): boolean {
  return pending.size > 0;
}
