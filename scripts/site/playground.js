/* global document, getComputedStyle, navigator */

async function playground(browser, url, check) {
  await lines(browser, url, check);
  await byKeys(browser, url, check);
}

/** The playground with both of its lines in the same place, where the browser takes colours away, and when it is left. */
async function lines(browser, url, check) {
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  try {
    await page.goto(`${url}?s=asCompleted&b=user,120&u=100&t=100`, { waitUntil: 'networkidle' });
    const [timeout, unsubscribe] = await Promise.all(
      ['timeout', 'unsubscribe'].map((name) => page.getByRole('slider', { name, exact: true }).boundingBox()),
    );
    check(unsubscribe.y + unsubscribe.height <= timeout.y, `${url}: the handles of both lines cover each other`);

    const keywords = await page.locator('.pg-code .keyword').allTextContents();
    check(keywords.includes('await'), `${url}: the program has no colours: ${keywords}`);

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

/** Thirty bars, by keys alone: their handles are one stop of the Tab key, and the focus is never lost. */
async function byKeys(browser, url, check) {
  const page = await browser.newPage();
  const bars = Array.from({ length: 30 }, (_, index) => `job${index + 1},100`).join('~');
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const focus = () =>
    page.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.textContent.trim().slice(0, 40));
  const isAt = async (expected, after) => {
    let found = await focus();
    for (let tries = 0; found !== expected && tries < 40; tries++) {
      await page.waitForTimeout(50); // the picture is computed
      found = await focus();
    }
    check(found === expected, `${url}: after ${after} the focus is at ${found}, not at ${expected}`);
  };
  const value = (name) => page.getByRole('slider', { name, exact: true }).getAttribute('aria-valuenow');
  try {
    await page.goto(`${url}?s=gather&b=${bars}&u=80`, { waitUntil: 'networkidle' });
    await page.getByRole('button', { name: 'Copy link' }).focus();
    const stops = [];
    for (let at = ''; at !== 'to await' && stops.length < 200; stops.push(at)) {
      await press('Tab');
      at = await focus();
    }
    check(
      stops.join() === 'duration of job1,to await',
      `${url}: Tab stops ${stops.length} times: ${stops.slice(0, 9)}`,
    );

    await press('Shift+Tab', 'ArrowDown', 'ArrowDown');
    await isAt('duration of job2', 'ArrowDown twice');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    check(outline !== 'none', `${url}: the handle that has the focus is not seen to have it`);
    await press('ArrowRight', 'PageUp', 'ArrowLeft', 'ArrowRight');
    check((await value('duration of job2')) === '155', `${url}: keys lead to ${await value('duration of job2')} ms`);
    await press('Home', 'ArrowDown', 'End', 'ArrowUp');
    check((await value('duration of job2')) === '5', `${url}: Home does not lead to the shortest duration`);
    check((await value('cleanup of job2')) === '1000', `${url}: End does not lead to the longest cleanup`);

    await press('Enter');
    await isAt('name of bar 2', 'Enter');
    await press('Control+a', 'x', 'Tab');
    await isAt('how x ends', 'a new name, and Tab');
    await press('Tab');
    await isAt('remove x', 'Tab');
    await press('Escape');
    await isAt('duration of x', 'Escape');
    await press('Enter', 'Tab', 'Tab', 'Enter');
    await isAt('duration of job3', 'the removal of x');
    await press('Delete');
    await isAt('duration of job4', 'Delete');

    for (let line = 0; line < 60; line++) await press('ArrowDown');
    await isAt('unsubscribe', 'ArrowDown sixty times');
    await press('ArrowLeft');
    check((await value('unsubscribe')) === '75', `${url}: ArrowLeft leaves the line where it is`);
    await press('ArrowUp', 'ArrowUp', 'Delete');
    await isAt('duration of job29', 'the removal of the last bar');

    await page.getByRole('button', { name: 'Add a bar' }).focus();
    await press('Enter', 'Enter', 'Enter', 'Enter');
    await isAt('Add a bar', 'the thirtieth bar');
    const durations = page.getByRole('slider', { name: /^duration/ });
    await durations.nth(29).waitFor({ timeout: 10_000 }); // the picture is computed
    await press('Tab', 'Tab');
    check(/^duration of job/.test(await focus()), `${url}: Tab leads from "Copy link" to ${await focus()}`);
    check((await durations.count()) === 30, `${url}: there are not thirty bars`);
  } catch (error) {
    check(false, `${url}: by keys: ${error.message}`);
  }
  await page.close();
}

module.exports = { playground };
