// Runs the specs of rx-asyncio/bullmq on a PostgreSQL server, which it starts and stops: `npm run test:postgres`.
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { hasPostgres, startPostgres } = require('./postgres');

const cwd = path.join(__dirname, '..');

main();

async function main() {
  if (!hasPostgres()) {
    console.error('There is no PostgreSQL server here. On Debian: apt-get install postgresql');
    process.exitCode = 1;
    return;
  }
  spawnSync('npm', ['ci', '--ignore-scripts', '--prefix', 'spec/remote/postgres'], { cwd, stdio: 'inherit' });
  const postgres = await startPostgres();
  try {
    const jest = [
      require.resolve('jest/bin/jest'),
      '--config',
      'jest.postgres.config.js',
      '--runInBand',
      '--forceExit',
    ];
    const env = { ...process.env, POSTGRES_PORT: String(postgres.port) };
    process.exitCode =
      spawnSync(process.execPath, [...jest, ...process.argv.slice(2)], { cwd, env, stdio: 'inherit' }).status ?? 1;
  } finally {
    postgres.stop();
  }
}
