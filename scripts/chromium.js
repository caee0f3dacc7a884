// A headless Chromium, and one that shows pages of a folder and tells what they say. The environment variable CHROMIUM says where it
// is, if it is not where Debian's package puts it.
const { setTimeout: sleep } = require('node:timers/promises');
const { chromium } = require('playwright-core');
const { serve } = require('./server');

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

exports.launchChromium = launchChromium;

function launchChromium(more = []) {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...args, ...more] });
}

exports.openChromium = async function openChromium(folder) {
  const pages = new Map();
  const { origin, close } = await serve(folder, { pages });
  const browser = await launchChromium();

  return {
    version: browser.version(),
    outputOf,
    close: async () => {
      await browser.close();
      close();
    },
  };

  /** What a page says on its console, errors included, until it has been quiet for a while and all that it loads is there. */
  async function outputOf(content) {
    const address = `/page-${pages.size}`;
    // The icon, which a browser asks for otherwise, and does not find.
    pages.set(address, `<!doctype html><link rel="icon" href="data:,">${content}`);
    const page = await browser.newPage();
    const lines = [];
    let heard = Date.now();
    const say = (line) => {
      lines.push(line);
      heard = Date.now();
    };
    page.on('console', (message) => say(message.text()));
    page.on('pageerror', (error) => say(`uncaught ${error}`));
    await page.goto(`${origin}${address}`);
    while (Date.now() - heard < 300) await sleep(50);
    await page.close();
    return lines.join('\n');
  }
};
