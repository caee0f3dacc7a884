import type { TimelineEvent } from '../event.js';
import { type Row, rowOf } from './row.js';
import { treeOf, unfold } from './tree.js';

/** One row for each run: those of the same name one below the other, what ran for something below that. */
export function rowsOf(events: readonly TimelineEvent[]): Row[] {
  const nested = events.filter((event) => 'parent' in event);
  const others = events.filter((event) => !('parent' in event));
  return [...flat(others), ...unfold(treeOf(nested))];
}

function flat(events: readonly TimelineEvent[]): Row[] {
  const names = new Map<string, Map<number, TimelineEvent[]>>();
  for (const event of events) {
    const runs = names.get(event.name) ?? new Map<number, TimelineEvent[]>();
    const known = runs.get(event.row);
    if (known === undefined) names.set(event.name, runs.set(event.row, [event]));
    else known.push(event);
  }
  return [...names].flatMap(([name, runs]) =>
    [...runs.values()].map((events, index) => {
      const row = rowOf(name, events);
      return index === 0 ? row : { ...row, name: `${row.name} #${index + 1}` };
    }),
  );
}
