import { greatest } from './extremes.js';
import { inspect } from './inspect.js';
import { labelCharacter, labelOf, nameOf, padding, type Scale } from './layout.js';
import type { Row } from './row.js';
import { arrow, bar, mark, shade, striped, waiting } from './signs.js';
import { round, text } from './svg.js';

/** One awaitable: from its start to its end, and between its cancellation and the end of its cleanup in stripes. */
export function drawBar(row: Row, scale: Scale, y: number, stripes: string): string[] {
  const { tracked, started, cancelled, end } = row;
  const name = text(padding, y, nameOf(row), row.isGroup ? 'combinator' : '');
  if (row.folded !== undefined) return [name, ...drawFolded(row, row.folded, scale, y)];
  if (started === undefined) return [name, text(scale.left, y, labelOf(row, scale), 'note')];
  const from = scale.x(started.time);
  const to = scale.x(end?.time ?? scale.end);
  const stopped = cancelled ? scale.x(cancelled.time) : to;
  const waited = tracked ? scale.x(tracked.time) : from;
  return [
    name,
    ...(from > waited ? [waiting(waited, from, y)] : []),
    bar(kindOf(row), from, stopped, y),
    ...(to > stopped ? [striped(stopped, to, y, stripes)] : []),
    ...drawEmissions(row, scale, y),
    ...(cancelled ? [mark('cancelled', stopped, y)] : []),
    ...(end === undefined ? [arrow(to, y)] : []),
    ...(end && end.type !== 'cleaned up' ? [mark(end.type, to, y)] : []),
    text(to + (end?.type === 'cleaned up' && to - stopped > 8 ? 8 : 14), y, labelOf(row, scale)),
  ];
}

function kindOf({ cancelled, end, isGroup }: Row): string {
  return `${cancelled ? 'cancelled' : (end?.type ?? 'running')}${isGroup ? ' group' : ''}`;
}

/** Where many run at a time it is darker; those that cannot be told apart are drawn as one. */
function drawFolded(row: Row, rows: readonly Row[], scale: Scale, y: number): string[] {
  const x = (time: number) => Math.round(scale.x(time));
  const shades = rows.map(({ begin, end }) => shade(end?.type ?? 'running', x(begin), x(end?.time ?? scale.end), y));
  const last = greatest(rows.map(({ end }) => x(end?.time ?? scale.end)));
  return [...new Set(shades), text(last + 14, y, labelOf(row, scale), 'note')];
}

/** A dot for each, and the values where there is room for all. The last one is the result, which is written at the end. */
function drawEmissions({ emitted, end }: Row, scale: Scale, y: number): string[] {
  const points = emitted
    .filter(({ time }) => time !== end?.time)
    .map(({ time, value }) => ({ x: scale.x(time), words: inspect(value, 12) }));
  const room = points.every(({ x, words }, index) => {
    const next = points[index + 1]?.x ?? scale.x(end?.time ?? scale.end);
    return x + 7 + words.length * labelCharacter < next - 7;
  });
  return [
    ...points.map(({ x }) => `<circle class="mark" cx="${round(x)}" cy="${round(y)}" r="3.5"/>`),
    ...(room ? points.map(({ x, words }) => text(x + 7, y, words, 'inside')) : []),
  ];
}
