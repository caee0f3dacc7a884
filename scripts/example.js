// Installs what an example, or a folder of specs, has for dependencies of its own, with this package as it would be published.
// What is installed already stays, unless the lock file has changed.
const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const path = require('node:path');

const root = path.join(__dirname, '..');
const quiet = ['--loglevel=error', '--no-audit', '--no-fund'];

exports.installExample = (name) => install(path.join('examples', name));
exports.install = install;

function install(within) {
  const folder = path.join(root, within);
  const lock = createHash('sha256')
    .update(readFileSync(path.join(folder, 'package-lock.json')))
    .digest('hex');
  const stamp = path.join(folder, 'node_modules/.lock');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
    run(folder, 'npm', 'ci', '--ignore-scripts', ...quiet);
    writeFileSync(stamp, lock);
  }
  unpackThis(path.join(folder, 'node_modules/rx-asyncio'));
  return folder;
}

exports.run = run;

function unpackThis(target) {
  const temporary = mkdtempSync(path.join(tmpdir(), 'rx-asyncio-example-'));
  try {
    run(root, 'npm', 'run', '--silent', 'build');
    run(root, 'npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', temporary);
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const tarball = path.join(temporary, `${name}-${version}.tgz`);
    run(root, 'tar', '--extract', '--file', tarball, '--directory', target, '--strip-components=1');
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** What npm and tar say on stdout is of no interest. */
function run(cwd, command, ...parameters) {
  execFileSync(command, parameters, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}
