/* global document, setTimeout */

/** All of the bar at the top is there, and in reach, where it has little room; its button changes the colours at once. */
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
  await page.setViewportSize({ width: 1280, height: 800 });
  const switched = await page.evaluate(switchColours);
  check(switched === 'dark, 0 fading', `${url}: its colours do not change at once: ${switched}`);
  await page.close();
}

async function switchColours() {
  document.querySelector('.VPNavBarAppearance button').click();
  await new Promise((resolve) => setTimeout(resolve));
  // But for those of the button itself.
  const fading = document.getAnimations().filter(({ transitionProperty, effect }) => {
    return /color/.test(transitionProperty) && effect.target.closest('.VPSwitch') === null;
  });
  return `${document.documentElement.className}, ${fading.length} fading`;
}

function rightEdges() {
  return Array.from(document.querySelectorAll('.VPNavBar :is(a, button)'), (item) => [
    item.ariaLabel ?? item.innerText.trim(),
    Math.ceil(item.getBoundingClientRect().right),
  ]);
}

module.exports = { bar };
