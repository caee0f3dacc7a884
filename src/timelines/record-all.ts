import { observe } from '../inspection/look.js';
import type { Node } from '../inspection/node.js';
import { Run } from '../observing/run.js';
import type { TimelineEventType } from './event.js';

/** A row of a recording. */
export interface RecordedRow {
  readonly row: number;
  readonly record: (type: TimelineEventType, ...value: [] | [unknown]) => void;
}

/** Has all that begins from now on recorded, each as running for a row or for nobody, until it is disposed of. */
export function recordAll(newRow: (name: string, parent: number | undefined) => RecordedRow): Disposable {
  const rows = new WeakMap<Node, number>();
  const runs = new WeakMap<Node, Run>();
  return observe({
    start: (node, begin) => {
      const { row, record } = newRow(node.name, rows.get(node.above));
      const run = new Run(record);
      rows.set(node, row);
      runs.set(node, run);
      run.start();
      node.whenOver(({ status, outcome }) => {
        if (status === 'fulfilled') run.done(...(outcome === undefined ? [] : ([outcome] as const)));
        else if (status === 'rejected') run.fail(outcome);
        else run.endCancelled();
      });
      begin();
    },
    cancelled: (node) => {
      runs.get(node)?.cancel();
    },
  });
}
