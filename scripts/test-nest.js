// Builds the NestJS example with what a user would install, and runs its tests, which start its server: `npm run test:nest`.
const { execFileSync, spawnSync } = require('node:child_process');
const { rmSync } = require('node:fs');
const path = require('node:path');
const { installExample } = require('./example');

const folder = installExample('nest');
const show = { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] };
rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
execFileSync('node_modules/.bin/tsc', show);
const specs = ['requests', 'shutdown'].map((name) => `dist/test/${name}.spec.js`);
const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...specs], show);
if (status !== 0) process.exitCode = 1;
