import type { Node } from './node.js';

/** The circles of those who wait for each other, each once, from these on: none of them will ever end by itself. */
export function cyclesIn(top: readonly Node[]): readonly (readonly Node[])[] {
  const cycles: Node[][] = [];
  const seen = new Set<Node>();
  const way: Node[] = [];
  const on = new Set<Node>();
  const visit = (node: Node): void => {
    if (on.has(node)) {
      cycles.push(way.slice(way.indexOf(node)));
      return;
    }
    if (seen.has(node)) return;
    seen.add(node);
    on.add(node);
    way.push(node);
    // A Task that was merely created somewhere is not waited for there.
    for (const next of [...node.children.filter(({ isPart }) => isPart), ...node.waitsFor]) visit(next);
    way.pop();
    on.delete(node);
  };
  const visitAll = (node: Node): void => {
    visit(node);
    node.children.forEach(visitAll);
  };
  top.forEach(visitAll);
  return cycles;
}
