// Runs what docs/testing.md says with Vitest, and looks at which tests expectNothingRunning() fails, and what it says:
// `npm run test:vitest`.
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { install } = require('./example');

const folder = install('spec/testing/vitest');
const vitest = path.join(folder, 'node_modules/vitest/vitest.mjs');
const { stdout, stderr } = spawnSync(process.execPath, [vitest, 'run', '--reporter=json'], {
  cwd: folder,
  encoding: 'utf8',
  env: { ...process.env, CI: 'true' },
});

let report;
try {
  report = JSON.parse(stdout);
} catch {
  throw new Error(`Vitest has not run:\n${stdout}\n${stderr}`);
}

const left = [
  ['leaves a Task', 'The test has left running: leaked\nleaked  Task  running  0 ms'],
  [
    'leaves a gather',
    'The test has left running: gather\ngather               running  0 ms  0 of 1 done\n└─ page  Observable  running  0 ms',
  ],
];
const passed = ['passes: all has ended', 'passes: it is cancelled'].map((title) => [title, '']);
const expected = {
  'left-running.globals.mjs': [...left, ...passed],
  'left-running.test.mjs': [['passes: the hook below cancels it', ''], ...left, ...passed],
};

for (const { name, assertionResults } of report.testResults) {
  const file = path.basename(name);
  const outcomes = assertionResults.map(({ title, status, failureMessages }) => [
    title,
    status === 'passed' ? '' : messageOf(failureMessages.join('\n')),
  ]);
  assert.deepEqual(outcomes, expected[file] ?? outcomes.map(([title]) => [title, '']), file);
  console.log(`${file}: ${outcomes.length} tests end as they should`);
}
assert.equal(report.testResults.length, 3);

/** Without its class, its stack, and how long things took. */
function messageOf(failure) {
  const lines = failure.split('\n').filter((line) => !/^ +at /.test(line));
  return lines
    .join('\n')
    .replace(/^Error: /, '')
    .replace(/ +\d+ ms/g, '  0 ms');
}
