import { makeSureOfRoom, roomFor } from '../cleanup/room.js';

/** The asynchronous context, such as that of an AsyncLocalStorage, or a zone, in which something is to run later on. */
export interface Context {
  run<R>(body: () => R): R;
}

interface AsyncHooks {
  readonly AsyncResource: new (type: string) => { runInAsyncScope<R>(body: () => R): R };
}

interface Platform {
  /** That of zone.js, which Angular can be run with. */
  readonly Zone?: { readonly current: Context };
  readonly process?: { getBuiltinModule?: (name: string) => AsyncHooks | undefined };
  readonly AsyncContext?: { readonly Snapshot: new () => Context };
}

const room = roomFor(512);

/** The context of whoever is on the stack. Where the platform knows of none, there is nothing to keep. */
export function currentContext(): Context {
  const context = asyncContext();
  const zone = (globalThis as Platform).Zone?.current;
  return zone === undefined ? context : { run: (body) => zone.run(() => context.run(body)) };
}

function asyncContext(): Context {
  const { process, AsyncContext } = globalThis as Platform;
  if (AsyncContext !== undefined) return new AsyncContext.Snapshot();
  // No import, which bundlers would follow. An AsyncResource costs a hundredth of what AsyncLocalStorage.snapshot() does.
  const hooks = process?.getBuiltinModule?.('node:async_hooks');
  if (hooks === undefined) return { run: (body) => body() };
  const resource = new hooks.AsyncResource('rx-asyncio');
  return {
    run: (body) => {
      // Node ends the process where the stack overflows just in entering or leaving a scope.
      makeSureOfRoom(room);
      return resource.runInAsyncScope(body);
    },
  };
}
