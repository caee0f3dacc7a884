/* global document, getComputedStyle, navigator */

/** The playground with both of its lines in the same place, where the browser takes colours away, and when it is left. */
async function playground(browser, url, check) {
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  try {
    await page.goto(`${url}?s=asCompleted&b=user,120&u=100&t=100`, { waitUntil: 'networkidle' });
    const [timeout, unsubscribe] = await Promise.all(
      ['timeout', 'unsubscribe'].map((name) => page.getByRole('slider', { name, exact: true }).boundingBox()),
    );
    check(unsubscribe.y + unsubscribe.height <= timeout.y, `${url}: the handles of both lines cover each other`);

    await page.emulateMedia({ forcedColors: 'active' });
    const [handle, behind] = await page.evaluate(() => [
      getComputedStyle(document.querySelector('.pg-handle'), '::after').borderLeftColor,
      getComputedStyle(document.body).backgroundColor,
    ]);
    check(handle !== behind, `${url}: with forced colours no handle is seen`);

    for (const [allowed, words] of Object.entries({ yes: 'copied', no: 'not copied' })) {
      await page.evaluate((answer) => {
        navigator.clipboard.writeText = async () => {
          if (answer === 'no') throw new Error('denied');
        };
      }, allowed);
      for (const name of ['Copy link', 'Copy program']) {
        await page.getByRole('button', { name }).click();
        await page.locator(`button:text-is("${name}") + *`, { hasText: words }).waitFor({ timeout: 10_000 });
      }
    }

    await page.getByRole('slider', { name: 'duration of user' }).press('ArrowRight');
    await page.locator('.VPNavBar a', { hasText: 'Recipes' }).click();
    await page.waitForURL('**/recipes/**');
    await page.waitForTimeout(500); // the address of the playground follows after 300 ms
    check(!page.url().includes('?'), `${url}: it writes its address onto the next page: ${page.url()}`);
    check(errors.length === 0, `${url}: ${errors.join('; ')}`);
  } catch (error) {
    check(false, `${url}: ${error.message}`);
  }
  await page.close();
}

module.exports = { playground };
