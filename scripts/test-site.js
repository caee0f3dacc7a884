/* global URL, location, document, navigator, setTimeout */
// Opens the site as it is built in headless Chromium: `npm run test:site`. Every page
// is there without an error and without a dead link, every Run button prints what its page says, and the playground plays.
const { createServer } = require('node:http');
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');
const playwright = require('playwright-core');

const dist = path.join(__dirname, '../docs/.vitepress/dist');
const AxeBuilder = require(
  require.resolve('@axe-core/playwright', { paths: [path.join(__dirname, '../docs')] }),
).default;
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.woff2': 'font/woff2', '.txt': 'text/plain', '.md': 'text/markdown' }; // prettier-ignore
const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

const faults = [];
let checks = 0;

main();

async function main() {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const pages = readdirSync(dist, { recursive: true }).filter((file) => file.endsWith('.html') && file !== '404.html').sort(); // prettier-ignore
  const wanted = process.argv[2];
  const chromium = await playwright.chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args }); // prettier-ignore
  try {
    await inBrowser('Chromium', chromium, origin, wanted ? pages.filter((page) => page.includes(wanted)) : pages);
    if (!wanted) await walks(chromium, origin);
    if (!wanted) for (const page of ['index.html', 'start.html', 'playground.html', 'from/asyncio.html']) await accessible(chromium, `${origin}/${page}`); // prettier-ignore
  } finally {
    await chromium.close();
  }
  server.close();
  console.log(`${checks - faults.length} passed, ${faults.length} failed`);
  if (faults.length > 0) process.exitCode = 1;
}

function answer({ url }, response) {
  const { pathname } = new URL(url, 'http://localhost');
  const file = path.join(dist, decodeURIComponent(pathname.endsWith('/') ? `${pathname}index.html` : pathname));
  if (!file.startsWith(dist) || !existsSync(file)) return response.writeHead(404).end();
  return response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream', 'cache-control': 'max-age=600' }).end(readFileSync(file)); // prettier-ignore
}

/** Four pages at a time: most of the time they wait. With `saveData`, a page does not fetch those that it links to. */
async function inBrowser(name, browser, origin, pages) {
  console.log(`${name} ${browser.version()}: ${pages.length} pages`);
  const context = await browser.newContext();
  await context.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
  const left = pages.values();
  const work = async () => {
    for (const file of left) await visit(name, context, origin, file);
  };
  await Promise.all(Array.from({ length: 4 }, work));
  await context.close();
}

async function visit(name, context, origin, file) {
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  try {
    await page.goto(`${origin}/${file}`, { waitUntil: 'load' });
    await links(page, file, origin);
    await programs(page, file, name);
    if (file === 'playground.html') await playground(page, name);
  } catch (error) {
    errors.push(error.message);
  }
  check(errors.length === 0, `${name}, ${file}: ${errors.join('; ')}`);
  await page.close();
}

async function links(page, file, origin) {
  const hrefs = await page.$$eval('a[href]', (all) => all.map(({ href }) => href));
  const dead = [...new Set(hrefs)].filter((href) => {
    const { origin: where, pathname } = new URL(href);
    if (where !== origin) return false;
    const target = path.join(dist, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    return !existsSync(target) && !existsSync(`${target}.html`);
  });
  check(dead.length === 0, `${file}: dead links ${dead.join(', ')}`);
}

async function programs(page, file, name) {
  for (const block of await page.locator('.run-block:has(button.run)').all()) {
    const expected = decodeURIComponent(await block.getAttribute('data-output'));
    const output = block.locator('.run-output');
    let printed;
    // Its milliseconds are real ones, which a busy machine may miss: each has three tries.
    for (let tries = 0; printed !== expected && tries < 3; tries++) {
      await block.locator('button.run').click();
      const deadline = Date.now() + 5000;
      do {
        await new Promise((resolve) => setTimeout(resolve, 20));
        printed = (await output.innerText()).trimEnd();
      } while (printed !== expected && Date.now() < deadline);
    }
    check(printed === expected, `${name}, ${file}: it prints\n${printed}\n  in place of\n${expected}`);
  }
}

async function playground(page, name) {
  const address = () => page.evaluate(() => location.search);
  const slider = page.getByRole('slider', { name: 'duration of user' });
  await slider.press('ArrowRight');
  await page.waitForFunction(() => location.search.includes('user%2C125') || location.search.includes('user,125'));
  check(true, 'keyed');
  const { x, y, width, height } = await slider.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 4);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + height / 4, { steps: 5 });
  await page.mouse.up();
  await page.waitForFunction(() => !/user(%2C|,)125/.test(location.search));
  await page.waitForTimeout(1000); // the address follows the drag when it rests
  const shared = await address();
  const before = await page.locator('.pg-story').first().innerText();
  await page.reload();
  await page.locator('.pg-story').first().waitFor();
  await page.waitForFunction((text) => document.querySelector('.pg-story')?.innerText === text, before);
  check((await address()) === shared, `${name}: the playground is another after it is loaded again`);
}

/** From the start page: what is clicked, and what is read there. */
async function walks(browser, origin) {
  const all = {
    'from asyncio': [['From asyncio'], ['Word by word', 'asyncio.wait_for']],
    'from nothing': [['Start'], ['To cancel a download', 'when the TimeoutError is there']],
    'from Angular': [['Start'], ['At home in'], ['Angular', 'Angular']],
  };
  for (const [name, clicks] of Object.entries(all)) {
    if (name === 'from Angular' && !existsSync(path.join(dist, 'angular.html'))) continue;
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${origin}/index.html`);
    try {
      for (const [click, read] of clicks) {
        const clickable = page.locator('a, button, [role=button]', { hasText: click }).locator('visible=true');
        await clickable.first().click({ timeout: 5000 });
        if (read) await page.locator('main', { hasText: read }).waitFor({ timeout: 5000 });
      }
      check(clicks.length <= 4, name);
    } catch (error) {
      check(false, `the walk ${name}: ${error.message}`);
    }
    await page.close();
  }
}

async function accessible(browser, url) {
  for (const width of [360, 1280])
    for (const colorScheme of ['light', 'dark']) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const page = await context.newPage();
      await page.goto(url, { waitUntil: 'networkidle' });
      // VitePress's own: the arrow within the heading of a group that folds, in the sidebar.
      const { violations } = await new AxeBuilder({ page }).disableRules(['nested-interactive']).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      const told = serious.map(({ id, nodes }) => `${id} (${nodes.length}: ${nodes[0]?.target.join(' ')})`).join(', ');
      check(serious.length === 0, `${url}, ${width} wide, ${colorScheme}: ${told}`);
      await context.close();
    }
}

function check(holds, fault) {
  checks++;
  if (holds) return;
  faults.push(fault);
  console.log(`✕ ${fault}`);
}
