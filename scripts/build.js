// Builds the flavours of the package: with the TypeScript compiler ES modules and CommonJS, and of these what a page can load
// that has no bundler. What has been built of the very same sources stays.
const { build } = require('esbuild');
const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { version } = require('../package.json');
const { version: rxjsVersion } = require('rxjs/package.json');

const root = path.join(__dirname, '..');
const tsc = require.resolve('typescript/bin/tsc');

const stamp = path.join(root, 'node_modules/.cache/rx-asyncio/built');

void main();

async function main() {
  const sources = hashOfSources();
  if (isBuilt(sources)) return;
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  compile('esm', 'es2022');
  compile('cjs', 'commonjs');
  // Says what the .js files beside it are. Only the nearest package.json counts, so without `sideEffects` bundlers would
  // keep whatever a module does when it is loaded.
  writeFileSync(path.join(root, 'dist/esm/package.json'), '{ "type": "module", "sideEffects": false }\n');
  await forPages(path.join(root, 'dist/browser'));
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, sources);
}

function isBuilt(sources) {
  const last = ['dist/esm/index.js', 'dist/cjs/index.js', 'dist/browser/rxjs.LICENSE.txt'];
  if (!last.every((file) => existsSync(path.join(root, file)))) return false;
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sources;
}

function hashOfSources() {
  const sources = readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path: older, name }) => path.join(parentPath ?? older, name))
    .sort();
  const others = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.js'];
  const hash = createHash('sha256');
  for (const file of [...sources, ...others.map((name) => path.join(root, name))])
    hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

function compile(folder, module) {
  const options = ['--project', 'tsconfig.build.json', '--module', module, '--outDir', path.join('dist', folder)];
  execFileSync(process.execPath, [tsc, ...options], { cwd: root, stdio: 'inherit' });
}

/** The entries that a browser has, and rxjs. What they share is in files of its own, so that there is one copy of it. */
async function forPages(outdir) {
  const entries = ['index', 'promises', 'timeline', 'inspect'].map((name) => [name, `dist/esm/${name}.js`]);
  await build({
    absWorkingDir: root,
    entryPoints: { ...Object.fromEntries(entries), rxjs: 'rxjs' },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    conditions: ['es2015'],
    minify: true,
    target: 'es2022',
    banner: { js: `/*! rx-asyncio ${version} with rxjs ${rxjsVersion} in it, for pages without a bundler */` },
  });
  copyFileSync(path.join(root, 'node_modules/rxjs/LICENSE.txt'), path.join(outdir, 'rxjs.LICENSE.txt'));
}
