// Writes spec/conformance/README.md: what stands for each case of CPython's test suite.
const { readFileSync, readdirSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const folder = path.join(__dirname, '..', 'spec', 'conformance');
const readme = path.join(folder, 'README.md');

const rules = {
  1: 'Subscribing starts, unsubscribing cancels',
  2: 'Cold in, owned. Task in, shared',
  3: 'Nothing outlives its combinator',
  4: 'Nothing is lost',
  5: 'No hidden hop',
};

/** Each case: its `id` (file, class and name), and what `cases.json` says of it. */
function readCases() {
  const files = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8'));
  return Object.entries(files).flatMap(([file, classes]) =>
    Object.entries(classes).flatMap(([className, cases]) =>
      Object.entries(cases).map(([name, entry]) => ({
        id: `${file}.${className}.${name}`,
        file,
        className,
        name,
        entry,
      })),
    ),
  );
}

/** The tests whose title names a case: `<id>: …` holds it, `unlike <id>: …` shows the deliberate difference. */
function readTests() {
  const title = /^ *it\(\s*(['"`])(unlike )?(test_\w+(?:\.\w+)+): (.+?)\1,/gm;
  return readdirSync(folder)
    .filter((file) => file.endsWith('.spec.ts'))
    .flatMap((file) =>
      Array.from(readFileSync(path.join(folder, file), 'utf8').matchAll(title), ([, , unlike, id, sentence]) => ({
        id,
        file,
        sentence,
        kind: unlike === undefined ? 'held' : 'different',
      })),
    );
}

/** What is wrong with the list and the tests, a sentence each. */
function problems() {
  const cases = readCases();
  const tests = readTests();
  const known = new Set(cases.map(({ id }) => id));
  return [
    ...tests
      .filter(({ id }) => !known.has(id))
      .map(({ id, file }) => `${file} names ${id}, which is not in cases.json`),
    ...cases.flatMap(({ id, entry }) => {
      const kinds = new Set(tests.filter((test) => test.id === id).map((test) => test.kind));
      const expected = kindOf(entry);
      if (expected === undefined)
        return [`${id}: cases.json says neither held, different by a rule nor not applicable`];
      const wrong = [...kinds].filter((kind) => kind !== expected);
      return [
        ...wrong.map((kind) => `${id} is ${expected} by cases.json, but there is a test that says ${kind}`),
        ...(expected !== 'not applicable' && !kinds.has(expected) ?
          [`${id} is ${expected}, but no test shows it`]
        : []),
      ];
    }),
  ];
}

function kindOf(entry) {
  if (entry === 'held') return 'held';
  if (entry.different in rules && entry.because) return 'different';
  return entry.notApplicable ? 'not applicable' : undefined;
}

/** The page. */
function render() {
  const cases = readCases();
  const tests = readTests();
  const files = [...new Set(cases.map(({ file }) => file))];
  return `# CPython's cases

Every case of \`Lib/test/test_asyncio\` of CPython 3.13.0 that concerns \`wait\`, \`gather\`, \`as_completed\`, \`wait_for\`,
\`shield\`, \`TaskGroup\`, timeouts and the cancellation of Tasks, and what stands for it here: all of \`test_waitfor.py\`,
\`test_taskgroups.py\` and \`test_timeouts.py\`, and of \`test_tasks.py\` the cases that wait, gather, shield or cancel.

- **held**: a test of that name, in our own words, shows the same behaviour.
- **different**: we deliberately behave otherwise, because one of the five rules says so. A test shows it.
- **not applicable**: the case is about something that there is not in JavaScript or in this package.

asyncio runs the cases of \`BaseTaskTests\` for each of its implementations of Task and Future; here they count once. What
Python chains to an exception by itself (\`__context__\`) is left out of all cases.

Written by \`npm run conformance\` from \`cases.json\` and the titles of the tests.

${totals(cases, files)}
${files.flatMap((file) => sectionsOf(file, cases, tests)).join('\n')}`;
}

function totals(cases, files) {
  const kinds = ['held', 'different', 'not applicable'];
  const count = (of) => kinds.map((kind) => of.filter(({ entry }) => kindOf(entry) === kind).length);
  const row = (name, of) => [name, ...count(of), of.length].map(String);
  return markdownTable(
    ['', ...kinds, 'cases'],
    [
      ...files.map((file) =>
        row(
          `\`${file}.py\``,
          cases.filter((each) => each.file === file),
        ),
      ),
      row('all', cases),
    ],
  );
}

function sectionsOf(file, cases, tests) {
  const ofFile = cases.filter((each) => each.file === file);
  return [...new Set(ofFile.map(({ className }) => className))].map((className) => {
    const rows = ofFile
      .filter((each) => each.className === className)
      .map(({ id, name, entry }) => [`\`${name}\``, verdict(entry), explanation(entry, tests.filter((test) => test.id === id))]); // prettier-ignore
    return `## ${file}.py: ${className}\n\n${markdownTable(['case', 'result', 'what is shown, or why it is not'], rows)}`;
  });
}

function verdict(entry) {
  const kind = kindOf(entry);
  return kind === 'different' ? `different: rule ${entry.different}, ${rules[entry.different]}` : kind;
}

function explanation(entry, tests) {
  const said = entry.because ?? entry.notApplicable;
  const shown = tests.map(({ file, sentence }) => `[${said === undefined ? sentence : 'shown'}](${file})`);
  return [said, ...shown].filter((part) => part !== undefined).join(' ');
}

/** As Prettier formats it. */
function markdownTable(head, rows) {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |\n`;
  return [head, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('');
}

module.exports = { problems, readme, render };

if (require.main === module) {
  const found = problems();
  found.forEach((problem) => console.error(problem));
  if (found.length > 0) process.exitCode = 1;
  else writeFileSync(readme, render());
}
