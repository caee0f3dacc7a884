import { inspect } from './inspect.js';
import { type EndType, labelCharacter, labelOf, padding, type Row, type Scale, textCharacter, width } from './layout.js'; // prettier-ignore

/** Everything told apart by its colour is told apart by its shape as well. */
export const style = `
.rx-timeline text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
.rx-timeline .inside { stroke: none; }
.rx-timeline .title, .rx-timeline .note { font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
.rx-timeline .title { font-size: 15px; font-weight: 600; }
.rx-timeline .note, .rx-timeline .time { fill: #59636e; }
.rx-timeline .page { fill: #ffffff; stroke: #d1d9e0; }
.rx-timeline .grid { stroke: #d1d9e0; fill: none; }
.rx-timeline .waiting { stroke: #818b98; stroke-width: 2; stroke-dasharray: 1.5 4.5; stroke-linecap: round; fill: none; }
.rx-timeline .bar { stroke-width: 1.5; stroke: #0969da; fill: #b6d9ff; }
.rx-timeline .bar.failed { stroke: #c4141f; fill: #ffd0cc; }
.rx-timeline .bar.cancelled { stroke: #656d76; fill: #e6eaef; stroke-dasharray: 5 3; }
.rx-timeline .cleanup { stroke-width: 1.5; stroke: #8a5c00; }
.rx-timeline .stripe { stroke-width: 2.5; stroke: #c58b16; }
.rx-timeline .mark { fill: #0969da; }
.rx-timeline .mark.failed { fill: #c4141f; }
.rx-timeline .mark.cancelled { fill: #656d76; }
.rx-timeline .sign { stroke: #ffffff; stroke-width: 2; fill: none; stroke-linecap: round; stroke-linejoin: round; }
.rx-timeline .line { stroke: #6f42c1; stroke-width: 2; fill: none; }
.rx-timeline .guide { stroke: #6f42c1; stroke-dasharray: 2 4; fill: none; }
.rx-timeline .emission { fill: #6f42c1; }
.rx-timeline .combinator { font-weight: 600; }
.rx-timeline .arrow { stroke: #59636e; stroke-width: 2; fill: none; }
@media (prefers-color-scheme: dark) {
.rx-timeline text { fill: #e6edf3; stroke: #0d1117; }
.rx-timeline .inside { stroke: none; }
.rx-timeline .note, .rx-timeline .time { fill: #9198a1; }
.rx-timeline .page { fill: #0d1117; stroke: #3d444d; }
.rx-timeline .grid { stroke: #2a3038; }
.rx-timeline .bar { stroke: #58a6ff; fill: #12345c; }
.rx-timeline .bar.failed { stroke: #ff7b72; fill: #5a1a1c; }
.rx-timeline .bar.cancelled { stroke: #9198a1; fill: #262c34; }
.rx-timeline .cleanup { stroke: #e3b341; }
.rx-timeline .stripe { stroke: #a27a1f; }
.rx-timeline .mark { fill: #58a6ff; }
.rx-timeline .mark.failed { fill: #ff7b72; }
.rx-timeline .mark.cancelled { fill: #9198a1; }
.rx-timeline .sign { stroke: #0d1117; }
.rx-timeline .line, .rx-timeline .guide { stroke: #bc8cff; }
.rx-timeline .arrow { stroke: #9198a1; }
.rx-timeline .emission { fill: #bc8cff; }
}
`;

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
    height: (Math.max(-1, ...placed.map(({ level }) => level)) + 1) * labelHeight,
  };
}

/** Where a combinator ended, among the bars, and from below the axis down to its own line. */
export function drawGuide({ end }: Row, scale: Scale, top: number, axis: number, y: number): string[] {
  if (end === undefined) return [];
  const x = scale.x(end.time);
  return [guide(x, top, axis), guide(x, axis + axisHeight, y)];
}

export function drawAxis(scale: Scale, top: number, y: number): string[] {
  return [
    `<path class="grid" d="M${round(scale.left)} ${round(y)}H${round(scale.right)}"/>`,
    ...scale
      .ticks()
      .flatMap((time) => [
        `<path class="grid" d="M${round(scale.x(time))} ${round(top)}V${round(y + 4)}"/>`,
        `<text class="time" x="${round(scale.x(time))}" y="${round(y + 18)}" text-anchor="middle">${scale.at(time)}</text>`,
      ]),
  ];
}

