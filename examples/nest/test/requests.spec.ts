import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Counts, Server } from './server.js';

describe('requests', { timeout: 60_000 }, () => {
  let server: Server;
  let counts: Counts;

  before(async () => {
    server = await Server.start();
  });

  beforeEach(async () => {
    counts = await server.countsWhen(({ open }) => open === 0);
  });

  it('answers with what an Observable gives', async () => {
    assert.deepEqual(await server.json('offers/tea'), [
      { shop: 'Ali', price: 3 },
      { shop: 'Bea', price: 4 },
      { shop: 'Cem', price: 5 },
    ]);
  });

  it('answers with what a facade gives', async () => {
    assert.deepEqual(await server.json('best/tea'), { shop: 'Ali', price: 3 });
  });

  it('answers with what a task group gives', async () => {
    const response = await server.request('orders/tea', { method: 'POST' });
    assert.equal(response.status, 201);
    assert.equal(((await response.json()) as unknown[]).length, 3);
  });

  it('sends each result as an event', async () => {
    const events = await (await server.request('live/tea')).text();
    assert.deepEqual(events.match(/"shop":"\w+"/g), ['"shop":"Ali"', '"shop":"Bea"', '"shop":"Cem"']);
  });

  it('sends each result as a line', async () => {
    const lines = await (await server.request('lines/tea')).text();
    assert.deepEqual(lines.match(/"shop":"\w+"/g), ['"shop":"Ali"', '"shop":"Bea"', '"shop":"Cem"']);
  });

  for (const path of ['offers/slow', 'best/slow', 'live/slow', 'lines/slow']) {
    it(`cancels ${path} when its client leaves`, async () => {
      const client = new AbortController();
      const answer = server.request(path, { signal: client.signal }).then((response) => response.text());
      await server.countsWhen(({ open }) => open === 3);
      client.abort();
      await assert.rejects(answer, { name: 'AbortError' });
      const then = await server.countsWhen(({ open }) => open === 0);
      assert.equal(then.cancelled - counts.cancelled, 3);
    });
  }

  it('keeps the status of a failure that has one', async () => {
    const response = await server.request('offers/unknown');
    assert.equal(response.status, 404);
    assert.equal(((await response.json()) as Error).message, 'Ali does not know it');
  });

  it('answers with the highest status of a group, and with all messages', async () => {
    const response = await server.request('orders/mixed', { method: 'POST' });
    assert.deepEqual(await response.json(), {
      statusCode: 502,
      message: ['Ali is closed', 'Bea does not know it', 'Cem does not know it'],
      error: 'Bad Gateway',
    });
  });

  for (const path of ['quick/slow', 'within/slow']) {
    it(`answers ${path} with 504 at the timeout, once all is given back`, async () => {
      const response = await server.request(path);
      assert.equal(response.status, 504);
      const then = await server.counts();
      assert.deepEqual([then.cancelled - counts.cancelled, then.open], [3, 0]);
    });
  }

  it('aborts the signal of a handler that an interceptor has given up, though only after the answer', async () => {
    const response = await server.request('late/slow');
    assert.equal(response.status, 504);
    const then = await server.countsWhen(({ open }) => open === 0);
    assert.equal(then.cancelled - counts.cancelled, 3);
  });

  for (const path of ['offers/faulty', 'best/faulty', 'live/faulty']) {
    it(`logs that the cleanup of ${path} has failed, which no client hears`, async () => {
      const client = new AbortController();
      const answer = server.request(path, { signal: client.signal }).then((response) => response.text());
      await server.countsWhen(({ open }) => open === 3);
      const before = server.log.length;
      client.abort();
      await assert.rejects(answer, { name: 'AbortError' });
      while (!server.log.slice(before).includes('Error: the connection cannot be given back')) await sleep(5);
    });
  }

  it('tells a client nothing of a failure that is not meant for it, but the log', async () => {
    const response = await server.request('orders/broken', { method: 'POST' });
    assert.deepEqual(await response.json(), { statusCode: 500, message: 'Internal server error' });
  });

  it('has logged those failures, and nothing else', async () => {
    await server.stop();
    const entries = server.log.split('[Nest]').slice(1);
    const [failure, shops, ...others] = entries.filter((entry) => !entry.includes('cannot be given back'));
    assert.equal(entries.length - 2, 3);
    assert.match(failure ?? '', /3 of 3 tasks failed: Ali: out of memory/);
    assert.match(shops ?? '', /Shops/);
    assert.deepEqual(others, []);
  });
});
