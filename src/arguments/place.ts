import { describe } from '../awaitable/describe.js';

/** The key that one of the awaitables has: its index, if no other. */
export function keyOf(index: number, keys: readonly unknown[] | undefined): unknown {
  return keys === undefined ? index : keys[index];
}

/** Where one of the awaitables stands, as messages say it. */
export function placeOf(index: number, keys: readonly unknown[] | undefined): string {
  const key = keyOf(index, keys);
  return typeof key === 'string' ? `awaitables.${key}` : `awaitables[${describe(key)}]`;
}
