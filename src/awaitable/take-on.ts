import { hear } from './from-promise.js';
import { isPlainPromise } from './realm.js';
import { isListenable, observe } from './source.js';

/**
 * Takes on what may have to wait for its turn, or never have one: a Task or a Promise runs all the same, and if it fails
 * meanwhile, that is not unhandled. Subclasses of Promise are left alone, since some begin only when they are listened to.
 */
export function takeOn(awaitable: unknown): void {
  if (typeof awaitable === 'function') return;
  if (isListenable(awaitable)) awaitable[observe]();
  else if (isPlainPromise(awaitable)) hear(awaitable);
}
