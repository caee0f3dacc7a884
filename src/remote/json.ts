import { types } from 'node:util';
import { isMap, isSet } from '../awaitable/realm.js';

/**
 * What is left of a type on the way through JSON: a Date arrives as a string, `undefined` as a result is `null`, and what JSON
 * cannot carry is `never`.
 */
export type Json<T> =
  0 extends 1 & T ? T
  : T extends string | number | boolean | null ? T
  : T extends ToJson ? Json<ReturnType<T['toJSON']>>
  : T extends undefined ? null
  : T extends bigint | symbol | ((...args: never) => unknown) | Opaque ? never
  : T extends readonly unknown[] ? { [I in keyof T]: Json<T[I]> }
  : T extends object ? { [K in keyof T]: Json<Exclude<T[K], undefined>> | Extract<T[K], undefined> }
  : T;

/** What JSON makes something else of: `{}`, mostly. Not `Error`, whose type is that of many a plain object. */
type Opaque =
  ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | RegExp | PromiseLike<unknown> | ArrayBuffer | ArrayBufferView;

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

/** Of whatever realm. */
const opaque: Readonly<Record<string, (value: unknown) => boolean>> = {
  'a Map': isMap,
  'a Set': isSet,
  'a RegExp': types.isRegExp,
  'an Error': (value) => types.isNativeError(value) || value instanceof Error,
  'a Promise': types.isPromise,
  'an ArrayBuffer': types.isAnyArrayBuffer,
  'a typed array': types.isArrayBufferView,
};

function findWrong(value: unknown, place: string, above: readonly unknown[]): string | undefined {
  const at = place === '' ? 'it' : place;
  if (typeof value === 'number' && !Number.isFinite(value)) return `${at} is ${value}`;
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
    return `${at} is a ${typeof value}`;
  }
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return undefined;
  if (above.includes(value)) return `${at} leads back to itself`;
  // Most are plain, which is soon seen.
  const isPlain = Object.getPrototypeOf(value) === Object.prototype;
  const kind = isPlain ? undefined : Object.keys(opaque).find((name) => opaque[name]?.(value));
  if (kind !== undefined) return `${at} is ${kind}`;
  const inner = [...above, value];
  for (const [key, each] of Object.entries(value)) {
    const wrong = findWrong(each, Array.isArray(value) ? `${place}[${key}]` : `${place}.${key}`, inner);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
