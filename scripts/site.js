// Builds the site, `npm run site -- --base=/path/ --out=folder`, or serves it while it is being written, `npm run site:dev`.
// Its tools are installed where it stands, in docs, whenever its lock file asks for others. A warning fails.
const { spawnSync } = require('node:child_process');
const { copyFileSync, existsSync, readFileSync, rmSync } = require('node:fs');
const path = require('node:path');
const { buildSandbox } = require('./site/sandbox');

const root = path.join(__dirname, '..');
const docs = path.join(root, 'docs');

const [command = 'build', ...parameters] = process.argv.slice(2);
main();

function main() {
  install();
  run('npm', ['run', '--silent', 'build'], root);
  buildSandbox(path.join(docs, 'public/sandbox.js'));
  copyFileSync(path.join(docs, 'pictures/gather-failure.svg'), path.join(docs, 'public/hero.svg'));
  rmSync(path.join(docs, 'reference'), { recursive: true, force: true });
  run('npx', ['--no-install', 'typedoc', '--logLevel', 'Warn'], docs);
  if (command === 'dev') run('npx', ['--no-install', 'vitepress', 'dev', ...parameters], docs);
  else run('npx', ['--no-install', 'vitepress', 'build', ...vitepressOptions()], docs, { strict: true });
}

function vitepressOptions() {
  const value = (name) => parameters.find((parameter) => parameter.startsWith(`--${name}=`))?.split('=')[1];
  const base = value('base');
  const out = value('out');
  return [...(base ? ['--base', base] : []), ...(out ? ['--outDir', path.resolve(root, out)] : [])];
}

/** npm keeps a copy of what it has installed. */
function install() {
  const installed = path.join(docs, 'node_modules/.package-lock.json');
  const wanted = packagesOf(path.join(docs, 'package-lock.json'));
  if (existsSync(installed)) {
    const found = packagesOf(installed);
    if (Object.entries(wanted).every(([name, { version, optional }]) => name === '' || optional || found[name]?.version === version)) return; // prettier-ignore
  }
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], docs);
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

function run(program, options, cwd, { strict = false } = {}) {
  const stdio = strict ? ['ignore', 'pipe', 'pipe'] : 'inherit';
  const { status, stdout, stderr } = spawnSync(program, options, { cwd, stdio, encoding: 'utf8' });
  const said = strict ? `${stdout}${stderr}` : '';
  if (strict) process.stdout.write(said);
  const warned = /\bwarn(ing)?\b|\(!\)|⚠/i.test(said);
  if (warned) console.error('\nThe build has warned of something.');
  if (status !== 0 || warned) process.exit(status || 1);
}
