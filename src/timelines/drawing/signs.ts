import type { EndType } from './row.js';
import { round } from './svg.js';

const barHeight = 14;

export function bar(kind: string, from: number, to: number, y: number): string {
  return rectangle(`bar ${kind}`, from, to, y);
}

/** One of many at the same place. */
export function shade(kind: string, from: number, to: number, y: number): string {
  return rectangle(`shade ${kind}`, from, Math.max(to, from + 1), y);
}

export function striped(from: number, to: number, y: number, stripes: string): string {
  return rectangle('cleanup', from, to, y, ` fill="url(#${stripes})"`);
}

function rectangle(kind: string, from: number, to: number, y: number, fill = ''): string {
  return `<rect class="${kind}" x="${round(from)}" y="${round(y - barHeight / 2)}" width="${round(to - from)}" height="${barHeight}" rx="3"${fill}/>`;
}

export function waiting(from: number, to: number, y: number): string {
  return `<path class="waiting" d="M${round(from + 2)} ${round(y)}H${round(to - 4)}"/>`;
}

export function guide(x: number, top: number, bottom: number): string {
  return `<path class="guide" d="M${round(x)} ${round(top)}V${round(bottom)}"/>`;
}

export function diamond(x: number, y: number): string {
  return `<path class="emission" d="M${round(x - 6)} ${round(y)}l6-6 6 6-6 6z"/>`;
}

export function complete(x: number, y: number): string {
  return `<path class="line" d="M${round(x)} ${round(y - 8)}v16"/>`;
}

/** It was still running at the end of the recording. */
export function arrow(x: number, y: number): string {
  return `<path class="arrow" d="M${round(x + 3)} ${round(y - 4)}l4 4-4 4"/>`;
}

const signs: Record<EndType | 'cancelled', string> = {
  done: 'm-3.5 .5 2.5 2.5 4.5-5',
  failed: 'm-3-3 6 6m0-6-6 6',
  cancelled: 'm-3.5 0h7',
  'cleaned up': 'm-3.5 0h7',
};

export function mark(type: keyof typeof signs, x: number, y: number): string {
  const kind = type === 'cleaned up' ? 'cancelled' : type;
  return `<circle class="mark ${kind}" cx="${round(x)}" cy="${round(y)}" r="7"/><path class="sign" d="M${round(x)} ${round(y)}${signs[type]}"/>`;
}
