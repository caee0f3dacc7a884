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
countCalls(Response.prototype, ['arrayBuffer', 'blob', 'bytes', 'formData', 'json', 'text']);
countCalls(ReadableStream.prototype, ['pipeTo']);
for (const Reader of [ReadableStreamDefaultReader, ReadableStreamBYOBReader]) countCalls(Reader.prototype, ['read']);
// Safari cannot iterate over a stream.
if (Symbol.asyncIterator in ReadableStream.prototype)
  countCalls(Object.getPrototypeOf(new ReadableStream()[Symbol.asyncIterator]()) as object, ['next']);

/** A connection is pending until it is closed. */
const connections = new Set<WebSocket | EventSource>();
for (const name of ['WebSocket', 'EventSource'] as const)
  window[name] = new Proxy<new (...given: never[]) => WebSocket | EventSource>(window[name], {
    construct(...given) {
      const connection = Reflect.construct(...given) as WebSocket | EventSource;
      connections.add(connection);
      return connection;
    },
  }) as never;

/** A Promise that one of these methods has given is pending until it settles. */
function countCalls(target: object, names: readonly string[]): void {
  for (const name of names.filter((each) => each in target)) {
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
  return pending.size > 0 || Array.from(connections).some(({ readyState, CLOSED }) => readyState !== CLOSED);
}
