// Knows which timers and answers are still to come, as Node does, whose process ends when none is. It stands before all that
// asks for one.
const pending = new Set<unknown>();
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

countCalls(window, ['fetch']);
countCalls(Response.prototype, ['arrayBuffer', 'blob', 'formData', 'json', 'text']);
countCalls(ReadableStreamDefaultReader.prototype, ['read']);

/** A Promise that one of these methods has given is pending until it settles. */
function countCalls(target: object, names: readonly string[]): void {
  for (const name of names) {
    const method = Reflect.get(target, name) as (...values: unknown[]) => Promise<unknown>;
    Reflect.set(target, name, function (this: unknown, ...values: unknown[]) {
      const call = {};
      pending.add(call);
      return method.apply(this, values).finally(() => pending.delete(call));
    });
  }
}

function stop(id?: number): void {
  pending.delete(id);
  clear(id);
}

export function isPending(): boolean {
  return pending.size > 0;
}
