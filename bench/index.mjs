// Measures rx-asyncio as it is built against its peers: `npm run bench`, or `npm run bench -- gather` for the rows whose
// title or work has "gather" in it, `npm run bench -- gather --rounds=1` for a quick look. A run of all rows is kept in
// results.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem, type } from 'node:os';
import { parseArgs } from 'node:util';
import { Contender, pythonVersion } from './contender.mjs';
import { contests } from './contests.mjs';
import { asTable } from './table.mjs';

const { values, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' } },
});
const mostRounds = Number(values.rounds);
if (!(mostRounds >= 1)) throw new RangeError(`--rounds has to be at least 1, not ${values.rounds}`);
const chosen = contests.filter(({ title, work, n }) =>
  filters.every((filter) => `${title} ${work} ${n}`.toLowerCase().includes(filter.toLowerCase())),
);
if (chosen.length === 0) throw new RangeError(`no row has ${filters.join(' and ')} in its title`);
if (!pythonVersion)
  console.log('asyncio is left out: there is no Python of at least 3.11 here (set PYTHON to its path)');

/** @type {import('./table.mjs').Row[]} */
const rows = [];
/** @type {string[]} */
const broken = [];
for (const contest of chosen) {
  try {
    const measured = await hold(contest);
    rows.push(...measured);
    console.log(asTable(measured, rows.length === measured.length));
  } catch (error) {
    const row = `${contest.title}, n = ${contest.n}: ${error instanceof Error ? error.message : error}`;
    broken.push(row);
    console.error(`broken: ${row}`);
  }
}

const missed = rows.filter(({ verdict }) => verdict === 'missed');
console.log('\nRatios are ours by theirs, the median of the rounds.');
console.log(
  missed.length === 0 ? 'No bar is missed.' : `Missed, ${missed.length} in number:\n${asTable(missed, false)}`,
);
if (broken.length > 0) {
  console.error(`Broken, and so nothing is kept:\n${broken.join('\n')}`);
  process.exitCode = 1;
} else if (filters.length === 0) {
  const results = { date: new Date().toISOString().slice(0, 10), ...environment(), rows };
  writeFileSync(new URL('results.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`);
}

/**
 * All take turns in every round, so that whatever else the machine is doing hits them alike; the first round, in which
 * the compiler warms up, is not counted.
 *
 * @param {typeof contests[number]} contest
 * @returns {Promise<import('./table.mjs').Row[]>}
 */
async function hold({ section, title, work, n, unit = 'ms', rounds: wanted = 5, against }) {
  const rounds = Math.min(wanted, mostRounds);
  const opponents = against.filter(({ peer }) => peer !== 'asyncio' || pythonVersion);
  const us = new Contender('rx-asyncio', work, n);
  const all = [us, ...opponents.map((other) => new Contender(other.peer, other.work ?? work, other.n ?? n))];
  /** @type {number[][]} */
  const figures = all.map(() => []);
  try {
    for (let round = 0; round <= rounds; round++) {
      const order = round % 2 === 0 ? all : all.toReversed();
      for (const contender of order) {
        const figure = await contender.round();
        if (round > 0) figures[all.indexOf(contender)]?.push(figure);
      }
    }
  } finally {
    for (const contender of all) contender.close();
  }
  const [ours, ...others] = figures;
  return opponents.map(({ peer, bar, reach, asked, note }, index) => {
    const theirs = others[index] ?? [];
    const ratio = median((ours ?? []).map((figure, round) => figure / (theirs[round] ?? NaN)));
    const verdict =
      bar === undefined || reach === undefined ? ''
      : ratio <= reach ? 'reached'
      : ratio <= bar ? 'met'
      : 'missed';
    return {
      section,
      title,
      n,
      peer,
      unit,
      rounds,
      ours: median(ours ?? []),
      theirs: median(theirs),
      ratio,
      bar,
      reach,
      verdict,
      asked,
      note,
    };
  });
}

/** @param {readonly number[]} figures */
function median(figures) {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

function environment() {
  const packages = ['rxjs', 'p-map', 'p-limit', 'bluebird', 'effect', 'effection'].map((name) => {
    const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
    return [name, JSON.parse(readFileSync(manifest, 'utf8')).version];
  });
  const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${type()}`;
  return {
    machine,
    node: process.versions.node,
    python: pythonVersion || null,
    packages: Object.fromEntries(packages),
  };
}
