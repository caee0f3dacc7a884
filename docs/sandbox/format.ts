// What Node's console would print, as far as the programs of the pages need it.

export function format(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ');
}

function inspect(value: unknown, depth = 0): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'symbol') return value.toString();
  if (typeof value === 'function') return `[${isClass(value) ? 'class' : 'Function'}${value.name ? (isClass(value) ? ' ' : ': ') + value.name : ' (anonymous)'}]`; // prettier-ignore
  if (typeof value !== 'object' || value === null) return String(value);
  if (tagOf(value) === '[object Error]' || value instanceof Error) return String(value);
  if (tagOf(value) === '[object Date]') return (value as Date).toISOString();
  if (depth > 2) return Array.isArray(value) ? '[Array]' : '[Object]';
  const next = (part: unknown) => inspect(part, depth + 1);
  if (Array.isArray(value)) return enclose('[', value.map(next), ']', depth);
  if (tagOf(value) === '[object Set]') {
    const set = value as Set<unknown>;
    return enclose(`Set(${set.size}) {`, Array.from(set, next), '}', depth);
  }
  if (tagOf(value) === '[object Map]') {
    const map = value as Map<unknown, unknown>;
    return enclose(
      `Map(${map.size}) {`,
      Array.from(map, ([key, part]) => `${next(key)} => ${next(part)}`),
      '}',
      depth,
    );
  }
  const name = nameOf(value);
  const parts = Object.entries(value).map(([key, part]) => `${/^[\w$]+$/.test(key) ? key : quote(key)}: ${next(part)}`);
  return enclose(name === 'Object' || name === '' ? '{' : `${name} {`, parts, '}', depth);
}

/** On one line if it fits. */
function enclose(open: string, parts: readonly string[], close: string, depth: number): string {
  if (parts.length === 0) return open + close;
  const line = `${open} ${parts.join(', ')} ${close}`;
  if (line.length <= 76 && !line.includes('\n')) return line;
  const indent = '  '.repeat(depth + 1);
  return `${open}\n${indent}${parts.join(`,\n${indent}`)}\n${indent.slice(2)}${close}`;
}

function quote(text: string): string {
  const mark =
    !text.includes("'") ? "'"
    : !text.includes('"') ? '"'
    : '`';
  return mark + text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n') + mark;
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value);
}

function nameOf(value: object): string {
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null;
  return prototype === null ? '[Object: null prototype]' : (prototype.constructor?.name ?? '');
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
