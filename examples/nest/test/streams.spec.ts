import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { after, before, describe, it } from 'node:test';
import { Controller, Get, Param, Res, StreamableFile } from '@nestjs/common';
import { RequestSignal } from '../src/requests/request-signal.js';
import { RequestsInterceptor } from '../src/requests/requests.interceptor.js';
import { App } from './app.js';
import { when } from './when.js';

/** Answers with ten parts, a while after each other; with `/endless` for as long as somebody listens. */
const upstream = createServer((request, response) => {
  let parts = 0;
  const timer = setInterval(() => {
    response.write('part');
    if (++parts === 10 && request.url !== '/endless') response.end();
  }, 5);
  response.once('close', () => {
    clearInterval(timer);
    if (!response.writableFinished) left++;
  });
});
let address = '';
let left = 0;

const get = (path: string, signal: AbortSignal) => fetch(`${address}/${path}`, { signal });

/** Handlers that are done before their answer is. */
@Controller(':path')
class Streams {
  @Get('response')
  response(@Param('path') path: string, @RequestSignal() signal: AbortSignal): Promise<Response> {
    return get(path, signal);
  }

  @Get('file')
  async file(@Param('path') path: string, @RequestSignal() signal: AbortSignal): Promise<StreamableFile> {
    const { body } = await get(path, signal);
    return new StreamableFile(Readable.fromWeb(body as ReadableStream));
  }

  @Get('sent')
  sent(@Param('path') path: string, @RequestSignal() signal: AbortSignal, @Res() response: ServerResponse): void {
    void get(path, signal)
      .then(({ body }) => pipeline(body as ReadableStream, response, { signal }))
      .catch(() => response.destroy());
  }
}

describe('an answer that is streamed', { timeout: 60_000 }, () => {
  let app: App;

  before(async () => {
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    address = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
    app = await App.listen({ controllers: [Streams] });
  });

  after(async () => {
    await app.close();
    upstream.close();
  });

  for (const path of ['response', 'file', 'sent']) {
    it(`arrives whole: ${path}`, async () => {
      const response = await app.request(`short/${path}`);
      assert.deepEqual([response.status, await response.text()], [200, 'part'.repeat(10)]);
    });

    it(`ends when its client leaves: ${path}`, async () => {
      const before = left;
      const client = new AbortController();
      const { body, status } = await app.request(`endless/${path}`, { signal: client.signal });
      assert.equal(status, 200);
      await body?.getReader().read();
      client.abort();
      await when(() => left > before);
    });
  }

  it('is nothing to log, whether it was read or left', () => {
    assert.deepEqual(app.log, []);
  });

  it('ends when the server stops', async () => {
    const stopped = await App.listen({ controllers: [Streams] });
    const before = left;
    const response = await stopped.request('endless/response');
    assert.equal(response.status, 200);
    const start = performance.now();
    await Promise.all([stopped.nest.close(), assert.rejects(response.text())]);
    assert.equal(left - before, 1);
    assert.ok(performance.now() - start < RequestsInterceptor.grace);
  });
});
