// Opens the site as it is built in headless Chromium and Firefox, those of Debian: `npm run test:site`. Every page is there without
// an error and without a dead link, every Run button prints what its page says, the playground plays, the walks lead where they
// should, and axe finds nothing serious. It is built a second time, for a path below its host, where some pages are opened, too.
// `npm run test:site -- gather` for the pages of that name, `-- /rx-asyncio/` for that path.
const { existsSync, mkdtempSync, readdirSync, rmSync } = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { tmpdir } = require('node:os');
const { serve } = require('./server');
const { search } = require('./site/search');
const { openChromium, openFirefox } = require('./site/browsers');
const { visitAll } = require('./site/visit');
const { bar } = require('./site/bar');
const { playground } = require('./site/playground');
const { runs } = require('./site/runs');
const { types } = require('./site/types');
const { walks } = require('./site/walks');
const { accessible } = require('./site/accessible');

const base = '/rx-asyncio/';
const inBase = ['index.html', 'start.html', 'playground.html', 'reference/rx-asyncio/functions/gather.html'];
const dist = path.join(__dirname, '../docs/.vitepress/dist');
// Of the many pages of the reference, which are all alike, Firefox opens one of each kind, and axe looks at it.
const ofEachKind = /^(?!reference)|^reference\/(rx-asyncio\/)?(index|functions\/gather|classes\/Semaphore|interfaces\/Permit|type-aliases\/Awaitable|variables\/ALL_COMPLETED)\.html$/; // prettier-ignore

const faults = [];
/** Where links lead that are not followed. */
const external = new Set();
let checks = 0;

main();

async function main() {
  if (!existsSync(dist)) throw new Error('There is no site yet: npm run site');
  const wanted = process.argv[2] ?? '';
  if (wanted !== base) await atRoot(wanted);
  if (wanted === '' || wanted === base) await belowBase();
  console.log(`Links to other hosts: ${[...external].sort().join(', ')}`);
  console.log(`${checks - faults.length} passed, ${faults.length} failed`);
  if (faults.length > 0) process.exitCode = 1;
}

async function atRoot(wanted) {
  const { origin, close } = await serve(dist);
  const files = readdirSync(dist, { recursive: true });
  const pages = files.filter((file) => file.endsWith('.html') && file !== '404.html' && file.includes(wanted)).sort();
  try {
    const alike = pages.filter((page) => ofEachKind.test(page));
    await Promise.all([
      inBrowser('Chromium', openChromium, 4, origin, dist, pages),
      inBrowser('Firefox', openFirefox, 1, origin, dist, alike),
    ]);
    if (wanted === '') await thorough(origin, alike);
  } finally {
    close();
  }
}

/** In some tabs at a time: a page mostly waits. */
async function inBrowser(name, open, tabs, site, folder, pages) {
  const browser = await open();
  console.log(`${name} ${browser.version}: ${pages.length} pages`);
  try {
    const left = pages.values();
    const work = () => visitAll(left, { name, browser, site, folder, external, check });
    await Promise.all(Array.from({ length: tabs }, work));
  } finally {
    await browser.close();
  }
}

async function thorough(origin, pages) {
  const { browser, close } = await openChromium();
  try {
    await search(browser, origin, check);
    await walks(browser, origin, check);
    await bar(browser, `${origin}/start.html`, check);
    await playground(browser, `${origin}/playground.html`, check);
    await runs(browser, `${origin}/failures.html`, check);
    await types(browser, `${origin}/start.html`, check);
    const left = pages.values();
    const look = async () => {
      for (const page of left) await accessible(browser, `${origin}/${page}`, [360, 768, 1280], check);
    };
    await Promise.all(Array.from({ length: 4 }, look));
  } finally {
    await close();
  }
}

async function belowBase() {
  const folder = mkdtempSync(path.join(tmpdir(), 'site-'));
  const options = [path.join(__dirname, 'site.js'), 'build', `--base=${base}`, `--out=${folder}`];
  const { status } = spawnSync(process.execPath, options, { stdio: ['ignore', 'ignore', 'inherit'] });
  check(status === 0, `it is not built for ${base}`);
  const { origin, close } = await serve(folder, { base });
  const site = origin + base.slice(0, -1);
  try {
    await inBrowser('Chromium', openChromium, 1, site, folder, inBase);
    await inBrowser('Firefox', openFirefox, 1, site, folder, inBase);
    const { browser, close: closeBrowser } = await openChromium();
    await search(browser, site, check);
    await closeBrowser();
  } finally {
    close();
    rmSync(folder, { recursive: true });
  }
}

function check(holds, fault) {
  checks++;
  if (holds) return;
  faults.push(fault);
  console.log(`✕ ${fault}`);
}
