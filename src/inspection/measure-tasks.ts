// For whoever compiles against the declarations without this library: kept in them.
/// <reference lib="esnext.disposable" preserve="true" />

import { observe } from './look.js';
import type { Ended } from './end.js';
import { Tracks } from './tracks.js';

/** Of the palette that the panel has. */
const colors: Readonly<Record<Ended, string>> = {
  fulfilled: 'tertiary',
  rejected: 'error',
  cancelled: 'secondary-light',
};

/**
 * Measures what is started from then on, until it is disposed of: with `performance.measure`, for the Performance panel of the
 * browser's DevTools, also where they look at Node. There it is a group of tracks, `rx-asyncio`: a track for each gather,
 * asCompleted, wait and taskGroup, in which what that runs is seen, coloured by how it has ended.
 *
 * ```ts
 * import { measureTasks } from 'rx-asyncio/inspect';
 *
 * const measuring = measureTasks();
 * await gather({ one: of(1), two: async () => 2 }).forEach(() => {});
 * measuring[Symbol.dispose]();
 *
 * for (const name of ['one', 'two']) {
 *   const [measured] = performance.getEntriesByName(name, 'measure') as PerformanceMeasure[];
 *   console.log(name, measured?.detail.devtools.track, measured?.detail.devtools.color);
 * }
 * performance.clearMeasures();
 * // one gather tertiary
 * // two gather tertiary
 * ```
 *
 * Something is measured when it is over, cleanup included. The entries stay, as those of the program do, until it calls
 * `performance.clearMeasures()`.
 *
 * @returns to be disposed of. What has been started by then is still measured to its end
 */
export function measureTasks(): Disposable {
  const tracks = new Tracks();
  return observe({
    start: (node, begin) => {
      const { name } = node;
      const start = performance.now();
      const track = tracks.of(node);
      node.whenOver(({ status }) => {
        const properties = [
          ['kind', node.kind],
          ['outcome', status],
        ];
        const devtools = {
          dataType: 'track-entry',
          trackGroup: 'rx-asyncio',
          track,
          color: colors[status],
          properties,
          tooltipText: `${name}: ${status}`,
        };
        performance.measure(name, { start, end: performance.now(), detail: { devtools } });
      });
      begin();
    },
  });
}
