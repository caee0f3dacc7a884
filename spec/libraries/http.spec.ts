import { once } from 'node:events';
import http from 'node:http';
import type { CoroutineContext } from 'rx-asyncio/promises';
import { isCancelledMidway, type Operation } from '../support/cancelled-midway';
import { deferred } from '../support/deferred';
import { library } from '../support/library';
import { SilentServer } from '../support/silent-server';

const server = new SilentServer();
beforeAll(() => server.listen());
afterAll(() => server.close());

describe('while nothing is answered', () => {
  isCancelledMidway('fetch', () => {
    const { url, ...visit } = server.visit();
    return { ...visit, run: (context) => fetch(url, context) };
  });

  isCancelledMidway('get of node:http', () => {
    const { url, ...visit } = server.visit();
    return { ...visit, run: (context) => once(http.get(url, context), 'response') };
  });

  isCancelledMidway('fetch of undici', async () => {
    const { fetch } = await library('undici');
    const { url, ...visit } = server.visit();
    return { ...visit, run: (context) => fetch(url, context) };
  });

  isCancelledMidway('request of undici', async () => {
    const { request } = await library('undici');
    const { url, ...visit } = server.visit();
    return { ...visit, run: (context) => request(url, context) };
  });

  isCancelledMidway('axios', async () => {
    const { default: axios } = await library('axios');
    const { url, ...visit } = server.visit();
    return { ...visit, run: (context) => axios.get(url, context) };
  });

  isCancelledMidway('axios through fetch', async () => {
    const { default: axios } = await library('axios');
    const { url, ...visit } = server.visit();
    return { ...visit, run: (context) => axios.get(url, { ...context, adapter: 'fetch' }) };
  });

  isCancelledMidway('got', async () => {
    const { default: got } = await library('got');
    const { url, ...visit } = server.visit();
    return { ...visit, run: (context) => got.get(url, context) };
  });

  isCancelledMidway('ky', async () => {
    const { default: ky } = await library('ky');
    const { url, ...visit } = server.visit();
    return { ...visit, run: (context) => ky.get(url, context) };
  });
});

describe('in the middle of the answer', () => {
  /** Asks for the head of an answer first, and then for its body. */
  function inTwoSteps<R>(
    ask: (url: string, context: CoroutineContext) => PromiseLike<R>,
    read: (response: R) => Promise<unknown>,
  ): Operation {
    const { url, gone } = server.visit('half');
    const begun = deferred();
    const run = async (context: CoroutineContext) => {
      const response = await ask(url, context);
      begun.resolve();
      return read(response);
    };
    return { run, begun: begun.promise, gone };
  }

  isCancelledMidway('fetch', () => inTwoSteps(fetch, (response) => response.text()));

  isCancelledMidway('fetch of undici', async () => {
    const { fetch } = await library('undici');
    return inTwoSteps(fetch, (response) => response.text());
  });

  isCancelledMidway('request of undici', async () => {
    const { request } = await library('undici');
    return inTwoSteps(request, ({ body }) => body.text());
  });

  isCancelledMidway('axios', async () => {
    const { default: axios } = await library('axios');
    const { url, gone } = server.visit('half');
    const begun = deferred();
    return {
      run: (context) =>
        axios.get(url, {
          ...context,
          onDownloadProgress: () => {
            begun.resolve();
          },
        }),
      begun: begun.promise,
      gone,
    };
  });

  isCancelledMidway('got', async () => {
    const { default: got } = await library('got');
    const { url, gone } = server.visit('half');
    const begun = deferred();
    return {
      run: (context) =>
        got
          .get(url, context)
          .on('downloadProgress', () => {
            begun.resolve();
          })
          .text(),
      begun: begun.promise,
      gone,
    };
  });

  isCancelledMidway('ky', async () => {
    const { default: ky } = await library('ky');
    return inTwoSteps(ky.get, (response) => response.text());
  });
});
