// The script of the frame in which a page runs its programs: the package as it is built, rxjs, and what compiles them.
const esbuild = require('esbuild');
const path = require('node:path');

const root = path.join(__dirname, '../..');

function buildSandbox(outfile) {
  esbuild.buildSync({
    entryPoints: [path.join(root, 'docs/sandbox/index.ts')],
    outfile,
    bundle: true,
    minify: true,
    // A class is printed by its name.
    keepNames: true,
    target: 'es2022',
    alias: {
      'rx-asyncio': path.join(root, 'dist/esm/index.js'),
      'rx-asyncio/inspect': path.join(root, 'dist/esm/inspect.js'),
      'rx-asyncio/promises': path.join(root, 'dist/esm/promises.js'),
      'rx-asyncio/timeline': path.join(root, 'dist/esm/timeline.js'),
    },
    logLevel: 'warning',
  });
}

module.exports = { buildSandbox };
