// Runs the specs that do not need Node in a headless Chromium: `npm run test:browser`.
const esbuild = require('esbuild');
const { readdirSync, readFileSync } = require('node:fs');
const { builtinModules } = require('node:module');
const path = require('node:path');
const { launchChromium } = require('./chromium');

const root = path.join(__dirname, '..');
const harness = path.join(__dirname, 'browser');

main();

async function main() {
  const jest = await bundle(path.join(harness, 'jest.js'));
  const browser = await launchChromium();
  const passed = [];
  const failed = [];
  try {
    console.log(`Chromium ${browser.version()}`);
    const left = specs().values();
    const work = async () => {
      for (const spec of left) await runSpec(spec, browser, jest.script, (failure) => (failure === undefined ? passed : failed).push(failure)); // prettier-ignore
    };
    // A page mostly waits.
    await Promise.all(Array.from({ length: 3 }, work));
  } finally {
    await browser.close();
  }
  console.log(`${passed.length} passed, ${failed.length} failed`);
  if (failed.length > 0 || passed.length === 0) process.exitCode = 1;
}

async function runSpec(spec, browser, jest, tell) {
  const { script, needsNode } = await bundle(spec);
  const name = path.relative(root, spec);
  if (needsNode.length > 0) {
    console.log(`${name} needs Node: ${needsNode.join(', ')}`);
    return;
  }
  const results = await runInPage(browser, jest, script);
  for (const { failure } of results) tell(failure);
  console.log(`${name}: ${results.length} tests`);
  for (const { title, failure } of results) if (failure !== undefined) console.log(`✕ ${title}\n${failure}`);
}

function specs() {
  const found = readdirSync(path.join(root, 'spec'), { recursive: true });
  return (
    found
      .filter((file) => /\.spec\.ts$|^browser\/.+\.ts$/.test(file))
      // Those need a server.
      .filter((file) => !file.startsWith('remote/'))
      .sort()
      .map((file) => path.join(root, 'spec', file))
  );
}

async function runInPage(browser, ...scripts) {
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push({ title: 'outside of the tests', failure: error.stack }));
  await page.setContent('<!doctype html><button>Click me</button>');
  for (const content of scripts) await page.addScriptTag({ content });
  const results = await page.evaluate(() => globalThis.runTests?.() ?? []);
  await page.close();
  return [...results, ...errors];
}

/** A module and all that it imports, in one script, and which modules of Node a spec needs that no browser has. */
async function bundle(file) {
  // In a page, all of a bundle are one.
  const needsNode = new Set(readFileSync(file, 'utf8').includes('jest.isolateModules') ? ["Jest's modules"] : []);
  const { outputFiles } = await esbuild.build({
    entryPoints: [file],
    bundle: true,
    write: false,
    target: 'es2022',
    // Also for what a spec takes from an example that has a tsconfig.json of its own.
    tsconfig: path.join(root, 'tsconfig.json'),
    resolveExtensions: ['.browser.ts', '.ts', '.js', '.json'],
    define: { __dirname: '""', global: 'globalThis', process: '{ "env": {}, "argv": [], "stdout": {} }' },
    logLevel: 'error',
    logOverride: { 'direct-eval': 'silent' },
    plugins: [withoutNode(needsNode)],
  });
  return { script: outputFiles[0].text, needsNode: [...needsNode] };
}

/** Jest's own packages import modules of Node that they do not use in a page: those are replaced by nothing. */
function withoutNode(needsNode) {
  const builtin = new RegExp(`^(node:)?(${builtinModules.join('|')}|graceful-fs)$`);
  return {
    name: 'without Node',
    setup(build) {
      build.onResolve({ filter: builtin }, ({ path: name, importer }) => {
        if (name === 'node:timers/promises') return { path: path.join(harness, 'timers-promises.js') };
        if (!importer.includes('node_modules')) needsNode.add(name);
        return { path: path.join(harness, 'nothing.js') };
      });
    },
  };
}
