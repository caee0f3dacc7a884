// Runs the specs that need a Redis server, which it starts and stops: `npm run test:redis`.
const { spawn } = require('node:child_process');
const path = require('node:path');
const { hasRedis, startRedis } = require('./redis');

const root = path.join(__dirname, '..');

main();

async function main() {
  if (!hasRedis()) {
    console.error('There is no redis-server here. On Debian: apt-get install redis-server');
    process.exitCode = 1;
    return;
  }
  const redis = await startRedis();
  try {
    process.exitCode = await jest({ ...process.env, REDIS_PORT: String(redis.port) });
  } finally {
    await redis.stop();
  }
}

// They wait for processes that start and for what takes its time, more than they compute.
const workers = ['--maxWorkers', '3'];

function jest(env) {
  const args = [require.resolve('jest/bin/jest'), '--config', 'jest.redis.config.js', ...workers];
  const given = process.argv.slice(2);
  const run = spawn(process.execPath, [...args, ...given], { cwd: root, env, stdio: 'inherit' });
  return new Promise((resolve) => run.once('close', (code) => resolve(code ?? 1)));
}
