// Runs the programs of spec/programs as processes of the other runtimes that are supported: `npm run test:run`, on Linux and
// x64. Their binaries come from the registry of npm, into a folder of their own.
const { execFileSync, spawnSync } = require('node:child_process');
const path = require('node:path');

const root = path.join(__dirname, '..');
const folder = path.join(root, 'spec/programs/runtimes');
const jest = require.resolve('jest/bin/jest');
const runtimes = {
  'Node 22': ['node-22/bin/node'],
  'Node 24': ['node-24/bin/node'],
  Bun: ['@oven/bun-linux-x64/bin/bun'],
  Deno: ['@deno/linux-x64-glibc/deno', 'run', '--allow-all'],
};

execFileSync('npm', ['ci', '--prefix', folder, '--ignore-scripts', '--loglevel=error', '--no-audit', '--no-fund'], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
for (const [name, [binary = '', ...parameters]] of Object.entries(runtimes)) {
  const runtime = [path.join(folder, 'node_modules', binary), ...parameters];
  console.log(`${name}: ${execFileSync(runtime[0], ['--version'], { encoding: 'utf8' }).split('\n')[0]}`);
  const { status } = spawnSync(process.execPath, [jest, 'spec/programs/processes', '--reporters=summary'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, RUNTIME: JSON.stringify(runtime) },
  });
  if (status !== 0) process.exitCode = 1;
}
