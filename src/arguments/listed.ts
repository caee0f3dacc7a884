import { describe } from '../awaitable/describe.js';
import type { Awaitable, Awaitables } from '../awaitable/types.js';
import { isRecord } from './check.js';

/** Awaitables as a list, and the keys that they have in a record or a Map. */
export interface Listed<L = Iterable<Awaitable<unknown>> | AsyncIterable<Awaitable<unknown>>> {
  readonly items: L;
  readonly keys?: readonly unknown[];
  /** Makes of their results what has them under these keys. */
  readonly keyed?: (results: readonly unknown[]) => unknown;
}

/** Read when it is subscribed to, so that each subscription sees what is there then. */
export function listed(awaitables: Awaitables): Listed {
  if (awaitables instanceof Map) {
    const keys = [...awaitables.keys()];
    return { items: [...awaitables.values()], keys, keyed: (results) => new Map(entries(keys, results)) };
  }
  if (!isRecord(awaitables)) return { items: awaitables };
  const keys = Object.keys(awaitables);
  return { items: Object.values(awaitables), keys, keyed: (results) => Object.fromEntries(entries(keys, results)) };
}

function entries<K>(keys: readonly K[], results: readonly unknown[]): [K, unknown][] {
  return keys.map((key, index) => [key, results[index]]);
}

/** The key that one of the awaitables has: its index, if no other. */
export function keyOf(index: number, keys: readonly unknown[] | undefined): unknown {
  return keys === undefined ? index : keys[index];
}

/** Where one of the awaitables stands, as messages say it. */
export function placeOf(index: number, keys: readonly unknown[] | undefined): string {
  const key = keyOf(index, keys);
  return typeof key === 'string' ? `awaitables.${key}` : `awaitables[${describe(key)}]`;
}
