/* global navigator */
const path = require('node:path');

const docs = path.join(__dirname, '../../docs');
const require_ = (name) => require(require.resolve(name, { paths: [docs] }));

const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];

/** By Playwright, whose own build of Firefox is not Debian's. */
async function openChromium() {
  const { chromium } = require_('playwright-core');
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
  const context = await browser.newContext();
  // A page does not fetch those that it links to.
  await context.addInitScript(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }));
  return {
    browser,
    version: browser.version(),
    newPage: () => context.newPage(),
    close: () => browser.close(),
  };
}

/** By Puppeteer, over WebDriver BiDi. */
async function openFirefox() {
  const puppeteer = require_('puppeteer-core');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
  });
  return {
    browser,
    version: (await browser.version()).replace(/^\D*/, ''),
    newPage: () => browser.newPage(),
    close: () => browser.close(),
  };
}

module.exports = { openChromium, openFirefox };
