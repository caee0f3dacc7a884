import type { CoroutineContext } from './types.js';

/**
 * The context of one call: an options bag with a `signal` that is made on the first read. A Proxy, with one handler for all: an
 * object literal with a getter costs ten times as much. `call` knows the signal, and stands in its place until it is read.
 */
export function contextOf(call: CoroutineContext): CoroutineContext {
  return new Proxy({ signal: call }, handler) as unknown as CoroutineContext;
}

const handler: ProxyHandler<{ readonly signal: CoroutineContext }> = {
  get: (bag, key) => (key === 'signal' ? bag.signal.signal : (Reflect.get(bag, key) as unknown)),
  getOwnPropertyDescriptor: (bag, key) => {
    const property = Reflect.getOwnPropertyDescriptor(bag, key);
    return key === 'signal' ? { ...property, value: bag.signal.signal, writable: false } : property;
  },
  defineProperty: (bag, key, property) => key !== 'signal' && Reflect.defineProperty(bag, key, property),
  deleteProperty: (bag, key) => key !== 'signal' && Reflect.deleteProperty(bag, key),
  // It could not be told from one that has its signal already.
  preventExtensions: () => false,
};
