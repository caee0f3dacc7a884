// Writes spec/conformance/README.md: what stands here for each case of the test suites of others.
const { readFileSync, readdirSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const folder = path.join(__dirname, '..', 'spec', 'conformance');
const readme = path.join(folder, 'README.md');

/** Why a case may be different. In CPython's own there is nothing but the rules. */
const rules = {
  1: 'rule 1, Subscribing starts, unsubscribing cancels',
  2: 'rule 2, Cold in, owned. Task in, shared',
  3: 'rule 3, Nothing outlives its combinator',
  4: 'rule 4, Nothing is lost',
  5: 'rule 5, No hidden hop',
};
const asInAsyncio = { asyncio: 'as in asyncio' };

/** Whose cases they are: how the suite calls its files, and what of them is here. */
const origins = {
  CPython: {
    file: (name) => `${name}.py`,
    reasons: rules,
    about: `Every case of \`Lib/test/test_asyncio\` of CPython 3.13.0 that concerns \`wait\`, \`gather\`, \`as_completed\`, \`wait_for\`,
\`shield\`, \`TaskGroup\`, \`Semaphore\`, \`run\`, timeouts and the cancellation of Tasks, and what stands for it here: all of
\`test_waitfor.py\`, \`test_taskgroups.py\`, \`test_timeouts.py\` and \`test_runners.py\`, of \`test_tasks.py\` the cases that wait, gather, shield or cancel, and of
\`test_locks.py\` those of \`Semaphore\`.

asyncio runs the cases of \`BaseTaskTests\` for each of its implementations of Task and Future; here they count once. What
Python chains to an exception by itself (\`__context__\`) is left out of all cases.`,
  },
  RxJS: {
    file: (name) => `${name}-spec.ts`,
    reasons: { ...rules, ...asInAsyncio },
    about: `Every case of \`forkJoin\`, \`merge\` and \`mergeAll\` of RxJS 7.8.2, asked of \`gather\` and \`gatherAll\`, \`asCompleted\` and
\`asCompletedAll\`. What counts of a source is here its last value, so it is that which is expected, at the moment in which
the source completes; when which source is subscribed to is asked as there. The names of the cases are ours.`,
  },
  'p-map': {
    file: (name) => `${name}.js`,
    reasons: { ...rules, ...asInAsyncio },
    about: `Every case of \`test.js\` of p-map 7.0.6, asked of \`gather\` and, where it is about \`pMapIterable\`, of \`asCompleted\`.
p-map maps values where ours run functions, so each value becomes a function that maps it. \`stopOnError: false\` is
\`returnExceptions: true\`. What makes no sense is refused by the call itself, where p-map's Promise rejects. Time is virtual,
and durations are exact. The names of the cases are ours.`,
  },
  trio: {
    file: (name) => `${name}.py`,
    reasons: { ...rules, ...asInAsyncio },
    about: `Of trio 0.34.0 the cases of \`test_run.py\` that are about nurseries and cancel scopes, but for those about garbage,
tracebacks and introspection, and every case of \`test_timeouts.py\`, asked of \`taskGroup\`, \`waitFor\` and \`shield\`. A nursery
is a group; its scope is \`group.cancel()\`; \`fail_after\` is \`waitFor\`, and \`move_on_after\` is that with its TimeoutError
caught. A shielded scope is what is not handed the \`signal\`: whoever is cancelled waits for it.`,
  },
  anyio: {
    file: (name) => `${name}.py`,
    reasons: { ...rules, ...asInAsyncio },
    about: `Of anyio 4.14.2 a choice of the cases of \`test_taskgroups.py\`: on groups, their cancellation and timeouts, where they ask
what trio's do not, or ask it in another way. They are restated as trio's are.`,
  },
};

/** Each case: its `id` (file, group and name; before that the origin, unless it is CPython), and what `cases.json` says of it. */
function readCases() {
  const listed = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8'));
  return Object.entries(listed).flatMap(([origin, files]) =>
    Object.entries(files).flatMap(([file, groups]) =>
      Object.entries(groups).flatMap(([group, cases]) =>
        Object.entries(cases).map(([name, entry]) => ({
          id: `${origin === 'CPython' ? '' : `${origin} `}${file}.${group}.${name}`,
          origin,
          file,
          group,
          name,
          entry,
        })),
      ),
    ),
  );
}

/** The tests whose title names a case: `<id>: …` holds it, `unlike <id>: …` shows the deliberate difference. */
function readTests() {
  const title = /^ *it\(\s*(['"`])(unlike )?((?:[\w-]+ )?[\w-]+(?:\.[\w-]+)+): (.+?)\1,/gm;
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
    ...cases.flatMap((each) => {
      const { id } = each;
      const kinds = new Set(tests.filter((test) => test.id === id).map((test) => test.kind));
      const expected = kindOf(each);
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

function kindOf({ origin, entry }) {
  if (entry === 'held') return 'held';
  if (entry.different in origins[origin].reasons && entry.because) return 'different';
  return entry.notApplicable ? 'not applicable' : undefined;
}

/** The page. */
function render() {
  const cases = readCases();
  const tests = readTests();
  return `# The cases of others

What other test suites ask of the structures that are here as well, and what stands for each of their cases.

- **held**: a test of that name, in our own words, shows the same behaviour.
- **different**: we deliberately behave otherwise, because one of the five rules says so, or because it is asyncio's way. A
  test shows it.
- **not applicable**: the case is about something that there is not in JavaScript or in this package.

Written by \`npm run conformance\` from \`cases.json\` and the titles of the tests.

${totals('origin', cases, ({ origin }) => origin)}
${Object.keys(origins)
  .map((origin) => {
    const ofOrigin = cases.filter((each) => each.origin === origin);
    return chapter(origin, ofOrigin, tests);
  })
  .join('\n')}`;
}

function chapter(origin, cases, tests) {
  const { about, file } = origins[origin];
  return `## ${origin}

${about}

${totals('', cases, (each) => `\`${file(each.file)}\``)}
${sections(cases, tests).join('\n')}`;
}

/** How many cases are what, by what `nameOf` them is the same. */
function totals(head, cases, nameOf) {
  const kinds = ['held', 'different', 'not applicable'];
  const count = (of) => kinds.map((kind) => of.filter((each) => kindOf(each) === kind).length);
  const row = (name, of) => [name, ...count(of), of.length].map(String);
  const rows = [...new Set(cases.map(nameOf))].map((name) =>
    row(
      name,
      cases.filter((each) => nameOf(each) === name),
    ),
  );
  return markdownTable([head, ...kinds, 'cases'], rows.length > 1 ? [...rows, row('all', cases)] : rows);
}

function sections(cases, tests) {
  const titleOf = ({ origin, file, group }) => `${origins[origin].file(file)}: ${group}`;
  return [...new Set(cases.map(titleOf))].map((title) => {
    const rows = cases
      .filter((each) => titleOf(each) === title)
      .map((each) => [`\`${each.name}\``, verdict(each), explanation(each.entry, tests.filter((test) => test.id === each.id))]); // prettier-ignore
    return `### ${title}\n\n${markdownTable(['case', 'result', 'what is shown, or why it is not'], rows)}`;
  });
}

function verdict(each) {
  const kind = kindOf(each);
  return kind === 'different' ? `different: ${origins[each.origin].reasons[each.entry.different]}` : kind;
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
