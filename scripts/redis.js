// A redis-server of one's own: on a free port of this machine, in a temporary folder, which is gone with it.
const { spawn, spawnSync } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { connect, createServer } = require('node:net');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

module.exports = { freePort, hasRedis, startRedis };

function hasRedis() {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/**
 * Keeps what it has over a restart, as a queue has to: every write is in its file before it is answered.
 *
 * @returns the port, and what stops, kills and starts it again
 */
async function startRedis() {
  const folder = mkdtempSync(path.join(tmpdir(), 'rx-asyncio-redis-'));
  const port = await freePort();
  let server = await start();

  async function start() {
    const options = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'yes', appendfsync: 'always' };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const started = spawn('redis-server', args, { stdio: 'ignore' });
    const ended = new Promise((resolve) => started.once('close', resolve));
    await answers(port);
    return { started, ended };
  }

  async function end(signal) {
    server.started.kill(signal);
    await server.ended;
  }

  return {
    port,
    kill: () => end('SIGKILL'),
    restart: async () => {
      server = await start();
    },
    stop: async () => {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Until it takes commands: while it reads its file, it answers that it is loading. */
async function answers(port) {
  const end = Date.now() + 60_000;
  while (!(await ping(port))) {
    if (Date.now() > end) throw new Error(`redis-server does not answer on port ${port}`);
    await sleep(20);
  }
}

function ping(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(String(data).startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}
