/** A list on one line: `['a', 'b']`. */
export function show(list: Iterable<string>): string {
  return `[${Array.from(list, (text) => `'${text}'`).join(', ')}]`;
}
