// Writes the table of results.json into README.md, between its two marker comments.
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
const section = `${asMarkdown(rows)}\n\nMeasured on ${date}: ${machine}; ${setting}.`;
writeFileSync(
  readme,
  text.replace(markers, (_, start, end) => `${start}\n\n${section}\n\n${end}`),
);
