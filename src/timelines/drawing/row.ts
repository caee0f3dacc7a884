import type { TimelineEvent, TimelineEventType } from '../event.js';
import { least } from './extremes.js';
import { shorten } from './inspect.js';

/** How a run can end. */
export type EndType = 'done' | 'failed' | 'cleaned up';

/** The events of one run, sorted by what they say about it. */
export interface Row {
  readonly name: string;
  readonly output: boolean;
  readonly events: readonly TimelineEvent[];
  /** When it is first heard of. */
  readonly begin: number;
  readonly tracked: TimelineEvent | undefined;
  readonly started: TimelineEvent | undefined;
  readonly cancelled: TimelineEvent | undefined;
  readonly end: (TimelineEvent & { readonly type: EndType }) | undefined;
  readonly emitted: readonly TimelineEvent[];
  /** How far in it stands: it ran for the row above that is one step less so. */
  readonly depth?: number;
  /** Whether others ran for it. */
  readonly isGroup?: boolean;
  /** The rows that this one stands for. */
  readonly folded?: readonly Row[];
}

export function rowOf(name: string, events: readonly TimelineEvent[]): Row {
  const find = <T extends TimelineEventType>(...types: T[]) =>
    events.find((event): event is TimelineEvent & { type: T } => (types as TimelineEventType[]).includes(event.type));
  return {
    name: shorten(name, 24),
    begin: least(events.map(({ time }) => time)),
    output: events.some(({ output }) => output),
    events,
    tracked: find('tracked'),
    started: find('started'),
    cancelled: find('cancelled'),
    end: find('done', 'failed', 'cleaned up'),
    emitted: events.filter(({ type }) => type === 'emitted'),
  };
}