/** Explains the signs that occur, and no others. */
export function drawLegend(rows: readonly Row[], scale: Scale, y: number, stripes: string): string[] {
  const outputs = rows.filter(({ output }) => output);
  const bars = rows.filter(({ output }) => !output);
  const signs = [
    bars.some(({ started }) => started && started.time > scale.start) && sign('waiting to start', 18, (x) => waiting(x - 2, x + 20, y)),
    bars.some(({ end }) => end?.type === 'done') && sign('done', 14, (x) => mark('done', x + 7, y)),
    rows.some(({ end }) => end?.type === 'failed') && sign('failed', 14, (x) => mark('failed', x + 7, y)),
    rows.some(({ cancelled }) => cancelled) && sign('cancelled', 14, (x) => mark('cancelled', x + 7, y)),
    bars.some(({ cancelled, end }) => cancelled && end && end.time > cancelled.time) && sign('cleaning up', 20, (x) => striped(x, x + 20, y, stripes)),
    outputs.some(({ emitted }) => emitted.length > 0) && sign('emitted', 12, (x) => diamond(x + 6, y)),
    outputs.some(({ end }) => end?.type === 'done') && sign('complete', 4, (x) => complete(x + 2, y)),
  ]; // prettier-ignore
  let x = padding;
  return signs.flatMap((each) => {
    if (each === false) return [];
    const at = x;
    x += each.width + 6 + each.words.length * textCharacter + 18;
    return [each.draw(at), text(at + each.width + 6, y, each.words, 'note')];
  });
}

function sign(words: string, width: number, draw: (x: number) => string) {
  return { words, width, draw };
}

interface Label {
  readonly x: number;
  readonly time: string;
  readonly words: string;
}

/**
 * Gives each label the first level on which it is free of those to the right of it, which its leader must not cross.
 * Where all levels are taken it is left out.
 */
function place(labels: readonly Label[]): (Label & { left: number; level: number })[] {
  const taken: number[] = [];
  const placed = [...labels].reverse().flatMap((label) => {
    const length = (label.time.length + 1 + label.words.length) * labelCharacter;
    const left = Math.max(padding, Math.min(label.x - 4, width - padding - length));
    const free = taken.findIndex((edge) => left + length + 10 <= edge);
    const level = free < 0 ? taken.length : free;
    if (level === mostLevels) return [];
    taken[level] = left;
    return [{ ...label, left, level }];
  });
  return placed.reverse();
}

/** Of the labels below it. */
export const axisHeight = 24;
const labelHeight = 17;
const mostLevels = 6;
const barHeight = 14;

function bar(kind: string, from: number, to: number, y: number): string {
  return rectangle(`bar ${kind}`, from, to, y);
}

function striped(from: number, to: number, y: number, stripes: string): string {
  return rectangle('cleanup', from, to, y, ` fill="url(#${stripes})"`);
}

function rectangle(kind: string, from: number, to: number, y: number, fill = ''): string {
  return `<rect class="${kind}" x="${round(from)}" y="${round(y - barHeight / 2)}" width="${round(to - from)}" height="${barHeight}" rx="3"${fill}/>`;
}

function waiting(from: number, to: number, y: number): string {
  return `<path class="waiting" d="M${round(from + 2)} ${round(y)}H${round(to - 4)}"/>`;
}

function guide(x: number, top: number, bottom: number): string {
  return `<path class="guide" d="M${round(x)} ${round(top)}V${round(bottom)}"/>`;
}

function diamond(x: number, y: number): string {
  return `<path class="emission" d="M${round(x - 6)} ${round(y)}l6-6 6 6-6 6z"/>`;
}

function complete(x: number, y: number): string {
  return `<path class="line" d="M${round(x)} ${round(y - 8)}v16"/>`;
}

/** It was still running at the end of the recording. */
function arrow(x: number, y: number): string {
  return `<path class="arrow" d="M${round(x + 3)} ${round(y - 4)}l4 4-4 4"/>`;
}

const signs: Record<EndType | 'cancelled', string> = {
  done: 'm-3.5 .5 2.5 2.5 4.5-5',
  failed: 'm-3-3 6 6m0-6-6 6',
  cancelled: 'm-3.5 0h7',
  'cleaned up': 'm-3.5 0h7',
};

function mark(type: keyof typeof signs, x: number, y: number): string {
  const kind = type === 'cleaned up' ? 'cancelled' : type;
  return `<circle class="mark ${kind}" cx="${round(x)}" cy="${round(y)}" r="7"/><path class="sign" d="M${round(x)} ${round(y)}${signs[type]}"/>`;
}

function text(x: number, y: number, words: string, kind?: string): string {
  return `<text${kind === undefined ? '' : ` class="${kind}"`} x="${round(x)}" y="${round(y + 4)}">${escapeText(words)}</text>`;
}

function timedText(x: number, y: number, time: string, words: string): string {
  return `<text x="${round(x)}" y="${round(y + 4)}"><tspan class="time">${time}</tspan> ${escapeText(words)}</text>`;
}

export function escapeText(words: string): string {
  return words.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

export function round(length: number): number {
  return Math.round(length * 10) / 10;
}
