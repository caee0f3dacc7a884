/** From the start page to "cancel a download and be sure that it is gone": what is clicked, and what is read there. */
const all = {
  'from asyncio': [
    ['From asyncio', 'has started itself it cancels, and waits for'],
    ['Word by word', 'asyncio.wait_for'],
  ],
  'from nothing': [['Get started'], ['To cancel a download', 'when the TimeoutError is there']],
  'from Angular': [
    ['Get started'],
    ['At home in'],
    ['Angular', 'Cancelling, or leaving the page, aborts the requests that run'],
  ],
};

async function walks(browser, origin, check) {
  for (const [name, clicks] of Object.entries(all)) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${origin}/index.html`);
    try {
      for (const [click, read] of clicks) {
        const clickable = page.locator('a, button, [role=button]', { hasText: click }).locator('visible=true');
        await clickable.first().click({ timeout: 10_000 });
        if (read) await page.locator('main', { hasText: read }).waitFor({ timeout: 10_000 });
      }
      check(clicks.length <= 4, name);
    } catch (error) {
      check(false, `the walk ${name}: ${error.message}`);
    }
    await page.close();
  }
}

module.exports = { walks };
