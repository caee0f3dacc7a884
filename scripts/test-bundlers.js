// Makes applications of the packed package with the bundlers of spec/bundlers, and runs what they give, in Node and in a headless
// Chromium, where pages without a bundler are tried as well: `npm run test:bundlers`. The environment variable CHROMIUM says
// where that is, if not where Debian's package puts it.
const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const { readFileSync, rmSync } = require('node:fs');
const path = require('node:path');
const { promisify } = require('node:util');
const { gzipSync } = require('node:zlib');
const { openChromium } = require('./chromium');
const { install } = require('./example');
const { checkPages } = require('./pages');

const execute = promisify(execFile);
const bundlers = ['Vite', 'webpack', 'Rollup', 'Rspack', 'esbuild', 'Parcel'];

const browser = `gather [1,"two"]
asCompleted 10 ms
asCompleted 30 ms
progress 2 of 2
inspected true
cleaned up
CancelledError: cancelled
cancelled nothing is running
drawn true`;

const cleanedUp = `cleaned up around it
cleaned up inside`;
const twoCopies = `two copies true
${`${cleanedUp}\ncancelled CancelledError\n`.repeat(3)}${cleanedUp}
fails true`;

const server = `gather [1,"two"]
RangeError remoteQueue: name must not be empty nor have a colon, got the string 'pages:fetch'
run done`;

/** Bytes of the largest, gzipped and with rxjs, and how much smaller the smallest may be. */
const sizes = {
  browser: { limit: 29_450, spread: 1.05 },
  // Rollup leaves out of rxjs what only a configuration would use; esbuild and Parcel minify less.
  gather: { limit: 13_100, spread: 1.09 },
};

main();

async function main() {
  const folder = install('spec/bundlers');
  rmSync(path.join(folder, 'dist'), { recursive: true, force: true });
  // Two at a time: some are busy in one process, some in several.
  const { gather } = require('rx-asyncio/promises');
  await gather(bundlers, (bundler, context) => bundle(folder, bundler, context), { concurrency: 2 });
  const chromium = await openChromium(folder);
  try {
    console.log(`Chromium ${chromium.version}`);
    for (const bundler of bundlers) await check(folder, bundler, chromium);
    await checkPages(folder, chromium, '/apps/browser.mjs', browser);
  } finally {
    await chromium.close();
  }
  for (const [name, { limit, spread }] of Object.entries(sizes)) compare(folder, name, limit, spread);
}

/** What a bundler prints is a warning. */
async function bundle(folder, bundler, context) {
  const started = Date.now();
  const options = { cwd: folder, signal: context.signal };
  const { stdout, stderr } = await execute(process.execPath, ['bundle.mjs', bundler.toLowerCase()], options);
  assert.equal(stdout + stderr, '', `${bundler} warns`);
  console.log(`${bundler} bundles it without a warning, in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

async function check(folder, bundler, chromium) {
  const output = path.join('dist', bundler.toLowerCase());
  const outputOf = (name) => chromium.outputOf(`<script type="module" src="/${output}/${name}.js"></script>`);
  assert.equal(await outputOf('browser'), browser);
  assert.equal(await outputOf('gather'), 'gather [1,"two"]');
  assert.equal(await outputOf('two-copies'), twoCopies);
  const { stdout, stderr } = await execute(process.execPath, [path.join(output, 'server.cjs')], { cwd: folder });
  assert.equal((stdout + stderr).trim(), server);
  console.log(`what ${bundler} gives works in a page and in Node, also with two copies of rxjs`);
}

function compare(folder, name, limit, spread) {
  const found = bundlers.map((bundler) => {
    const contents = readFileSync(path.join(folder, 'dist', bundler.toLowerCase(), `${name}.js`));
    return { bundler, size: gzipSync(contents, { level: 9 }).length };
  });
  const all = found.map(({ size }) => size);
  const [smallest, largest] = [Math.min(...all), Math.max(...all)];
  console.log(`${name}: ${found.map(({ bundler, size }) => `${bundler} ${size}`).join(', ')} bytes`);
  assert.ok(largest <= limit, `${name}: ${largest} bytes, above the limit of ${limit}`);
  assert.ok(
    largest <= smallest * spread,
    `${name}: the largest is ${(largest / smallest).toFixed(3)} times the smallest`,
  );
}
