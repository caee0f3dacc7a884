// Bundles what has been built as a user would, without the peer dependencies, and fails above the limits: `npm run size`.
// CONTRIBUTING says how a limit is raised.
const path = require('node:path');
const { exports: entries } = require('../package.json');
const { sizeOf } = require('./bundle');

console.log('bytes minified and gzipped, without rxjs');
report('gather alone', "export { gather } from 'rx-asyncio'", { aim: 4600, limit: 7770 });
report('gather of promises alone', "export { gather } from 'rx-asyncio/promises'");
report('all of rx-asyncio', "export * from 'rx-asyncio'", { limit: 16640 });
for (const entry of Object.keys(entries)) {
  const name = path.posix.join('rx-asyncio', entry);
  if (entry !== '.' && entry !== './package.json') report(`all of ${name}`, `export * from '${name}'`);
}

function report(name, contents, { aim, limit = Infinity } = {}) {
  const size = sizeOf(contents, { rxjs: false });
  const bounds = [
    aim !== undefined && `aim ${aim}, ${size > aim ? `missed by ${size - aim}` : 'reached'}`,
    limit < Infinity && `limit ${limit}${size > limit ? `, passed by ${size - limit}` : ''}`,
  ].filter(Boolean);
  console.log([`${name}: ${size}`, ...bounds].join('; '));
  if (size > limit) process.exitCode = 1;
}
