import { isObservable, isPromiseLike } from './input.js';
import { isDate } from './realm.js';

/** A value as an error message shows it. */
export function describe(value: unknown): string {
  if (isObservable(value)) return 'an Observable';
  if (isPromiseLike(value)) return 'a Promise';
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (typeof value === 'string') return `the string '${value}'`;
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object' || value === null) return String(value);
  if (isDate(value)) return Number.isNaN(value.getTime()) ? 'an invalid Date' : value.toISOString();
  const { name } = (value.constructor as { name?: string } | undefined) ?? {};
  return name === undefined || name === 'Object' ? 'an object' : `an object of class ${name}`;
}
