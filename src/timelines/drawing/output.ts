import { axisHeight } from './axis.js';
import { greatest } from './extremes.js';
import { inspect } from './inspect.js';
import { place } from './labels.js';
import { labelOf, padding, type Scale } from './layout.js';
import type { Row } from './row.js';
import { arrow, complete, diamond, guide, mark } from './signs.js';
import { round, text, timedText } from './svg.js';

const labelHeight = 17;

/** What a combinator emitted, as a marble diagram with its times; `height` is what the labels take below the line. */
export function drawOutput(row: Row, scale: Scale, y: number): { parts: string[]; height: number } {
  const { started, emitted, end } = row;
  const last = emitted.at(-1);
  const ended = scale.x(end?.time ?? scale.end);
  // Beside what it emitted at the same time, where a marble diagram has it.
  const to = last && ended - scale.x(last.time) < 14 ? scale.x(last.time) + 14 : ended;
  const labels = emitted.map(({ time, value }) => ({
    x: scale.x(time),
    time: scale.at(time),
    words: inspect(value, 60),
  }));
  if (end && (end.type !== 'done' || end.time !== last?.time)) {
    const words =
      end.type === 'failed' ? inspect(end.value, 80)
      : end.type === 'done' ? 'complete'
      : labelOf(row, scale);
    labels.push({ x: to, time: scale.at(end.time), words });
  }
  const placed = place(labels);
  const from = scale.x(started?.time ?? scale.start);
  return {
    parts: [
      text(padding, y, row.name, 'combinator'),
      `<path class="line" d="M${round(from)} ${round(y)}H${round(to)}"/>`,
      ...placed.flatMap(({ x, level }) => (level > 0 ? [guide(x, y + 8, y + 8 + level * labelHeight)] : [])),
      ...emitted.map(({ time }) => diamond(scale.x(time), y)),
      end === undefined ? arrow(to, y)
      : end.type === 'done' ? complete(to, y)
      : mark(end.type, to, y),
      ...placed.map(({ left, level, time, words }) => timedText(left, y + 20 + level * labelHeight, time, words)),
    ],
    height: (greatest([-1, ...placed.map(({ level }) => level)]) + 1) * labelHeight,
  };
}

/** Where a combinator ended, among the bars, and from below the axis down to its own line. */
export function drawGuide({ end }: Row, scale: Scale, top: number, axis: number, y: number): string[] {
  if (end === undefined) return [];
  const x = scale.x(end.time);
  return [guide(x, top, axis), guide(x, axis + axisHeight, y)];
}
