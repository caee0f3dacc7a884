import { inspect } from './inspect.js';
import { labelCharacter, labelOf, padding, type Row, type Scale } from './layout.js';
import { arrow, bar, mark, striped, waiting } from './signs.js';
import { round, text } from './svg.js';

/** One awaitable: from its start to its end, and between its cancellation and the end of its cleanup in stripes. */
export function drawBar(row: Row, scale: Scale, y: number, stripes: string): string[] {
  const { tracked, started, cancelled, end } = row;
  const name = text(padding, y, row.name);
  if (started === undefined) return [name, text(scale.left, y, labelOf(row, scale), 'note')];
  const from = scale.x(started.time);
  const to = scale.x(end?.time ?? scale.end);
  const stopped = cancelled ? scale.x(cancelled.time) : to;
  const waited = tracked ? scale.x(tracked.time) : from;
  return [
    name,
    ...(from > waited ? [waiting(waited, from, y)] : []),
    bar(cancelled ? 'cancelled' : (end?.type ?? 'running'), from, stopped, y),
    ...(to > stopped ? [striped(stopped, to, y, stripes)] : []),
    ...drawEmissions(row, scale, y),
    ...(cancelled ? [mark('cancelled', stopped, y)] : []),
    ...(end === undefined ? [arrow(to, y)] : []),
    ...(end && end.type !== 'cleaned up' ? [mark(end.type, to, y)] : []),
    text(to + (end?.type === 'cleaned up' && to - stopped > 8 ? 8 : 14), y, labelOf(row, scale)),
  ];
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
