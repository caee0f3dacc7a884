import type { TimelineEvent } from '../event.js';
import type { Row } from './row.js';
import { rowOf } from './row.js';

/** A run, and those that ran for it. */
export interface Branch {
  readonly row: Row;
  readonly children: readonly Branch[];
}

/** More rows than this are hard to read. */
const most = 100;
/** So many of those that ran for the same are drawn at least. */
const fewest = 3;

interface Run {
  readonly name: string;
  readonly events: TimelineEvent[];
  readonly children: Run[];
}

export function treeOf(events: readonly TimelineEvent[]): Branch[] {
  const runs = new Map<number | undefined, Run>();
  const top: Run[] = [];
  for (const event of events) {
    const known = runs.get(event.row);
    if (known !== undefined) {
      known.events.push(event);
      continue;
    }
    const run: Run = { name: event.name, events: [event], children: [] };
    runs.set(event.row, run);
    (runs.get(event.parent)?.children ?? top).push(run);
  }
  return top.map(branchOf);
}

function branchOf({ name, events, children }: Run): Branch {
  return { row: rowOf(name, events), children: children.map(branchOf) };
}

/** The rows of a tree from top to bottom, each a step further in than what it ran for; of many for the same only some. */
export function unfold(branches: readonly Branch[]): Row[] {
  let shown = most;
  let rows = list(branches, shown, 0);
  while (rows.length > most && shown > fewest) rows = list(branches, --shown, 0);
  return rows;
}

function list(branches: readonly Branch[], shown: number, depth: number): Row[] {
  // One more takes no more room than to say that it is not there.
  const all = branches.length <= shown + 1;
  const notable = all ? branches : choose(branches, shown);
  const others = branches.filter((branch) => !notable.includes(branch));
  return [
    ...notable.flatMap(({ row, children }) => [
      { ...row, depth, isGroup: children.length > 0 },
      ...list(children, shown, depth + 1),
    ]),
    ...(others.length > 0 ? [fold(others, depth)] : []),
  ];
}

/** What has failed or still runs, and of the rest what took longest, in the order in which they started. */
function choose(branches: readonly Branch[], count: number): Branch[] {
  const weight = ({ row: { begin, end } }: Branch) =>
    end === undefined ? Infinity : end.time - begin + (end.type === 'failed' ? 1e9 : 0);
  const chosen = new Set([...branches].sort((a, b) => weight(b) - weight(a)).slice(0, count));
  return branches.filter((branch) => chosen.has(branch));
}

/** Many as one row, and all that ran for them. */
function fold(branches: readonly Branch[], depth: number): Row {
  const folded = branches.map(({ row }) => row);
  const events = folded.flatMap((row) => row.events);
  return {
    ...rowOf(`… ${folded.length} more`, events),
    cancelled: undefined,
    end: undefined,
    emitted: [],
    depth,
    folded,
  };
}
