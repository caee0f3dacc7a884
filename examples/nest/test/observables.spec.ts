import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, type MessageEvent, Sse } from '@nestjs/common';
import { finalize, interval, map, NEVER, type Observable } from 'rxjs';
import { RequestSignal } from '../src/requests/request-signal.js';
import { RequestsInterceptor } from '../src/requests/requests.interceptor.js';
import { Within } from '../src/requests/within.js';
import { App } from './app.js';
import { when } from './when.js';

let running = 0;

/** Counts who is subscribed to it, and emits as `source` does. Its cleanup is over at once. */
function counted<T>(source: Observable<T>): Observable<T> {
  running++;
  return source.pipe(finalize(() => running--));
}

const ticks = (): Observable<MessageEvent> => counted(interval(10).pipe(map((n) => ({ data: String(n) }))));
const quiet = (): Observable<never> => counted(NEVER);

/** Their handlers take the signal, for what they await first, and give an Observable all the same. */
@Controller()
class Observables {
  @Sse('ticks')
  ticks(): Observable<MessageEvent> {
    return ticks();
  }

  @Sse('ticks/signal')
  async ticksAfter(@RequestSignal() signal: AbortSignal): Promise<Observable<MessageEvent>> {
    await sleep(5, undefined, { signal });
    return ticks();
  }

  @Sse('quiet/signal')
  async quietAfter(@RequestSignal() signal: AbortSignal): Promise<Observable<MessageEvent>> {
    await sleep(5, undefined, { signal });
    return quiet();
  }

  @Get('answer/signal')
  answer(@RequestSignal() _: AbortSignal): Observable<string> {
    return quiet();
  }

  @Sse('within/signal')
  @Within(100)
  within(@RequestSignal() _: AbortSignal): Observable<never> {
    return quiet();
  }
}

describe('an Observable', { timeout: 60_000 }, () => {
  let app: App;

  beforeEach(async () => {
    app = await App.listen({ controllers: [Observables] });
  });

  afterEach(async () => {
    await app.close();
  });

  for (const path of ['ticks', 'ticks/signal', 'quiet/signal', 'answer/signal']) {
    it(`is unsubscribed when its client leaves, and nothing is logged: ${path}`, async () => {
      await app.leaveWhen(() => running > 0, path);
      await when(() => running === 0);
      await sleep(20);
      assert.deepEqual(app.log, []);
    });
  }

  it('of events is unsubscribed at the timeout, though its handler has taken the signal', async () => {
    const response = await app.request('within/signal');
    assert.match(await response.text(), /event: error\n.*data: Gateway Timeout/s);
    assert.equal(running, 0);
  });

  it('of events is unsubscribed when the server stops, though its handler has taken the signal', async () => {
    const response = await app.request('quiet/signal');
    await when(() => running > 0);
    await Promise.all([app.nest.close(), response.text()]);
    assert.equal(running, 0);
    assert.deepEqual(app.log, []);
  });

  it('that is an answer is then waited for, as a Promise would be, but not for ever', async (t) => {
    const { grace } = RequestsInterceptor;
    RequestsInterceptor.grace = 100;
    t.after(() => {
      RequestsInterceptor.grace = grace;
    });
    const answer = app.request('answer/signal');
    await when(() => running > 0);
    const [{ status }] = await Promise.all([answer, app.nest.close()]);
    assert.equal(status, 503);
    assert.equal(running, 0);
    assert.deepEqual(app.log, ['GET /answer/signal did not end in time']);
  });
});
