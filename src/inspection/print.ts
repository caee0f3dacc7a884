import { cyclesIn } from './cycles.js';
import type { Node } from './node.js';

/** So many of those that run for the same are listed. */
const most = 20;

type Line = readonly [name: string, kind: string, status: string, elapsed: string, note: string];

/** Nodes and what is below them, in words: a line for each, in columns. */
export function print(top: readonly Node[]): string {
  const cycles = cyclesIn(top);
  const inCycle = new Set(cycles.flat());
  const lines: Line[] = [];
  const add = (node: Node, before: string, below: string): void => {
    lines.push(lineOf(node, before, inCycle));
    addAll(node.children, below);
  };
  const addAll = (nodes: readonly Node[], before: string, isTop = false): void => {
    const listed = nodes.length > most + 1 ? nodes.slice(0, most) : nodes;
    listed.forEach((node, index) => {
      const isLast = index === nodes.length - 1;
      if (isTop) add(node, '', '');
      else add(node, `${before}${isLast ? '└─' : '├─'} `, `${before}${isLast ? '  ' : '│ '} `);
    });
    if (nodes.length > listed.length)
      lines.push([`${before}${isTop ? '' : '└─ '}… ${nodes.length - most} more`, '', '', '', '']);
  };
  addAll(top, '', true);
  if (lines.length === 0) return 'nothing is running';
  return [...inColumns(lines), ...cycles.map((cycle) => inWords(cycle))].join('\n');
}

function lineOf(node: Node, before: string, inCycle: ReadonlySet<Node>): Line {
  const { name, kind, status, elapsed, done, total, place, waitsFor } = node;
  const counts = done === undefined ? [] : [total === undefined ? `${done} done` : `${done} of ${total} done`];
  const waits = waitsFor.map((other) => {
    const isCycle = inCycle.has(node) && inCycle.has(other);
    return `waits for ${other.name}${isCycle ? ' (cycle)' : ''}`;
  });
  return [
    before + oneLine(name),
    kind === name ? '' : kind,
    status,
    inUnits(elapsed),
    [...counts, ...(place === undefined ? [] : [place]), ...waits].join(', '),
  ];
}

function inWords(cycle: readonly Node[]): string {
  // Of Tasks, of which there is one in each, and of what else has a name of its own.
  const names = cycle.filter(({ name, kind }) => kind === 'Task' || name !== kind).map(({ name }) => name);
  return `cycle: ${[...names, names[0]].join(' > ')}`;
}

function inColumns(lines: readonly Line[]): string[] {
  const width = (column: 0 | 1 | 2 | 3) => Math.max(...lines.map((line) => line[column].length));
  const [name, kind, status, elapsed] = [width(0), width(1), width(2), width(3)];
  return lines.map((line) =>
    [
      line[0].padEnd(name),
      ...(kind === 0 ? [] : [line[1].padEnd(kind)]),
      line[2].padEnd(status),
      line[3].padStart(elapsed),
      line[4],
    ]
      .join('  ')
      .trimEnd(),
  );
}

/** `12 ms`, `1.2 s`, `3 min 5 s`. */
function inUnits(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.floor(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(Math.floor(milliseconds / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function oneLine(name: string): string {
  const line = name.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
