const path = require('node:path');

const docs = path.join(__dirname, '../../docs');
const AxeBuilder = require(require.resolve('@axe-core/playwright', { paths: [docs] })).default;

/** What axe calls serious, in both themes, on screens of these widths; and nothing is wider than that. */
async function accessible(browser, url, widths, check) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.addStyleTag({ content: '*, ::before, ::after { transition: none !important }' });
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      const told = serious.map(({ id, nodes }) => `${id} (${nodes.length}: ${nodes[0]?.target.join(' ')})`).join(', ');
      check(serious.length === 0, `${url}, ${width} wide, ${colorScheme}: ${told}`);
      const needed = await page.evaluate('document.documentElement.scrollWidth');
      check(needed <= width, `${url}: ${needed} pixels wide on a screen of ${width}`);
    }
  }
  await context.close();
}

module.exports = { accessible };
