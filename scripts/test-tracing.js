// Builds the OpenTelemetry example with what a user would install, and runs its tests: `npm run test:tracing`.
const { execFileSync, spawnSync } = require('node:child_process');
const { rmSync } = require('node:fs');
const path = require('node:path');
const { installExample } = require('./example');

const folder = installExample('opentelemetry');
const show = { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] };
rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
execFileSync('node_modules/.bin/tsc', show);
const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', 'dist/test/spans.spec.js'], show);
if (status !== 0) process.exitCode = 1;
