// Writes results.json and the sizes into the READMEs, between their marker comments: what a user would ask about into that
// of the package, everything into that of the benchmark.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { sizes } from './sizes.mjs';
import { asMarkdown, rowsAsMarkdown } from './table.mjs';

/** @typedef {import('./table.mjs').Row} Row */

/** @type {{ date: string, machine: string, node: string, python: string | null, packages: Record<string, string>, rows: Row[] }} */
const { date, machine, node, python, packages, rows } = JSON.parse(
  readFileSync(new URL('results.json', import.meta.url), 'utf8'),
);
const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
const setting = [`Node ${node}`, ...(python === null ? [] : [`Python ${python}`]), ...versions].join(', ');
const measured = `Measured on ${date}: ${machine}; ${setting}.`;

/** Of what is missed, and has no note. */
const unknown = 'nobody has looked into it yet';

const asked = rows.filter((row) => row.asked);
if (asked.length === 0 || asked.length > 12) throw new Error(`${asked.length} rows are no choice for the README`);
await write('../README.md', { bench: [rowsAsMarkdown(asked), measured] });
await write('README.md', {
  verdicts: [verdicts()],
  bench: [...bySection(), measured],
  sizes: [sizesAsMarkdown()],
});

function verdicts() {
  const held = rows.filter(({ verdict }) => verdict !== '');
  const count = (/** @type {string} */ wanted) => held.filter(({ verdict }) => verdict === wanted).length;
  return `Of ${held.length} bars ${count('reached')} are reached, ${count('met')} are met, ${count('missed')} are missed.`;
}

function bySection() {
  return [...new Set(rows.map(({ section }) => section))].flatMap((section) => {
    const own = rows.filter((row) => row.section === section);
    const missed = own.filter(({ verdict }) => verdict === 'missed');
    const notes = [...new Set(missed.map(({ note }) => note ?? unknown))];
    const lines = notes.map((note) => {
      const rows = missed.filter((row) => (row.note ?? unknown) === note);
      return `- ${rows.map(nameOf).join('; ')}: ${note}.`;
    });
    return [`### ${section}`, rowsAsMarkdown(own), lines.join('\n')];
  });
}

/** @param {Row} row */
function nameOf({ title, n, peer }) {
  return `${title}, ${n.toLocaleString('en')}, ${peer}`;
}

function sizesAsMarkdown() {
  const lines = sizes().map(({ what, alone, withRxjs, verdict }) => [
    what,
    alone?.toLocaleString('en') ?? '',
    withRxjs.toLocaleString('en'),
    verdict,
  ]);
  return asMarkdown([['what', 'without rxjs', 'with all it needs', 'verdict'], ...lines]);
}

/**
 * @param {string} path
 * @param {Record<string, string[]>} sections the paragraphs to stand between the marker comments of that name
 */
async function write(path, sections) {
  const file = fileURLToPath(new URL(path, import.meta.url));
  let text = readFileSync(file, 'utf8');
  for (const [name, paragraphs] of Object.entries(sections)) {
    const markers = new RegExp(`(<!-- ${name} -->).*(<!-- /${name} -->)`, 's');
    if (!markers.test(text)) throw new Error(`${path} has no <!-- ${name} --> and <!-- /${name} --> to write between`);
    text = text.replace(markers, (_, start, end) => [start, ...paragraphs, end].join('\n\n'));
  }
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
}
