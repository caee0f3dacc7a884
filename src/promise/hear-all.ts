import { listed } from '../arguments/listed.js';
import { hear } from '../awaitable/hear.js';
import { isListenable, observe } from '../awaitable/source.js';
import type { Awaitables } from '../awaitable/types.js';

/** Takes on what was given, an awaitable or many, where nothing is going to be started: what fails is not unhandled. */
export function hearAll(given: unknown): void {
  takeOn(given);
  const { items } = listed(given as Awaitables);
  if (Array.isArray(items) || items instanceof Set) items.forEach(takeOn);
}

function takeOn(awaitable: unknown): void {
  if (isListenable(awaitable)) awaitable[observe]();
  else hear(awaitable);
}
