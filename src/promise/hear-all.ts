import { listed } from '../arguments/listed.js';
import { isCollection } from '../awaitable/realm.js';
import { takeOn } from '../awaitable/take-on.js';
import type { Awaitables } from '../awaitable/types.js';

/** Takes on what was given, an awaitable or many, where nothing is going to be started: what fails is not unhandled. */
export function hearAll(given: unknown): void {
  takeOn(given);
  const { items } = listed(given as Awaitables);
  if (isCollection(items)) for (const item of items.values()) takeOn(item);
}
