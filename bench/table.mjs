/**
 * @typedef {object} Row
 * @property {string} section
 * @property {string} title
 * @property {number} n
 * @property {string} peer
 * @property {'ms' | 'bytes'} unit
 * @property {number} rounds
 * @property {number} ours
 * @property {number} theirs
 * @property {number} ratio
 * @property {number | undefined} bar
 * @property {number | undefined} reach
 * @property {string} verdict
 * @property {boolean | undefined} asked
 * @property {string | undefined} note
 */

const columns = [
  { name: 'what', width: 92 },
  { name: 'n', width: 9 },
  { name: 'peer', width: 10 },
  { name: 'ours', width: 8 },
  { name: 'theirs', width: 8 },
  { name: 'ratio', width: 5 },
  { name: 'bar', width: 5 },
  { name: 'reach', width: 5 },
  { name: 'verdict', width: 8 },
];

/**
 * For the terminal.
 *
 * @param {readonly Row[]} rows
 * @param {boolean} withHeader
 */
export function asTable(rows, withHeader) {
  const lines = rows.map((row) => cells(row));
  if (withHeader) lines.unshift(columns.map(({ name }) => name));
  return lines
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(columns[index]?.width ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/**
 * As Markdown.
 *
 * @param {readonly Row[]} rows
 */
export function rowsAsMarkdown(rows) {
  return asMarkdown([columns.map(({ name }) => name), ...rows.map((row) => cells(row))]);
}

/** @param {readonly (readonly string[])[]} lines the first of which is the header */
export function asMarkdown([header = [], ...lines]) {
  return [header, header.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** @param {Row} row */
function cells({ title, n, peer, unit, rounds, ours, theirs, ratio, bar, reach, verdict }) {
  const what = rounds < 5 ? `${title} (${rounds} ${rounds === 1 ? 'round' : 'rounds'})` : title;
  const figure = unit === 'ms' ? milliseconds : bytes;
  return [
    what,
    n.toLocaleString('en'),
    peer,
    figure(ours),
    figure(theirs),
    ...[ratio, bar, reach].map(factor),
    verdict,
  ];
}

/** @param {number | undefined} ratio */
function factor(ratio) {
  if (ratio === undefined) return '';
  return ratio > 0.125 ? `${Number(ratio.toPrecision(ratio < 10 ? 2 : 3))}` : `1/${(1 / ratio).toFixed()}`;
}

/** @param {number} value */
function milliseconds(value) {
  return value < 1000 ? `${Number(value.toPrecision(2))} ms` : `${(value / 1000).toFixed(1)} s`;
}

/** @param {number} value */
function bytes(value) {
  return value < 1e6 ? `${Math.round(value)} B` : `${(value / 1e6).toFixed(1)} MB`;
}
