// Builds both flavours of the package with the TypeScript compiler: ES modules and CommonJS.
const { execFileSync } = require('node:child_process');
const { rmSync, writeFileSync } = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const tsc = require.resolve('typescript/bin/tsc');

rmSync(path.join(root, 'dist'), { recursive: true, force: true });
for (const [folder, module, type] of [
  ['esm', 'es2022', 'module'],
  ['cjs', 'commonjs', 'commonjs'],
]) {
  const outDir = path.join(root, 'dist', folder);
  const options = ['--project', 'tsconfig.build.json', '--module', module, '--outDir', outDir];
  execFileSync(process.execPath, [tsc, ...options], { cwd: root, stdio: 'inherit' });
  // Tells Node and TypeScript what the .js files beside it are.
  writeFileSync(path.join(outDir, 'package.json'), `${JSON.stringify({ type })}\n`);
}
