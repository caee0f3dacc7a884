// Opens the site as it is built in headless Chromium and Firefox, those of Debian: `npm run test:site`. Every page is there without
// an error and without a dead link, every Run button prints what its page says, the playground plays, the walks lead where they
// should, and axe finds nothing serious. `npm run test:site -- gather` for the pages of that name.
const { existsSync, readdirSync } = require('node:fs');
const path = require('node:path');
const { serve } = require('./site/server');
const { openChromium, openFirefox } = require('./site/browsers');
const { visitAll } = require('./site/visit');
const { walks } = require('./site/walks');
const { accessible } = require('./site/accessible');

const dist = path.join(__dirname, '../docs/.vitepress/dist');
// Of the many pages of the reference, which are all alike, Firefox opens some.
const inFirefox = /^(?!reference)|^reference\/rx-asyncio\/functions\/gather/;
const toLookAt = ['index.html', 'start.html', 'playground.html', 'from/asyncio.html', 'benchmarks.html', 'reference/rx-asyncio/functions/gather.html']; // prettier-ignore

const faults = [];
let checks = 0;

main();

async function main() {
  if (!existsSync(dist)) throw new Error('There is no site yet: npm run site');
  const { origin, close } = await serve(dist);
  const files = readdirSync(dist, { recursive: true });
  const wanted = process.argv[2] ?? '';
  const pages = files.filter((file) => file.endsWith('.html') && file !== '404.html' && file.includes(wanted)).sort();
  try {
    await Promise.all([
      inBrowser('Chromium', openChromium, 4, origin, pages),
      inBrowser(
        'Firefox',
        openFirefox,
        1,
        origin,
        pages.filter((page) => inFirefox.test(page)),
      ),
    ]);
    if (wanted === '') await thorough(origin);
  } finally {
    close();
  }
  console.log(`${checks - faults.length} passed, ${faults.length} failed`);
  if (faults.length > 0) process.exitCode = 1;
}

/** In some tabs at a time: a page mostly waits. */
async function inBrowser(name, open, tabs, origin, pages) {
  const browser = await open();
  console.log(`${name} ${browser.version}: ${pages.length} pages`);
  try {
    const left = pages.values();
    const work = () => visitAll(left, { name, browser, origin, dist, check });
    await Promise.all(Array.from({ length: tabs }, work));
  } finally {
    await browser.close();
  }
}

async function thorough(origin) {
  const { browser, close } = await openChromium();
  try {
    await walks(browser, origin, check);
    for (const page of toLookAt) await accessible(browser, `${origin}/${page}`, check);
  } finally {
    await close();
  }
}

function check(holds, fault) {
  checks++;
  if (holds) return;
  faults.push(fault);
  console.log(`✕ ${fault}`);
}
