import type { Awaitable } from './types.js';

/** That of a function, if it has one. */
export function nameOf(awaitable: Awaitable<unknown>): string | undefined {
  return typeof awaitable === 'function' && awaitable.name !== '' ? awaitable.name : undefined;
}
