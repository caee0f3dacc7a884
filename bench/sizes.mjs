import { readFileSync } from 'node:fs';
import { sizeOf } from '../scripts/bundle.js';

/** @typedef {{ what: string, alone: number | undefined, withRxjs: number, verdict: string }} Size */

const { exports: entries } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Of what one would import for the same job. */
const peers = {
  'p-map': "export { default } from 'p-map'",
  'p-limit': "export { default } from 'p-limit'",
  'all, call and run of effection': "export { all, call, run } from 'effection'",
  'all, promise and runPromise of effect': "export { all, promise, runPromise } from 'effect/Effect'",
};
const fromRxjs = "export { forkJoin, merge, takeUntil } from 'rxjs'";

/**
 * What a user's bundle takes, minified and gzipped.
 *
 * @returns {Size[]}
 */
export function sizes() {
  return [
    size('gather alone', "export { gather } from 'rx-asyncio'", { bar: 5200, reach: 4600 }),
    size('gather of promises alone', "export { gather } from 'rx-asyncio/promises'"),
    ...Object.keys(entries)
      .filter((entry) => entry !== './package.json')
      .map((entry) => `rx-asyncio${entry.slice(1)}`)
      .map((name) => size(`all of ${name}`, `export * from '${name}'`)),
    ...Object.entries(peers).map(([what, contents]) => size(what, contents)),
    {
      what: 'forkJoin, merge and takeUntil of rxjs',
      alone: undefined,
      withRxjs: sizeOf(fromRxjs, { rxjs: true }),
      verdict: '',
    },
  ];
}

/**
 * @param {string} what
 * @param {string} contents
 * @param {{ bar: number, reach: number }} [aims]
 */
function size(what, contents, aims) {
  const alone = sizeOf(contents, { rxjs: false });
  const verdict =
    aims === undefined ? ''
    : alone <= aims.reach ? 'reached'
    : alone <= aims.bar ? 'met'
    : `missed by ${alone - aims.bar}`;
  return { what, alone, withRxjs: sizeOf(contents, { rxjs: true }), verdict };
}
