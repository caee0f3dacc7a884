import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RequestsInterceptor } from '../src/requests/requests.interceptor.js';
import { Server } from './server.js';

// What runs would take a minute.
const { grace } = RequestsInterceptor;

describe('shutdown', { timeout: 60_000 }, () => {
  it('cancels what runs, waits for its cleanup, and answers 503', async () => {
    const server = await Server.start();
    const answers = ['offers/slow', 'best/slow', 'offers/slow'].map((path) => server.request(path));
    await server.countsWhen(({ open }) => open === 9);

    const { endedBy, took } = await server.stop();

    for (const answer of answers) assert.equal((await answer).status, 503);
    assert.equal(endedBy, 'SIGTERM');
    assert.match(server.log, /9 cancelled, 0 open/);
    assert.ok(took < grace, `it took ${Math.round(took)} ms`);
  });

  it('ends a stream of events', async () => {
    const server = await Server.start();
    const response = await server.request('live/slow');
    await server.countsWhen(({ open }) => open === 3);

    const { took } = await server.stop();

    assert.match(await response.text(), /event: error\n.*data: The server is shutting down/s);
    assert.match(server.log, /3 cancelled, 0 open/);
    assert.ok(took < grace, `it took ${Math.round(took)} ms`);
  });
});
