/* global document, getComputedStyle */

/** What each of these prints, or fails with. */
const programs = [
  ["console.log('%s is', 'a', -0, /b/)", 'a is -0 /b/'],
  [
    "import { createTask } from 'rx-asyncio'; console.log(createTask(async () => 1, { name: 'one' }))",
    "Task { name: 'one', status: 'pending' }",
  ],
  [
    `import { gather } from 'rx-asyncio/promises';
const untidy = async ({ signal }) => {
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  throw new Error('second');
};
await gather([untidy, async () => { throw new Error('first'); }]).catch(console.log)`,
    '[Error: first] { Symbol(suppressed): [ [Error: second] ] }',
  ],
  ["setTimeout(() => { throw new Error('late'); })", 'Uncaught [Error: late]'],
  ["import { gathr } from 'rx-asyncio'; gathr([])", 'Uncaught [SyntaxError: rx-asyncio has no export gathr]'],
  ["{ using x = { [Symbol.dispose]: () => console.log('closed') }; } using y = null;", 'closed'],
  ['const a = ;', 'Uncaught [SyntaxError: Unexpected token (1:11)]'],
  ['for (const n of [1]) { const f = () => () => ({ n }); console.log(f()()) }', '{ n: 1 }'],
  ['for (const n of [1, 2]) (() => console.log(n))()', '1\n2'],
  ['let f; for (const n of [1]) f = async () => n\nconsole.log(await f())', '1'],
  [
    'class A { #x = 1; constructor() { this.y = 2; } get x() { return this.#x; } } const { x, y } = new A(); console.log(x, y)',
    '1 2',
  ],
  ['for (const n of [1, 2]) (() => console.log(n))()', '1\n2'],
  ['let f; for (const n of [1]) f = () => () => ({ n })\nconsole.log(f()())', '{ n: 1 }'],
  ['class A { #x = 1; constructor() { this.y = 2; } get x() { return this.#x; } } console.log(new A().x)', '1'],
  ['let sum = 0; for (const n of [1, 2]) for (let i = 0; i < n; i++) sum += n; console.log(sum)', '5'],
];

/** What each of these prints comes a second after it was asked for, by no timer of the program. */
const late = [
  ["fetch('/slow').then((response) => response.text()).then(console.log)", 'an answer'],
  ['const body = slow(); (async () => { for await (const piece of body) console.log(piece); })()', 'a piece'],
  ['slow().pipeTo(new WritableStream({ write: (piece) => console.log(piece) }))', 'a piece'],
  ["new WebSocket('ws://localhost/slow').onmessage = ({ data }) => console.log(data)", 'a message'],
];
const slow = `const slow = () =>
  new ReadableStream({
    pull: (to) => new Promise((resolve) => parent.setTimeout(() => resolve(to.enqueue('a piece'), to.close()), 1000)),
  });
`;

/** What never lets go of the page. */
const endless = [
  'while (true);',
  "while (true) console.log('again')",
  "import { range } from 'rxjs'; range(0, Infinity).subscribe()",
  "import { range } from 'rxjs'; import { gather } from 'rx-asyncio'; gather([range(0, Infinity)]).subscribe()",
  'while (true) await null',
  'const f = () => queueMicrotask(f); f()',
  'const f = () => Promise.resolve().then(f); f()',
  'const f = async () => { await null; return f(); }; f()',
  'const o = { then(resolve) { resolve(o); } }; await o',
  "import { asapScheduler, of, repeat } from 'rxjs'; of(1, asapScheduler).pipe(repeat()).subscribe()",
];

/** What a reader makes of a program: edited, run, stopped, and kept. */
async function runs(browser, url, check) {
  const page = await browser.newPage();
  const block = page.locator('.run-block').first();
  const button = (name) => block.getByRole('button', { name });
  const text = block.locator('.cm-content');
  const told = (state) => block.locator('.run-state', { hasText: state }).waitFor({ timeout: 20_000 });
  const hasFocus = (name) => button(name).evaluate((element) => element === document.activeElement);
  try {
    await page.goto(url, { waitUntil: 'networkidle' });
    await button('Edit').click();
    for (const [program, expected] of programs) {
      await run(program);
      await told('has ended');
      const output = await printed();
      check(output === expected, `${url}: ${program} prints\n${output}\n  in place of\n${expected}`);
    }
    await page.route('**/slow', async (route) => {
      await page.waitForTimeout(1000);
      await route.fulfill({ body: 'an answer' });
    });
    await page.routeWebSocket('**/slow', async (socket) => {
      await page.waitForTimeout(1000);
      socket.send('a message');
      await socket.close();
    });
    for (const [program, expected] of late) {
      await run(slow + program);
      await told('has ended');
      check((await printed()) === expected, `${url}: it is said to have ended while this is still to come: ${program}`);
    }

    await run("import { interval } from 'rxjs'; interval(10).subscribe(console.log)");
    await block.locator('.run-output', { hasText: '9' }).waitFor({ timeout: 20_000 });
    await told('running');
    await button('Stop').click();
    await told('stopped');
    check(await hasFocus('Run'), `${url}: Stop takes the focus with it`);

    const light = await background();
    await page.locator('.VPSwitchAppearance').first().click();
    check((await background()) !== light, `${url}: the editor stays light`);

    for (const program of endless) {
      await run('');
      await told('has ended');
      await run(program);
      await block.locator('.run-output', { hasText: 'A loop has run for' }).waitFor({ timeout: 20_000 });
    }
    await page.reload({ waitUntil: 'networkidle' });
    check((await text.innerText()) === endless.at(-1), `${url}: what was edited is lost when the page is loaded again`);
    await button('Reset').click();
    check(await hasFocus('Run'), `${url}: Reset takes the focus with it`);
    await page.reload({ waitUntil: 'networkidle' });
    check((await text.count()) === 0, `${url}: what was edited is there after Reset`);

    await page.route('**/sandbox.js', (route) => route.abort());
    await button('Run').click();
    await told('stopped');
    check(await block.locator('.run-failure').isVisible(), `${url}: it does not say that nothing can run`);
  } catch (error) {
    check(false, `${url}: a program: ${error.message}`);
  }
  await page.close();

  async function printed() {
    return (await block.locator('.run-output').innerText()).trim();
  }

  async function run(program) {
    await text.fill(program);
    await button('Run').click();
  }

  function background() {
    return block.locator('.cm-editor').evaluate((element) => getComputedStyle(element).backgroundColor);
  }
}

module.exports = { runs };
