// Bundles the package as a user would, without rxjs, and tells how far it is from the size wished for: `npm run size`.
// Fails above the limits, which are at most 2 % over what it has come to: growth is to be noticed.
const { buildSync } = require('esbuild');
const path = require('node:path');
const { gzipSync } = require('node:zlib');

const root = path.join(__dirname, '..');

const bothEntries = "export * from './dist/esm/index.js'; export * as promises from './dist/esm/promises.js'";
check('both entries', bothEntries, { wish: 5120, limit: 8080 });
check('gather alone', "export { gather } from './dist/esm/index.js'", { wish: 2048, limit: 4150 });

function check(name, contents, { wish, limit }) {
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
  const wished = size > wish ? `the wish of ${wish} is missed by ${size - wish}` : `the wish of ${wish} is met`;
  console.log(`${name}: ${size} bytes gzipped (${minified.length} minified); ${wished}; the limit is ${limit}`);
  if (size > limit) {
    console.error(`${name}: ${size - limit} bytes over the limit`);
    process.exitCode = 1;
  }
}
