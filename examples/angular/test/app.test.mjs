// Uses the built application as a person would, in a headless Chromium: `npm run test:angular` of the package.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { serve } from '../server.mjs';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const pictures = process.env.PICTURES;

for (const build of ['zoneless', 'zone']) {
  describe(build, { timeout: 300_000 }, () => {
    let browser, page, backend, printed;

    before(async () => {
      browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
    });

    after(() => browser.close());

    afterEach(async () => {
      await page.close();
      backend.server.closeAllConnections();
      backend.server.close();
    });

    async function open(name, ...held) {
      backend = await serve(path.join(import.meta.dirname, '../dist', build));
      for (const each of held) backend.held.add(`/api/${each}`);
      printed = [];
      page = await browser.newPage({ viewport: { width: 900, height: 820 } });
      page.on('console', (message) => {
        // What the browser itself says of an answer such as 503.
        if (!message.text().startsWith('Failed to load resource')) printed.push(message.text());
      });
      page.on('pageerror', (error) => printed.push(String(error)));
      await page.goto(`${backend.address}/${name.toLowerCase()}`);
      await page.getByRole('heading', { name }).waitFor();
      assert.equal(await page.evaluate(() => 'Zone' in globalThis), build === 'zone');
    }

    const click = (name) => page.getByRole('button', { name, exact: true }).click();
    const shows = (text) => page.getByText(text, { exact: true }).first().waitFor({ timeout: 60_000 });
    const states = (state) => page.locator(`li[data-state="${state}"]`).count();

    /** Until the server says so. */
    async function until(reached) {
      for (let tries = 0; tries < 400 && !reached(backend.counts); tries++) await sleep(25);
      assert.ok(reached(backend.counts), JSON.stringify(backend.counts));
    }

    async function picture(name) {
      if (pictures === undefined || build !== 'zoneless') return;
      for (const [look, colorScheme, width] of [
        ['', 'light', 900],
        ['-small', 'light', 390],
        ['-dark', 'dark', 900],
      ]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 820 });
        await page.screenshot({ path: path.join(pictures, `${name}${look}.png`) });
      }
    }

    const release = () => backend.held.clear();

    it('loads a few at a time, shows which one failed, and loads that again', async () => {
      await open('Downloads', 'files/breeze.jpg', 'files/dune.jpg', 'files/echo.jpg');
      await shows('8 files to load, at most 3 at a time');
      await picture('downloads-idle');
      await click('Start');
      await until(({ started }) => started === 5);
      await shows('1 of 8 done, at most 3 at a time');
      assert.deepEqual([await states('loading'), await states('failed')], [3, 1]);
      await picture('downloads-loading');
      release();

      await shows('7 of 8 done, 1 failed');
      await picture('downloads-failed');
      await shows('Service Unavailable');
      assert.deepEqual([backend.counts.started, backend.counts.most, backend.counts.aborted], [8, 3, 0]);

      await page.request.post(`${backend.address}/api/mend`);
      await click('Load the rest');
      await shows('All 8 are here');
      assert.deepEqual([backend.counts.started, await states('done')], [9, 8]);
      assert.deepEqual(printed, []);
    });

    it('cancels: the server sees the aborts, what is done stays, and the rest can be loaded', async () => {
      await open('Downloads', 'files/breeze.jpg', 'files/dune.jpg');
      await shows('8 files to load, at most 3 at a time');
      const limit = page.getByLabel('Limit');
      await limit.fill('2');
      await limit.blur();
      await click('Start');
      await until(({ started }) => started === 4);
      await shows('1 of 8 done, at most 2 at a time');
      await click('Cancel');
      await until(({ open, aborted }) => open === 0 && aborted === 2);
      await shows('1 of 8 done, 1 failed, 2 cancelled');
      await picture('downloads-cancelled');
      assert.deepEqual([await states('cancelled'), await states('done'), await states('failed')], [2, 1, 1]);
      assert.equal(backend.counts.started, 4);

      release();
      await click('Load the rest');
      await shows('7 of 8 done, 1 failed');
      assert.deepEqual(printed, []);
    });

    it('cancels what a page has started when that is left', async () => {
      await open('Downloads', 'files/aurora.jpg', 'files/breeze.jpg', 'files/dune.jpg');
      await shows('8 files to load, at most 3 at a time');
      await click('Start');
      await until(({ open, started }) => open === 3 && started === 4);
      await page.getByRole('link', { name: 'Booking' }).click();
      await until(({ open, aborted }) => open === 0 && aborted === 3);
      assert.deepEqual(printed, []);
    });

    it('shows each offer as it is there, and which shop has none', async () => {
      await open('Offers', 'offers/Tea/Ali', 'offers/Tea/Cem');
      await shows('Waiting for 2 of 4 shops');
      await picture('offers-loading');
      release();
      await shows('All shops have answered');
      await picture('offers-failed');
      const cards = await page.locator('.cards .name').allTextContents();
      assert.deepEqual(cards, ['Bea', 'Dot', 'Ali', 'Cem']);
      assert.equal(await page.locator('.cards .none').count(), 1);
      await shows('Tea takes 4 days as a letter, 2 as a parcel.');
      assert.deepEqual(printed, []);
    });

    it('cancels what is asked about one article when another is chosen, or the page is left', async () => {
      const asked = [
        'offers/Tea/Ali',
        'offers/Tea/Bea',
        'offers/Tea/Cem',
        'offers/Tea/Dot',
        'delivery/Tea/letter',
        'delivery/Tea/parcel',
      ];
      await open('Offers', ...asked);
      await until(({ open }) => open === 6);
      await click('Cocoa');
      await until(({ aborted }) => aborted === 6);
      await shows('All shops have answered');
      await shows('Cocoa takes 4 days as a letter, 2 as a parcel.');
      assert.equal(backend.counts.started, 12);
      await click('Tea');
      await until(({ open }) => open === 6);
      await page.getByRole('link', { name: 'Booking' }).click();
      await until(({ open, aborted }) => open === 0 && aborted === 12);
      assert.deepEqual(printed, []);
    });

    it('books', async () => {
      await open('Booking');
      await picture('booking-idle');
      await page.request.post(`${backend.address}/api/mend`);
      await click('Book a seat');
      await shows('Seat 1 is yours.');
      assert.deepEqual([backend.counts.held, backend.counts.paid], [1, 1]);
      assert.deepEqual(printed, []);
    });

    it('is cancelled only once the seat is given back', async () => {
      await open('Booking', 'seats/1/payment', 'seats/1');
      await click('Book a seat');
      await shows('Paying for seat 1 …');
      await picture('booking-loading');
      await click('Cancel');
      await shows('Giving seat 1 back …');
      await picture('booking-cancelling');
      assert.equal(backend.counts.held, 1);
      release();
      await shows('The seat was given back.');
      assert.deepEqual([backend.counts.held, backend.counts.paid, backend.counts.aborted], [0, 0, 1]);
      await picture('booking-cancelled');
      assert.deepEqual(printed, []);
    });

    it('gives the seat back where the payment fails, and where the page is left', async () => {
      await open('Booking', 'seats/2/payment');
      await click('Book a seat');
      await shows('The payment was refused. The seat was given back.');
      await picture('booking-failed');
      assert.equal(backend.counts.held, 0);

      await click('Book another');
      await shows('Paying for seat 2 …');
      await page.getByRole('link', { name: 'Offers' }).click();
      await until(({ held }) => held === 0);
      assert.equal(backend.counts.paid, 0);
      assert.deepEqual(printed, []);
    });
  });
}
