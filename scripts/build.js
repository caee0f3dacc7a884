// Builds both flavours of the package with the TypeScript compiler: ES modules and CommonJS.
const { execFileSync } = require('node:child_process');
const { rmSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const tsc = require.resolve('typescript/bin/tsc');

rmSync(path.join(root, 'dist'), { recursive: true, force: true });
compile('esm', 'es2022');
compile('cjs', 'commonjs');

// Says what the .js files beside it are. Only the nearest package.json counts, so without `sideEffects` bundlers would
// keep whatever a module does when it is loaded.
writeFileSync(path.join(root, 'dist/esm/package.json'), '{ "type": "module", "sideEffects": false }\n');

function compile(folder, module) {
  const options = ['--project', 'tsconfig.build.json', '--module', module, '--outDir', path.join('dist', folder)];
  execFileSync(process.execPath, [tsc, ...options], { cwd: root, stdio: 'inherit' });
}
