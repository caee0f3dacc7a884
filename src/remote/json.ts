/**
 * What is left of a type on the way through JSON: a Date arrives as a string, `undefined` as a result is `null`, and what JSON
 * cannot carry is `never`.
 */
export type Json<T> =
  T extends string | number | boolean | null ? T
  : T extends ToJson ? Json<ReturnType<T['toJSON']>>
  : T extends undefined ? null
  : T extends bigint | symbol | ((...args: never) => unknown) ? never
  : T extends readonly unknown[] ? { [I in keyof T]: Json<T[I]> }
  : T extends object ? { [K in keyof T]: Json<Exclude<T[K], undefined>> | Extract<T[K], undefined> }
  : T;

/** What says itself what goes into JSON. */
interface ToJson {
  toJSON(...args: never): unknown;
}

/**
 * Refuses what would arrive as something else, or not at all. What has a `toJSON` knows what it does; an object of a class
 * arrives as a plain one, as JSON has it.
 *
 * @throws TypeError that names what cannot be carried, and where it is
 */
export function checkJson(what: string, value: unknown): void {
  const wrong = findWrong(value, '', []);
  if (wrong !== undefined) throw new TypeError(`${what} cannot be carried as JSON: ${wrong}`);
}

function findWrong(value: unknown, place: string, above: readonly unknown[]): string | undefined {
  const at = place === '' ? 'it' : place;
  if (typeof value === 'number' && !Number.isFinite(value)) return `${at} is ${value}`;
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
    return `${at} is a ${typeof value}`;
  }
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return undefined;
  if (above.includes(value)) return `${at} leads back to itself`;
  if (value instanceof Map || value instanceof Set) return `${at} is a ${value.constructor.name}`;
  const inner = [...above, value];
  for (const [key, each] of Object.entries(value)) {
    const wrong = findWrong(each, Array.isArray(value) ? `${place}[${key}]` : `${place}.${key}`, inner);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
