/** The search finds a page, and leads there. */
async function search(browser, site, check) {
  const page = await browser.newPage();
  await page.goto(`${site}/index.html`, { waitUntil: 'networkidle' });
  try {
    await page.locator('.VPNavBarSearch button').first().click();
    await page.locator('.VPLocalSearchBox input').fill('shield');
    const first = page.locator('.VPLocalSearchBox a.result').first();
    await first.waitFor({ timeout: 20_000 });
    await first.click();
    await page.locator('main', { hasText: 'shield' }).waitFor({ timeout: 20_000 });
    check(page.url().startsWith(`${site}/`), `${site}: the search leads to ${page.url()}`);
  } catch (error) {
    check(false, `${site}: the search: ${error.message}`);
  }
  await page.close();
}

module.exports = { search };
