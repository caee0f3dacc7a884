// A PostgreSQL server of one's own: on a free port of this machine, in a temporary folder, which is gone with it.
const { execFileSync } = require('node:child_process');
const { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { freePort } = require('./redis');

module.exports = { hasPostgres, startPostgres };

/** Where Debian has it, by version: some may have clients alone. */
const versions = '/usr/lib/postgresql';

function hasPostgres() {
  return newest() !== undefined;
}

function newest() {
  const found = existsSync(versions) ? readdirSync(versions) : [];
  const bins = found.sort((a, b) => Number(b) - Number(a)).map((version) => path.join(versions, version, 'bin'));
  return bins.find((bin) => existsSync(path.join(bin, 'initdb')));
}

/** It refuses to run as root: then it runs as the user that Debian's package has made for it. */
async function startPostgres() {
  const folder = mkdtempSync(path.join(tmpdir(), 'rx-asyncio-postgres-'));
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : undefined;
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = path.join(folder, 'data');
  const port = await freePort();

  function run(program, ...parameters) {
    const options = { ...user, cwd: folder, stdio: /** @type {const} */ (['ignore', 'ignore', 'inherit']) };
    execFileSync(path.join(newest() ?? '', program), parameters, options);
  }

  const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: '', fsync: 'off' };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
  run('initdb', '--pgdata', data, '--username=test', '--auth=trust', '--no-sync');
  run('pg_ctl', 'start', '--wait', '--pgdata', data, '--log', path.join(folder, 'log'), '--options', options.join(' '));
  return {
    port,
    stop: () => {
      run('pg_ctl', 'stop', '--wait', '--mode=immediate', '--pgdata', data);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function idOf(which) {
  return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
}
