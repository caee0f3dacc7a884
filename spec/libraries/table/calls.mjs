// Each library as a coroutine function. docs/libraries.md quotes them.
import axios from 'axios';
import { execa } from 'execa';
import got from 'got';
import ky from 'ky';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Worker } from 'node:worker_threads';
import * as undici from 'undici';

// With a signal.

export const viaFetch = (url) => (context) => fetch(url, context).then((response) => response.text());

export const viaAxios = (url) => (context) => axios.get(url, context).then(({ data }) => data);

export const viaGot = (url) => (context) => got(url, context).text();

export const viaKy = (url) => (context) => ky(url, context).text();

export const viaUndici = (url) => (context) => undici.request(url, context).then(({ body }) => body.text());

export const withExeca =
  (...command) =>
  ({ signal }) =>
    execa('node', command, { cancelSignal: signal }).then(({ stdout }) => stdout);

export const withPiscina = (pool, job) => (context) => pool.run(job, context);

export const reading = (file) => (context) => readFile(file, { ...context, encoding: 'utf8' });

export const writing = (file, lines) => (context) => writeFile(file, lines, context);

export const piping = (source, target) => (context) => pipeline(source, target, context);

export const asking = (readline, question) => (context) => readline.question(question, context);

/** A page that gives up goes on loading: it is gone when it is closed. */
export const inPage = (browser, url) => async (context) => {
  const page = await browser.newPage();
  try {
    return await page.goto(url, context).then((response) => response.text());
  } finally {
    await page.close();
  }
};

// Without.

export const withWorker =
  (file, workerData) =>
  async ({ signal }) => {
    const worker = new Worker(file, { workerData });
    try {
      const [message] = await once(worker, 'message', { signal });
      return message;
    } finally {
      await worker.terminate();
    }
  };

/** Another pool cancels: of the first, all connections may be busy. */
export const viaPostgres =
  (pool, cancelling, text, values) =>
  async ({ signal }) => {
    const client = await pool.connect();
    let cancelled;
    const cancel = () => {
      cancelled = cancelling.query('SELECT pg_cancel_backend($1)', [client.processID]);
    };
    signal.addEventListener('abort', cancel);
    try {
      signal.throwIfAborted();
      return (await client.query(text, values)).rows;
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', cancel);
      // Only then no cancellation can hit the next query.
      await cancelled;
      client.release();
    }
  };

/** A connection of its own, since a command that blocks is ended with its connection. */
export const viaRedis =
  (redis, command) =>
  async ({ signal }) => {
    const connection = redis.duplicate();
    const cancel = () => connection.disconnect();
    signal.addEventListener('abort', cancel);
    try {
      return await command(connection);
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      connection.disconnect();
    }
  };

export const viaGrpc =
  (client, method, request) =>
  ({ signal }) =>
    new Promise((resolve, reject) => {
      const call = client[method](request, (error, answer) => {
        if (error === null) resolve(answer);
        else reject(signal.aborted ? signal.reason : error);
      });
      signal.addEventListener('abort', () => call.cancel());
    });
