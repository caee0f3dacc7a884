// Builds the flavours of the package: with the TypeScript compiler ES modules and CommonJS, and of these what a page can load
// that has no bundler.
const { build } = require('esbuild');
const { execFileSync } = require('node:child_process');
const { copyFileSync, rmSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { version } = require('../package.json');
const { version: rxjsVersion } = require('rxjs/package.json');

const root = path.join(__dirname, '..');
const tsc = require.resolve('typescript/bin/tsc');

rmSync(path.join(root, 'dist'), { recursive: true, force: true });
compile('esm', 'es2022');
compile('cjs', 'commonjs');

// Says what the .js files beside it are. Only the nearest package.json counts, so without `sideEffects` bundlers would
// keep whatever a module does when it is loaded.
writeFileSync(path.join(root, 'dist/esm/package.json'), '{ "type": "module", "sideEffects": false }\n');
void forPages(path.join(root, 'dist/browser'));

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
