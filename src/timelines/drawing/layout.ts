import { greatest, least } from './extremes.js';
import { inspect } from './inspect.js';
import type { Row } from './row.js';

// All lengths are in pixels. Text cannot be measured without a browser, so it is set in a typeface whose characters are
// all of one width, or given ample room.
export const width = 760;
export const padding = 16;
export const rowHeight = 28;
/** A character of the labels, and one of the running text. */
export const labelCharacter = 7.3;
export const textCharacter = 6.4;

/** What is written before the bar: what ran for another is set in. */
export function nameOf({ name, depth = 0 }: Row): string {
  return `${'\u00a0\u00a0'.repeat(depth)}${name}`;
}

/** What is written behind the end of a bar. */
export function labelOf(row: Row, scale: { duration(from: number, to: number): string }): string {
  const { started, cancelled, end, folded } = row;
  if (folded !== undefined) return countsOf(folded);
  if (started === undefined) return 'not started';
  if (end === undefined) return cancelled ? 'cleaning up' : 'running';
  if (end.type !== 'cleaned up') return 'value' in end ? inspect(end.value, 30) : end.type;
  const cleanup = cancelled && end.time > cancelled.time ? `, ${scale.duration(cancelled.time, end.time)} cleanup` : '';
  return `cancelled${cleanup}`;
}

/** `90 done, 2 failed`. */
function countsOf(rows: readonly Row[]): string {
  const ends = { done: 'done', failed: 'failed', 'cleaned up': 'cancelled', running: 'running' };
  return Object.entries(ends)
    .map(([type, words]) => ({ words, count: rows.filter(({ end }) => (end?.type ?? 'running') === type).length }))
    .flatMap(({ words, count }) => (count > 0 ? [`${count} ${words}`] : []))
    .join(', ');
}

/** Where points in time are, and how they are written. */
export class Scale {
  readonly left: number;
  readonly right: number;
  /** From the first start on: what is tracked before that only waits for it. */
  readonly start: number;
  readonly end: number;
  /** In milliseconds, or in seconds when there are many of them. */
  readonly #unit: 'ms' | 's';

  constructor(rows: readonly Row[]) {
    const times = rows.flatMap(({ events }) => events.map(({ time }) => time));
    const starts = rows.flatMap(({ started }) => started?.time ?? []);
    this.start = starts.length > 0 ? least(starts) : 0;
    this.end = greatest([this.start, ...times]);
    if (this.end === this.start) this.end++;
    this.#unit = this.end - this.start >= 10_000 ? 's' : 'ms';
    this.left = 2 * padding + greatest([...rows.map((row) => nameOf(row).length), 4]) * labelCharacter;
    // As wide as it can be with every label still inside the picture.
    const room = width - padding - this.left;
    const widest = rows
      .filter(({ output }) => !output)
      .map((row) => (room - 14 - labelOf(row, this).length * labelCharacter) / this.#share(row));
    this.right = this.left + Math.max(120, least([room - padding, ...widest]));
  }

  x(time: number): number {
    return this.left + Math.max(0, (time - this.start) / (this.end - this.start)) * (this.right - this.left);
  }

  /** Round times, no closer to one another than their labels allow. */
  ticks(): number[] {
    const least = (this.end - this.start) / Math.floor((this.right - this.left) / 70);
    const power = 10 ** Math.floor(Math.log10(least));
    const step = power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
    const count = Math.floor((this.end - this.start) / step + 1e-9);
    return Array.from({ length: count + 1 }, (_, index) => this.start + index * step);
  }

  /** `30 ms` after the first start. */
  at(time: number): string {
    return this.duration(this.start, time);
  }

  duration(from: number, to: number): string {
    const amount = (to - from) / (this.#unit === 's' ? 1000 : 1);
    return `${Number(amount.toPrecision(4))} ${this.#unit}`;
  }

  #share({ end, started }: Row): number {
    const last = started === undefined ? this.start : (end?.time ?? this.end);
    return Math.max(1e-9, (last - this.start) / (this.end - this.start));
  }
}
