import type { Awaitable, Awaitables } from '../awaitable/types.js';
import { isRecord } from './check.js';

/** Awaitables as a list, and the keys that they have in a record or a Map. */
export interface Listed {
  readonly items: Iterable<Awaitable<unknown>> | AsyncIterable<Awaitable<unknown>>;
  readonly keys?: readonly unknown[];
}

/** Read when it is subscribed to, so that each subscription sees what is there then. */
export function listed(awaitables: Awaitables): Listed {
  if (awaitables instanceof Map) return { items: [...awaitables.values()], keys: [...awaitables.keys()] };
  if (!isRecord(awaitables)) return { items: awaitables };
  return { items: Object.values(awaitables), keys: Object.keys(awaitables) };
}

/** Where one of the awaitables stands, as messages say it. */
export function placeOf(index: number, keys: readonly unknown[] | undefined): string {
  return keys === undefined ? `awaitables[${index}]` : `awaitables.${String(keys[index])}`;
}
