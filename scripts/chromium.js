// A headless Chromium, and one that shows pages of a folder and tells what they say. The environment variable CHROMIUM says where it
// is, if it is not where Debian's package puts it.
const { createReadStream } = require('node:fs');
const { createServer } = require('node:http');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { chromium } = require('playwright-core');

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const types = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript' };

exports.launchChromium = launchChromium;

function launchChromium() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
}

exports.openChromium = async function openChromium(folder) {
  const pages = new Map();
  const server = createServer((request, response) => {
    const page = pages.get(request.url);
    if (page !== undefined) response.setHeader('content-type', types['.html']).end(page);
    else send(path.join(folder, path.normalize(request.url)), response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchChromium();

  return {
    version: browser.version(),
    outputOf,
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      server.close();
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
    await page.goto(`http://127.0.0.1:${server.address().port}${address}`);
    while (Date.now() - heard < 300) await sleep(50);
    await page.close();
    return lines.join('\n');
  }
};

function send(file, response) {
  const stream = createReadStream(file);
  stream.once('error', () => response.writeHead(404).end());
  stream.once('open', () => {
    response.setHeader('content-type', types[path.extname(file)] ?? 'application/octet-stream');
    stream.pipe(response);
  });
}
