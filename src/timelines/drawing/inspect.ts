import { isObservable } from '../../awaitable/input.js';
import { isDate, isMap, isSet } from '../../awaitable/realm.js';

/** A value as people would write it, on one line of at most so many characters. */
export function inspect(value: unknown, length: number): string {
  return shorten(write(value, 0), length);
}

/** On one line, of at most so many characters. */
export function shorten(text: string, length: number): string {
  const line = onOneLine(text);
  // Characters, not code units, so that no pair of them is cut in two.
  const characters = Array.from(line);
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : line;
}

/** Without line breaks, and without the characters that an XML file must not have. */
export function onOneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cs}\uFFFE\uFFFF]+/gu, ' ');
}

function write(value: unknown, depth: number): string {
  const within = (item: unknown) => (depth < 3 ? write(item, depth + 1) : '…');
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return value.name === '' ? 'function' : value.name;
  if (typeof value !== 'object' || value === null) return String(value);
  // A Task goes by its name.
  if (isObservable(value)) return 'name' in value ? String(value.name) : 'Observable';
  if (value instanceof AggregateError) return `${String(value)} ${within(value.errors)}`;
  if (value instanceof Error || isDate(value)) return String(value);
  if (Array.isArray(value)) return `[${beginning(value).map(within).join(', ')}]`;
  if (isSet(value)) return `{${beginning(value).map(within).join(', ')}}`;
  const properties: Iterable<[unknown, unknown]> = isMap(value) ? value : Object.entries(value);
  const written = beginning(properties).map(([key, item]) => `${String(key)}: ${within(item)}`);
  return written.length > 0 ? `{ ${written.join(', ')} }` : '{}';
}

/** More do not fit into a picture. */
function beginning<T>(items: Iterable<T>): T[] {
  return Array.from(items).slice(0, 20);
}
