// Tests what libraries do as awaitables of the packed package, with servers of its own: `npm run test:libraries`. It needs
// redis-server, postgresql and chromium of Debian.
const { spawnSync } = require('node:child_process');
const { install } = require('./example');
const { hasPostgres } = require('./postgres');
const { hasRedis } = require('./redis');

const missing = [!hasRedis() && 'redis-server', !hasPostgres() && 'postgresql'].filter(Boolean);
if (missing.length > 0) {
  console.error(`What is missing here: ${missing.join(', ')}. On Debian: apt-get install ${missing.join(' ')}`);
  process.exitCode = 1;
} else {
  const parameters = ['--test', '--test-reporter=spec', 'libraries.test.mjs'];
  const cwd = install('spec/libraries/table');
  const { status } = spawnSync(process.execPath, parameters, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exitCode = 1;
}
