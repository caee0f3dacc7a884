// What specs use of Node's module of this name. The timers are read now, before a test replaces them.
const { setTimeout: setTimer, clearTimeout: clearTimer, MessageChannel, DOMException } = globalThis;

exports.setImmediate = (value) =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(value);
    };
    port2.postMessage(undefined);
  });

exports.setTimeout = (milliseconds, value, { signal } = {}) =>
  new Promise((resolve, reject) => {
    const abort = () => {
      clearTimer(timer);
      reject(new DOMException('The operation was aborted', 'AbortError'));
    };
    const timer = setTimer(() => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    }, milliseconds);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
