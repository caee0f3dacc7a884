// Bundles the specs that judge mutants with what they test, rxjs included: one file is loaded for each mutant in place of a
// thousand. Stryker calls it once, where it has put its mutants into the sources.
const { buildSync } = require('esbuild');
const { readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');

/** Those that draw lots, since a mutant must not live or die by chance, that are slow, or about other than the sources. */
const leftOut = [
  'documents/',
  'examples/',
  'lint/',
  'site/',
  'package/',
  'bundlers/',
  'remote/',
  'testing/',
  'runtimes/',
  'awaitable/types',
  'conformance/table',
  'task/many-tasks',
  'laws/rules',
  'laws/interleavings',
  'laws/operator-trees',
  'differential/',
  'libraries/',
  // Counts on how much of the stack a call takes.
  'faults/depth',
  // Processes of their own, which a mutant does not get into.
  'programs/processes',
  'faults/kills-the-process',
  'faults/listener-warning',
];

const specs = readdirSync(path.join(root, 'spec'), { recursive: true })
  .filter((file) => file.endsWith('.spec.ts') && !leftOut.some((start) => file.startsWith(start)))
  .filter((file) => !/jest\.(isolateModules|mock)|__dirname/.test(readFileSync(path.join(root, 'spec', file), 'utf8')))
  .sort();

buildSync({
  stdin: {
    // The name of each test begins with its file.
    contents: `
      const wanted = (file) => globalThis.wantedTests?.includes(file) ?? true;
      ${specs.map((file) => `if (wanted('${file}')) describe('${file}', () => { require('./spec/${file}'); });`).join('\n')}
    `,
    resolveDir: root,
  },
  outfile: path.join(root, 'reports/mutation/src/specs.spec.js'),
  tsconfig: path.join(root, 'tsconfig.json'),
  bundle: true,
  platform: 'node',
  keepNames: true,
  target: 'node20',
  logLevel: 'error',
  logOverride: { 'direct-eval': 'silent' },
});
