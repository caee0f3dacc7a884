// The battery in workerd, as the answer to a request.
import { AsyncLocalStorage } from 'node:async_hooks';
import { linesOf } from './battery.js';

export default {
  fetch: async ({ url }: Request): Promise<Response> => {
    const server = new URL(url).searchParams.get('server') ?? '';
    return new Response((await linesOf({ server, AsyncLocalStorage })).join('\n'));
  },
};
