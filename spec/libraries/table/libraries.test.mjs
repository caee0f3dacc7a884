// What a user's libraries do as awaitables: each is fulfilled, fails, and is cancelled in the middle: `npm run test:libraries`.
import { Redis } from 'ioredis';
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { PassThrough, Readable, Writable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, URL } from 'node:url';
import pg from 'pg';
import { Piscina } from 'piscina';
import { chromium } from 'playwright-core';
import { createTask, gather, isCancellation } from 'rx-asyncio/promises';
import postgres from '../../../scripts/postgres.js';
import redis from '../../../scripts/redis.js';
import * as calls from './calls.mjs';
import { startGrpc, startHttp, until } from './servers.mjs';

const fileOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'rx-asyncio-libraries-'));
const file = (name) => path.join(folder, name);

let http, grpc, database, pool, cancelling, store, connection, browser, threads;

before(async () => {
  writeFileSync(file('read.txt'), 'text');
  writeFileSync(file('large.txt'), '');
  truncateSync(file('large.txt'), 256 * 1024 * 1024);
  [http, grpc, database, store, browser] = await Promise.all([
    startHttp(),
    startGrpc(),
    postgres.startPostgres(),
    redis.startRedis(),
    chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    }),
  ]);
  const at = { host: '127.0.0.1', port: database.port, user: 'test', database: 'postgres' };
  [pool, cancelling] = [new pg.Pool({ ...at, max: 5 }), new pg.Pool({ ...at, max: 1 })];
  connection = new Redis(store.port);
  threads = new Piscina({ filename: fileOf('page.mjs'), maxThreads: 2 });
});

after(async () => {
  await Promise.all([threads.destroy(), browser.close(), pool.end(), cancelling.end()]);
  connection.disconnect();
  grpc.stop();
  database.stop();
  await Promise.all([http.stop(), store.stop()]);
  rmSync(folder, { recursive: true });
});

/** Three requests, of which the last is never answered. */
const asking = (call, error, failing = '/missing') => ({
  fulfilled: () => call(`${http.url}/answer`),
  result: 'an answer',
  failing: () => call(http.url + failing),
  error,
  cancelled: () => {
    const { path, isThere } = http.silent();
    return { run: call(http.url + path), isThere };
  },
});

/** Lines without end, of which something is known as long as somebody reads them. */
function endless() {
  let reading = false;
  async function* lines() {
    reading = true;
    try {
      for (;;) {
        yield 'a line\n';
        await sleep(1);
      }
    } finally {
      reading = false;
    }
  }
  return { lines: lines(), isThere: () => reading };
}

const isOpen = (name) =>
  readdirSync('/proc/self/fd').some((each) => {
    try {
      return readlinkSync(`/proc/self/fd/${each}`) === name;
    } catch {
      return false;
    }
  });

const sleepers = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'";

function readline() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const lines = createInterface({ input, output });
  return { input, output, lines };
}

