// What `instanceof` tells only of its own realm. Jest gives specs one of theirs, so that the Promises of `node:fs` and what
// structuredClone() makes come from another; so do values of an iframe, or of `node:vm`.

export function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return value instanceof Map || hasTag(value, 'Map');
}

export function isSet(value: unknown): value is ReadonlySet<unknown> {
  return value instanceof Set || hasTag(value, 'Set');
}

/** What is there already, and is not pulled one by one. */
export function isCollection(value: unknown): value is { values(): Iterable<unknown> } {
  return Array.isArray(value) || isSet(value) || isMap(value);
}

export function isDate(value: unknown): value is Date {
  return value instanceof Date || hasTag(value, 'Date');
}

/** Of no subclass. */
export function isPlainPromise<T = unknown>(value: unknown): value is Promise<T> {
  if (value instanceof Promise) return value.constructor === Promise;
  return hasTag(value, 'Promise') && (value as Promise<unknown>).constructor.name === 'Promise';
}

function hasTag(value: unknown, tag: string): boolean {
  return Object.prototype.toString.call(value) === `[object ${tag}]`;
}
