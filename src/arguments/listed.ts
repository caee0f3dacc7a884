import { isMap } from '../awaitable/realm.js';
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
  if (isMap(awaitables)) {
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
