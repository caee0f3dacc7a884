import { hasListener } from './from-promise.js';
import { isPlainPromise } from './realm.js';
import { isListenable, observe } from './source.js';

/** The Promises that were taken on, and that nobody may ever listen to: each keeps what it is told as often as it is told. */
const taken = new WeakSet<Promise<unknown>>();

/**
 * Takes on what may have to wait for its turn, or never have one: a Task or a Promise runs all the same, and if it fails
 * meanwhile, that is not unhandled. Subclasses of Promise are left alone, since some begin only when they are listened to.
 */
export function takeOn(awaitable: unknown): void {
  if (typeof awaitable === 'function') return;
  if (isListenable(awaitable)) awaitable[observe]();
  else if (isPlainPromise(awaitable) && !taken.has(awaitable)) {
    taken.add(awaitable);
    take(awaitable);
  }
}

/** The same for all of a list: they will be listened to, and to note each of many would take longer than that. */
export function takeOnAll(list: readonly unknown[]): void {
  for (const awaitable of list) {
    if (isPlainPromise(awaitable)) take(awaitable);
    else takeOn(awaitable);
  }
}

function take(promise: Promise<unknown>): void {
  if (!hasListener(promise)) promise.catch(() => {});
}
