import type { Node } from './node.js';

/** What stands for what runs for no combinator of many. */
const outermost = 'outside of groups';

/** The tracks of a picture: one for each combinator of many, of what it runs. */
export class Tracks {
  readonly #names = new WeakMap<Node, string>();
  readonly #numbers = new Map<string, { used: number; readonly free: number[] }>();

  /** That in which something is to be seen. */
  of(node: Node): string {
    for (let above = node.above; !above.isRoot; above = above.above) {
      if (above.done !== undefined) return this.#names.get(above) ?? this.#name(above);
    }
    return outermost;
  }

  /** By the way to it; those of the same way that are there at the same time are numbered. */
  #name(group: Node): string {
    const names: string[] = [];
    for (let node = group; !node.isRoot; node = node.above) names.unshift(node.name);
    const way = names.join(' > ');
    const numbers = this.#numbers.get(way) ?? { used: 0, free: [] };
    this.#numbers.set(way, numbers);
    const number = numbers.free.pop() ?? ++numbers.used;
    const name = number === 1 ? way : `${way} (${number})`;
    this.#names.set(group, name);
    group.whenOver(() => numbers.free.push(number));
    return name;
  }
}
