/* global navigator */
const path = require('node:path');
const { launchChromium } = require('../chromium');

const docs = path.join(__dirname, '../../docs');

/** By Playwright, whose own build of Firefox is not Debian's. */
async function openChromium() {
  const browser = await launchChromium();
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
  const puppeteer = require(require.resolve('puppeteer-core', { paths: [docs] }));
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
