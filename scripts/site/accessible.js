const path = require('node:path');

const docs = path.join(__dirname, '../../docs');
const AxeBuilder = require(require.resolve('@axe-core/playwright', { paths: [docs] })).default;

/** What axe calls serious, in both themes, on a phone, a tablet and a screen; and nothing is wider than that. */
async function accessible(browser, url, check) {
  for (const width of [360, 768, 1280])
    for (const colorScheme of ['light', 'dark']) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const page = await context.newPage();
      await page.goto(url, { waitUntil: 'networkidle' });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      const told = serious.map(({ id, nodes }) => `${id} (${nodes.length}: ${nodes[0]?.target.join(' ')})`).join(', ');
      check(serious.length === 0, `${url}, ${width} wide, ${colorScheme}: ${told}`);
      const needed = await page.evaluate('document.documentElement.scrollWidth');
      check(needed <= width, `${url}: ${needed} pixels wide on a screen of ${width}`);
      await context.close();
    }
}

module.exports = { accessible };
