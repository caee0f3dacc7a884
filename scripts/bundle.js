const { buildSync } = require('esbuild');
const path = require('node:path');
const { gzipSync } = require('node:zlib');
const { peerDependencies } = require('../package.json');

const root = path.join(__dirname, '..');
const peers = Object.keys(peerDependencies);

module.exports = { sizeOf };

/**
 * The bytes of a user's bundle with such contents, minified and gzipped. The package finds itself, as it has been built, under
 * its own name, as its users do.
 *
 * @param {string} contents
 * @param {{ rxjs: boolean }} options whether rxjs is counted; other peer dependencies are not
 */
function sizeOf(contents, { rxjs }) {
  const external = [...peers.filter((peer) => !(rxjs && peer === 'rxjs')), 'node:*'];
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: root },
    external,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  return gzipSync(/** @type {{ contents: Uint8Array }} */ (outputFiles[0]).contents, { level: 9 }).length;
}
