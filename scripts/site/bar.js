/* global document */

/** All of the bar at the top is there, and in reach, where it has little room. */
async function bar(browser, url, check) {
  const page = await browser.newPage();
  for (const width of [768, 820, 960, 1024]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(url, { waitUntil: 'networkidle' });
    const ends = new Map(await page.evaluate(rightEdges));
    for (const name of ['Search', 'Playground', 'More', 'extra navigation']) {
      const end = ends.get(name);
      check(end > 0 && end <= width, `${url}, ${width} wide: ${name} ends at ${end}`);
    }
  }
  await page.close();
}

function rightEdges() {
  return Array.from(document.querySelectorAll('.VPNavBar :is(a, button)'), (item) => [
    item.ariaLabel ?? item.innerText.trim(),
    Math.ceil(item.getBoundingClientRect().right),
  ]);
}

module.exports = { bar };
