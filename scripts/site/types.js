/** Types are shown to who has no pointer that could rest on a word. */
async function types(browser, url, check) {
  await byKeyboard(browser, url, check);
  await byFinger(browser, url, check);
}

/** One after the other, and back, until Escape or another focus. */
async function byKeyboard(browser, url, check) {
  const page = await browser.newPage();
  await page.goto(url, { waitUntil: 'networkidle' });
  const shown = page.getByRole('status').and(page.locator('.type-shown'));
  try {
    await page.locator('pre.twoslash').first().focus();
    await press('Enter');
    const first = await shown.textContent();
    await press('Enter');
    const second = await shown.textContent();
    check(second !== first, `${url}: Enter shows the same type twice: ${first}`);
    await press('Shift+Enter');
    check((await shown.textContent()) === first, `${url}: Shift+Enter does not lead back to the first type`);
    await press('Escape');
    check(await shown.isHidden(), `${url}: Escape does not hide the type`);
    await press('Shift+Enter');
    check((await shown.textContent()) !== first, `${url}: Shift+Enter does not begin with the last type`);
    await page.keyboard.press('Tab');
    check(await shown.isHidden(), `${url}: the type stays when the focus has gone`);
  } catch (error) {
    check(false, `${url}: the types by keyboard: ${error.message}`);
  }
  await page.close();

  async function press(key) {
    await page.keyboard.press(key);
    if (key !== 'Escape') await shown.waitFor({ timeout: 20_000 });
  }
}

async function byFinger(browser, url, check) {
  const page = await browser.newPage({ viewport: { width: 360, height: 800 }, isMobile: true, hasTouch: true });
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.locator('pre.twoslash [data-type]').first().tap();
  check(await page.locator('.type-shown').isVisible(), `${url}: the first tap on a word does not show its type`);
  await page.close();
}

module.exports = { types };
