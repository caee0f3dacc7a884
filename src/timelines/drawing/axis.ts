import type { Scale } from './layout.js';
import { round } from './svg.js';

/** Of the labels below it. */
export const axisHeight = 24;

export function drawAxis(scale: Scale, top: number, y: number): string[] {
  return [
    `<path class="grid" d="M${round(scale.left)} ${round(y)}H${round(scale.right)}"/>`,
    ...scale.ticks().map((time) => `<path class="grid" d="M${round(scale.x(time))} ${round(top)}V${round(y + 4)}"/>`),
    ...drawTimes(scale, y + 18),
  ];
}

export function drawTimes(scale: Scale, y: number): string[] {
  return scale
    .ticks()
    .map(
      (time) =>
        `<text class="time" x="${round(scale.x(time))}" y="${round(y)}" text-anchor="middle">${scale.at(time)}</text>`,
    );
}
