// Bundles the package as a user would, without rxjs, and fails when it is larger than promised: `npm run size`.
const { buildSync } = require('esbuild');
const path = require('node:path');
const { gzipSync } = require('node:zlib');

const root = path.join(__dirname, '..');

check('both entries', "export * from './dist/esm/index.js'; export * as promises from './dist/esm/promises.js'", 5120);
check('gather alone', "export { gather } from './dist/esm/index.js'", 2048);

function check(name, contents, limit) {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: root },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    external: ['rxjs'],
  });
  const minified = outputFiles[0].contents;
  const size = gzipSync(minified, { level: 9 }).length;
  console.log(`${name}: ${size} bytes gzipped, of at most ${limit} (${minified.length} minified)`);
  if (size > limit) process.exitCode = 1;
}
