import type { CoroutineContext } from './types.js';

/** Who knows the signal, and makes it when it is read. */
export interface SignalSource {
  readonly signal: AbortSignal;
}

/**
 * The context of one call: an options bag with a `signal` that is made on the first read. A Proxy over the call itself, with
 * one handler for all: an object literal with a getter costs ten times as much.
 */
export function contextOf(call: SignalSource): CoroutineContext {
  return new Proxy(call, handler);
}

// To everybody it is a plain object with one property of its own, and can be given others. The call has no properties but
// private ones, so what it has are those.
const handler: ProxyHandler<SignalSource> = {
  get: (call, key) =>
    key === 'signal' ? call.signal : Reflect.get(Object.hasOwn(call, key) ? call : Object.prototype, key),
  has: (call, key) => key === 'signal' || Object.hasOwn(call, key) || key in Object.prototype,
  ownKeys: (call) => ['signal', ...Reflect.ownKeys(call)],
  getOwnPropertyDescriptor: (call, key) =>
    key === 'signal' ?
      { value: call.signal, enumerable: true, configurable: true }
    : Reflect.getOwnPropertyDescriptor(call, key),
  getPrototypeOf: () => Object.prototype,
  // What bears the name of something that the call has must not hide it.
  defineProperty: (call, key, property) =>
    (key in call ? Object.hasOwn(call, key) : true) && Reflect.defineProperty(call, key, property),
  preventExtensions: () => false,
};
