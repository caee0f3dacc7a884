// Pages without a bundler, from a server that only has files: which ways to load the package work, and which do not.
const assert = require('node:assert/strict');
const esbuild = require('esbuild');
const path = require('node:path');

const entries = ['index', 'inspect', 'promises', 'timeline'];

/** Shows an application that imports names of `rx-asyncio`, its entries and `rxjs`. */
exports.checkPages = async function checkPages(folder, chromium, app, output) {
  await asFromCdn(folder);
  const outputWith = (imports) =>
    chromium.outputOf(
      `<script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="${app}"></script>`,
    );
  const ours = '/node_modules/rx-asyncio/dist';
  const rxjs = '/dist/cdn/rxjs.js';

  assert.equal(await outputWith({ ...from(`${ours}/browser`), rxjs: `${ours}/browser/rxjs.js` }), output);
  console.log('a page works with our files that have rxjs in them');

  const url = `<script type="module">
    import { gather } from '${ours}/browser/promises.js';
    console.log(JSON.stringify(await gather([async () => 1])));
  </script>`;
  assert.equal(await chromium.outputOf(url), '[1]');
  console.log('a page works with nothing but the address of one');

  assert.equal(await outputWith({ ...from(`${ours}/esm`), rxjs }), output);
  console.log('a page works with our ES modules as they are, and rxjs in one file');

  assert.equal(await outputWith({ ...from('/dist/cdn'), rxjs }), output);
  console.log('a page works with a file for each entry, as a CDN builds them, and rxjs in one file');

  const alone = await outputWith({ ...from(`${ours}/esm`), rxjs: '/node_modules/rxjs/dist/esm/index.js' });
  assert.match(alone, /404 \(Not Found\)/);
  console.log("a page does not work with rxjs's own ES modules, which have no file extensions");
};

function from(folder) {
  return Object.fromEntries(
    entries.map((entry) => [path.posix.join('rx-asyncio', entry === 'index' ? '' : entry), `${folder}/${entry}.js`]),
  );
}

/** Each a module with all that it imports, but for rxjs: so there are as many copies of what they share. */
async function asFromCdn(folder) {
  const options = { absWorkingDir: folder, bundle: true, minify: true, format: 'esm', outdir: 'dist/cdn' };
  await esbuild.build({ ...options, entryPoints: ['rxjs'] });
  const ours = entries.map((entry) => `node_modules/rx-asyncio/dist/esm/${entry}.js`);
  await esbuild.build({ ...options, entryPoints: ours, external: ['rxjs'] });
}
