import { check, checkOptions } from '../arguments/check.js';
import { axisHeight, drawAxis, drawTimes } from './drawing/axis.js';
import { drawBar } from './drawing/bar.js';
import type { TimelineEvent } from './event.js';
import { inspect, onOneLine, shorten } from './drawing/inspect.js';
import { labelOf, padding, rowHeight, Scale, textCharacter, width } from './drawing/layout.js';
import { drawLegend } from './drawing/legend.js';
import { drawGuide, drawOutput } from './drawing/output.js';
import { type Row } from './drawing/row.js';
import { rowsOf } from './drawing/rows.js';
import { style } from './drawing/style.js';
import { escapeText, round } from './drawing/svg.js';

/** With so many rows the times stand above them as well. */
const tall = 20;

/** What {@link renderTimeline} takes besides the events. */
export interface RenderOptions {
  /** Above the picture, and its name for screen readers. `'Timeline'` by default. */
  readonly title?: string | undefined;
  /** What there is to see: below the title, and read out before the events. None by default. */
  readonly description?: string | undefined;
}

/**
 * Draws what {@link recordTimeline} has recorded, as an SVG: a bar for each awaitable, and below the time axis what the
 * combinators emitted. It carries its own colours for light and dark, and the same in words for screen readers.
 *
 * ```ts
 * import { recordTimeline, renderTimeline } from 'rx-asyncio/timeline';
 *
 * const timeline = recordTimeline();
 * gather([timeline.track('a', timer(10)), timeline.track('b', timer(20))])
 *   .pipe(timeline.output('gather'))
 *   .subscribe(() => console.log(renderTimeline(timeline.events, { title: 'Two timers' }).slice(0, 4)));
 * // <svg
 * ```
 *
 * rxjs: marble diagrams, drawn from a run.
 */
export function renderTimeline(events: readonly TimelineEvent[], options: RenderOptions = {}): string {
  check(Array.isArray(events), 'renderTimeline', 'events', 'the events of a timeline', events);
  checkOptions('renderTimeline', options, ['title', 'description']);
  const { title = 'Timeline', description = '' } = options;
  const rows = rowsOf(events);
  const scale = new Scale(rows);
  const id = `timeline-${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  const stripes = `${id}-stripes`;

  // From top to bottom: heading, bars, axis, outputs, legend.
  const heading = wrap(description);
  const awaitables = rows.filter(({ output }) => !output);
  const isTall = awaitables.length > tall;
  const top = 38 + heading.length * 18 + (isTall ? axisHeight : 0);
  const axis = top + awaitables.length * rowHeight + 4;
  const bars = awaitables.flatMap((row, index) => drawBar(row, scale, top + (index + 0.5) * rowHeight, stripes));
  const outputs: string[] = [];
  const guides: string[] = [];
  let bottom = axis + axisHeight + 4;
  for (const row of rows.filter(({ output }) => output)) {
    const y = bottom + rowHeight / 2;
    const { parts, height } = drawOutput(row, scale, y);
    outputs.push(parts.join('\n'));
    guides.push(...drawGuide(row, scale, top, axis, y));
    bottom += rowHeight + height;
  }
  const legend = drawLegend(rows, scale, bottom + 18, stripes);
  const height = round(bottom + (legend.length > 0 ? 38 : 10));

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="rx-timeline" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id} ${id}-text">`,
    `<title id="${id}">${escapeText(onOneLine(title))}</title>`,
    `<desc id="${id}-text">${escapeText(inWords(description, rows, scale))}</desc>`,
    `<style>${style}</style>`,
    `<pattern id="${stripes}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="stripe" d="M2 0V6"/></pattern>`,
    `<rect class="page" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    `<text class="title" x="${padding}" y="27">${escapeText(shorten(title, 84))}</text>`,
    ...heading.map(
      (line, index) => `<text class="note" x="${padding}" y="${47 + index * 18}">${escapeText(line)}</text>`,
    ),
    ...drawAxis(scale, top, axis),
    ...(isTall ? drawTimes(scale, top - 6) : []),
    ...guides,
    ...bars,
    ...outputs,
    ...legend,
    '</svg>\n',
  ].join('\n');
}

/** The picture for those who do not see it. */
function inWords(description: string, rows: readonly Row[], scale: Scale): string {
  const told = rows.map((row) => {
    const { name, events } = row;
    if (row.folded !== undefined) return `${name}: ${labelOf(row, scale)}.`;
    const happened = events.map(({ time, type, ...event }) => {
      const value = 'value' in event ? ` ${inspect(event.value, 60)}` : '';
      return type === 'tracked' ? undefined : `${type} at ${scale.at(time)}${value}`;
    });
    return `${name}: ${happened.filter(Boolean).join(', ') || 'not started'}.`;
  });
  return [onOneLine(description), ...told].filter(Boolean).join('\n');
}

function wrap(description: string): string[] {
  const lines: string[] = [];
  for (const word of onOneLine(description).split(' ').filter(Boolean)) {
    const line = lines.at(-1);
    if (line !== undefined && (line.length + 1 + word.length) * textCharacter <= width - 2 * padding)
      lines[lines.length - 1] = `${line} ${word}`; // prettier-ignore
    else lines.push(word);
  }
  return lines;
}
