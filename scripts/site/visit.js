/* global URL, document, location, setTimeout */
const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');

/** Visits pages in one tab; what is called of that Playwright's and Puppeteer's have in common. */
async function visitAll(files, { name, browser, site, folder, external, check }) {
  const page = await browser.newPage();
  let errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  for (const file of files) {
    errors = [];
    try {
      await page.goto(`${site}/${file}`, { waitUntil: 'load' });
      const links = await page.evaluate(hrefs);
      const dead = links.filter((href) => isDead(href, site, folder));
      for (const href of links) if (isExternal(href, site)) external.add(href);
      check(dead.length === 0, `${file}: dead links ${dead.join(', ')}`);
      for (const { printed, expected } of await page.evaluate(runAll)) {
        check(printed === expected, `${name}, ${file}: it prints\n${printed}\n  in place of\n${expected}`);
      }
      if (file === 'playground.html') await play(page, name, check);
    } catch (error) {
      errors.push(error.message);
    }
    check(errors.length === 0, `${name}, ${file}: ${errors.join('; ')}`);
  }
}

function hrefs() {
  return [...new Set(Array.from(document.querySelectorAll('a[href]'), ({ href }) => href))];
}

function isExternal(href, site) {
  return new URL(href).origin !== new URL(site).origin;
}

function isDead(href, site, folder) {
  const { pathname, hash } = new URL(href);
  const { pathname: base } = new URL(`${site}/`);
  if (isExternal(href, site)) return false;
  if (!pathname.startsWith(base)) return true;
  const target = path.join(folder, pathname.slice(base.length), pathname.endsWith('/') ? 'index.html' : '');
  const file = [target, `${target}.html`].find(existsSync);
  if (file === undefined) return true;
  return hash !== '' && !readFileSync(file, 'utf8').includes(`id="${decodeURIComponent(hash.slice(1))}"`);
}

/** Runs all programs of the page, one after the other; its milliseconds are real ones, so each has three tries. */
async function runAll() {
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const results = [];
  for (const block of document.querySelectorAll('.run-block')) {
    const button = () => block.querySelector('button.run');
    if (button() === null) continue;
    const expected = decodeURIComponent(block.dataset.output);
    let printed;
    for (let tries = 0; printed !== expected && tries < 3; tries++) {
      button().click();
      for (let waited = 0; printed !== expected && waited < 250; waited++) {
        await sleep(20);
        printed = (block.querySelector('.run-output')?.innerText ?? '').trimEnd();
      }
    }
    results.push({ printed, expected });
  }
  return results;
}

async function play(page, name, check) {
  const slider = '[role=slider][aria-label="duration of user"]';
  await page.waitForSelector(slider);
  await page.focus(slider);
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => /user(%2C|,)125/.test(location.search));
  const { x, y, width, height } = await page.evaluate((selector) => {
    const box = document.querySelector(selector).getBoundingClientRect();
    return { x: box.x, y: box.y, width: box.width, height: box.height };
  }, slider);
  await page.mouse.move(x + width / 2, y + height / 4);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + height / 4, { steps: 5 });
  await page.mouse.up();
  await page.waitForFunction(() => !/user(%2C|,)125/.test(location.search));
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1000))); // the address follows when the drag rests
  const look = () => [location.search, document.querySelector('.pg-story')?.innerText];
  const [shared, before] = await page.evaluate(look);
  await page.reload();
  await page.waitForFunction(() => document.querySelector('.pg-story') !== null);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
  const [again, after] = await page.evaluate(look);
  check(again === shared && after === before, `${name}: the playground is another after it is loaded again`);
}

module.exports = { visitAll };
