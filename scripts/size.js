// Bundles what has been built as a user would, without the peer dependencies, and fails above the limits: `npm run size`.
// CONTRIBUTING says how a limit is raised.
const { buildSync } = require('esbuild');
const path = require('node:path');
const { gzipSync } = require('node:zlib');
const { exports: entries, peerDependencies } = require('../package.json');

const root = path.join(__dirname, '..');
const external = [...Object.keys(peerDependencies), 'node:*'];

console.log('bytes minified and gzipped, without rxjs');
report('gather alone', "export { gather } from 'rx-asyncio'", { aim: 4800, limit: 6050 });
report('gather of promises alone', "export { gather } from 'rx-asyncio/promises'");
report('all of rx-asyncio', "export * from 'rx-asyncio'", { limit: 10600 });
for (const entry of Object.keys(entries)) {
  const name = path.posix.join('rx-asyncio', entry);
  if (entry !== '.' && entry !== './package.json') report(`all of ${name}`, `export * from '${name}'`);
}

function report(name, contents, { aim, limit = Infinity } = {}) {
  const size = gzipSync(bundle(contents), { level: 9 }).length;
  const bounds = [
    aim !== undefined && `aim ${aim}, ${size > aim ? `missed by ${size - aim}` : 'reached'}`,
    limit < Infinity && `limit ${limit}${size > limit ? `, passed by ${size - limit}` : ''}`,
  ].filter(Boolean);
  console.log([`${name}: ${size}`, ...bounds].join('; '));
  if (size > limit) process.exitCode = 1;
}

/** The package finds itself under its own name, as its users do. */
function bundle(contents) {
  const stdin = { contents, resolveDir: root };
  const options = { bundle: true, minify: true, write: false, format: 'esm', target: 'es2022' };
  return buildSync({ stdin, external, ...options }).outputFiles[0].contents;
}