const libraries = {
  fetch: asking(calls.viaFetch, /fetch failed/, '/broken'),
  axios: asking(calls.viaAxios, /status code 404/),
  got: asking(calls.viaGot, /404/),
  ky: asking(calls.viaKy, /404/),
  undici: asking(calls.viaUndici, /other side closed/, '/broken'),
  execa: asking((url) => calls.withExeca(fileOf('program.mjs'), url), /404 Not Found/),
  piscina: asking((url) => calls.withPiscina(threads, url), /404 Not Found/),
  worker_threads: asking((url) => calls.withWorker(fileOf('thread.mjs'), url), /404 Not Found/),
  'playwright-core': asking((url) => calls.inPage(browser, url), /ERR_EMPTY_RESPONSE/, '/broken'),

  pg: {
    fulfilled: () => calls.viaPostgres(pool, cancelling, 'SELECT $1::text AS answer', ['an answer']),
    result: [{ answer: 'an answer' }],
    failing: () => calls.viaPostgres(pool, cancelling, 'SELECT nothing'),
    error: /column "nothing" does not exist/,
    // More than there are connections.
    cancelled: () => {
      const sleeping = Array.from({ length: 8 }, () => calls.viaPostgres(pool, cancelling, 'SELECT pg_sleep(60)'));
      const running = async () => (await cancelling.query(sleepers)).rowCount;
      return {
        run: (context) => gather(sleeping, context),
        hasBegun: async () => (await running()) === 5,
        isThere: async () => (await running()) > 0,
      };
    },
  },
  ioredis: {
    fulfilled: () => calls.viaRedis(connection, (redis) => redis.ping()),
    result: 'PONG',
    failing: () => calls.viaRedis(connection, (redis) => redis.call('nonsense')),
    error: /unknown command/,
    cancelled: () => ({
      run: calls.viaRedis(connection, (redis) => redis.blpop('empty', 0)),
      isThere: async () => /cmd=blpop/.test(await connection.client('LIST')),
    }),
  },
  '@grpc/grpc-js': {
    fulfilled: () => calls.viaGrpc(grpc.client, 'answer', 'page'),
    result: 'page answered',
    failing: () => calls.viaGrpc(grpc.client, 'fail', 'page'),
    error: /no such page/,
    cancelled: () => ({ run: calls.viaGrpc(grpc.client, 'hold', 'page'), isThere: grpc.isThere }),
  },

  'node:fs, reading': {
    fulfilled: () => calls.reading(file('read.txt')),
    result: 'text',
    failing: () => calls.reading(file('missing.txt')),
    error: /ENOENT/,
    cancelled: () => ({ run: calls.reading(file('large.txt')), isThere: () => isOpen(file('large.txt')) }),
  },
  'node:fs, writing': {
    fulfilled: () => calls.writing(file('written.txt'), Readable.from(['one', 'two'])),
    result: undefined,
    failing: () => calls.writing(file('missing/written.txt'), ['one']),
    error: /ENOENT/,
    cancelled: () => {
      const { lines, isThere } = endless();
      const name = file('endless.txt');
      return { run: calls.writing(name, lines), isThere: () => isThere() || isOpen(name) };
    },
  },
  'node:stream': {
    fulfilled: () => calls.piping(Readable.from(['one']), new PassThrough().resume()),
    result: undefined,
    failing: () =>
      calls.piping(Readable.from(['one']), new Writable({ write: (_, __, done) => done(new Error('full')) })),
    error: /full/,
    cancelled: () => {
      const { lines, isThere } = endless();
      const target = new PassThrough().resume();
      return { run: calls.piping(lines, target), isThere: () => isThere() || !target.destroyed };
    },
  },
  'node:readline': {
    fulfilled: () => (context) => {
      const { input, lines } = readline();
      const answer = calls.asking(lines, 'Who? ')(context);
      input.write('Ada\n');
      return answer;
    },
    result: 'Ada',
    failing: () => {
      const { lines } = readline();
      lines.close();
      return calls.asking(lines, 'Who? ');
    },
    error: /readline was closed/,
    cancelled: () => {
      const { input, output, lines } = readline();
      let asked = false;
      output.once('data', () => (asked = true));
      let heard = false;
      lines.on('line', () => (heard = true));
      // Whoever asks keeps a line from those that listen: once nobody does, they hear it.
      const isThere = async () => {
        input.write('a line\n');
        await sleep(5);
        return !heard;
      };
      return { run: calls.asking(lines, 'Who? '), hasBegun: () => asked, isThere };
    },
  },
};

const inTime = { timeout: 60_000 };

for (const [name, { fulfilled, result, failing, error, cancelled }] of Object.entries(libraries)) {
  describe(name, () => {
    it('is fulfilled', inTime, async () => {
      const task = createTask(fulfilled());
      assert.deepEqual(await quiet(() => task), result);
      assert.equal(task.status, 'fulfilled');
    });

    it('fails', inTime, async () => {
      const task = createTask(failing());
      const failure = await quiet(() => task.then(assert.fail, (reason) => reason));
      assert.match(failure.message, error);
      assert.equal(task.status, 'rejected');
      assert.equal(isCancellation(failure), false);
    });

    it('is cancelled in the middle, and gone', inTime, async () => {
      const { run, isThere, hasBegun = isThere } = cancelled();
      const task = createTask(run);
      await quiet(async () => {
        await until(hasBegun, 'it has begun');
        task.cancel();
        await task.catch(() => {});
        await until(async () => !(await isThere()), 'it is gone');
      });
      assert.equal(task.status, 'cancelled', String(task.status === 'rejected' && task.exception()));
    });
  });
}

/** Nothing may be told on the console meanwhile. What nobody handles fails a test by itself. */
async function quiet(run) {
  const { error } = console;
  const told = [];
  console.error = (...parameters) => told.push(parameters);
  try {
    const result = await run();
    await sleep(0);
    assert.deepEqual(told, []);
    return result;
  } finally {
    console.error = error;
  }
}
