// Builds the NestJS example with what a user would install, and runs its tests, which start its server, and a worker of a queue on
// a Redis server: `npm run test:nest`.
const { execFileSync, spawnSync } = require('node:child_process');
const { rmSync } = require('node:fs');
const path = require('node:path');
const { installExample } = require('./example');
const { hasRedis, startRedis } = require('./redis');

const folder = installExample('nest');
const show = { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] };
rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
execFileSync('node_modules/.bin/tsc', show);
main();

async function main() {
  if (!hasRedis()) {
    console.error('There is no redis-server here. On Debian: apt-get install redis-server');
    process.exitCode = 1;
    return;
  }
  const redis = await startRedis();
  try {
    const specs = ['requests', 'streams', 'observables', 'transports', 'shutdown', 'pages'].map(
      (name) => `dist/test/${name}.spec.js`,
    );
    const env = { ...process.env, REDIS_PORT: String(redis.port) };
    const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...specs], { ...show, env });
    if (status !== 0) process.exitCode = 1;
  } finally {
    await redis.stop();
  }
}
