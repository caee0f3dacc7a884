// Writes the tables of results.json into README.md, between its two marker comments: the rows that have a bar, and folded
// away the others.
import { readFileSync, writeFileSync } from 'node:fs';
import { asMarkdown } from './table.mjs';

const readme = new URL('../README.md', import.meta.url);
const markers = /(<!-- bench -->).*(<!-- \/bench -->)/s;
const { date, machine, node, python, packages, rows } = JSON.parse(
  readFileSync(new URL('results.json', import.meta.url), 'utf8'),
);
const text = readFileSync(readme, 'utf8');
if (!markers.test(text)) throw new Error('README.md has no <!-- bench --> and <!-- /bench --> to write between');

const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
const setting = [`Node ${node}`, ...(python === null ? [] : [`Python ${python}`]), ...versions].join(', ');
/** @typedef {import('./table.mjs').Row} Row */
const held = rows.filter((/** @type {Row} */ { bar }) => bar !== undefined);
const others = rows.filter((/** @type {Row} */ { bar }) => bar === undefined);
const section = [
  asMarkdown(held),
  '<details>\n<summary>All other rows</summary>',
  asMarkdown(others),
  '</details>',
  `Measured on ${date}: ${machine}; ${setting}.`,
].join('\n\n');
writeFileSync(
  readme,
  text.replace(markers, (_, start, end) => `${start}\n\n${section}\n\n${end}`),
);
