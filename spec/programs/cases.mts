import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, tracingChannel } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { asyncFinalize, createTask, gather as gather$, shield, type Task, taskGroup } from 'rx-asyncio';
import { type TracedTask, traceTasks } from 'rx-asyncio/inspect';
import { type MainContext, run } from 'rx-asyncio/node';
import { gather, taskGroup as grouped } from 'rx-asyncio/promises';
import { NEVER, Subject, throwError } from 'rxjs';

// Programs to be run as processes of their own, and to be sent signals when they say that they are ready.

const say = (line: string) => {
  writeSync(1, `${line}\n`);
};

/** Goes on until it is cancelled, and then takes some time to clean up. */
const busy =
  (cleanup = 50, name = 'cleaned up') =>
  async ({ signal }: { readonly signal: AbortSignal }) => {
    try {
      say('ready');
      await sleep(60_000, undefined, { signal });
    } finally {
      await sleep(cleanup);
      say(name);
    }
  };

/** Finishes its step when it is told to drain. */
const stepping = async ({ signal, draining }: MainContext) => {
  say('ready');
  draining.addEventListener('abort', () => {
    say('draining');
  });
  try {
    while (!draining.aborted) await sleep(100, undefined, { signal });
    await sleep(1000, undefined, { signal });
    say('finished');
  } finally {
    await sleep(50);
    say('cleaned up');
  }
};

/** Keeps the process from ending by itself. */
const linger = () => {
  setInterval(() => {}, 1000);
};

const failure = () => throwError(() => new Error('first'));
const failing = () => gather$([NEVER.pipe(asyncFinalize(() => Promise.reject(new Error('second')))), failure()]);

const cases: Readonly<Record<string, () => Promise<unknown>>> = {
  ends: () =>
    run(async () => {
      await sleep(10);
      process.stdout.write(`${'x'.repeat(1_000_000)}\n`);
    }),
  fails: () => {
    linger();
    return run(failing);
  },
  'fails, awaited': () => run(failing),
  'fails, caught': () =>
    run(failing).catch((error: unknown) => {
      say(String(error));
    }),
  'fails, with an exit code': () =>
    run(() => {
      process.exitCode = 7;
      return failing();
    }),
  'is busy': () => run(busy()),
  'is busy, awaited': () => run(busy()),
  'is busy, caught': () =>
    run(busy()).catch(async (error: unknown) => {
      await sleep(300);
      say(String(error));
    }),
  'is busy, with a handle that lingers': () => {
    linger();
    return run(busy());
  },
  'is busy, with a handle that lingers, awaited': () => {
    linger();
    return run(busy());
  },
  'is busy, with an exit code': () =>
    run((context) => {
      process.exitCode = 3;
      return busy()(context);
    }),
  'is a group': () =>
    run(
      taskGroup((group) => {
        group.createTask(busy(50, 'one cleaned up'));
        return busy(100, 'two cleaned up')(group);
      }),
    ),
  'cleans up slowly': () => run(busy(1500)),
  'never cleans up': () =>
    run(
      async (context) => {
        createTask(NEVER, { name: 'upload' });
        await busy(60_000)(context);
      },
      { grace: 200 },
    ),
  'fails in its cleanup': () =>
    run(({ signal }) => busy()({ signal }).finally(() => Promise.reject(new Error('unsaved')))),
  drains: () => run(stepping, { drain: true }),
  'drains, never cleans up': () => run(busy(60_000), { drain: true, signals: ['SIGINT', 'SIGTERM', 'SIGHUP'] }),
  'waits for nothing': () =>
    run(async () => {
      const answer = createTask(new Subject(), { name: 'answer' });
      await answer;
    }),
  'is inspected': () =>
    run(
      async (context) => {
        await gather({ download: busy(1500), parse: async () => {} }, context);
      },
      { inspect: true },
    ),
  'waits in a circle': () =>
    run(
      async (context) => {
        await grouped(async (group) => {
          const first: Task<void> = group.createTask(async () => sleep(1).then(() => second), { name: 'first' });
          const second: Task<void> = group.createTask(async () => sleep(1).then(() => first), { name: 'second' });
          await sleep(1);
        }, context);
      },
      { inspect: true },
    ),
  'is traced': async () => {
    const events = ['start', 'end', 'error', 'asyncStart', 'asyncEnd'];
    for (const event of events) {
      subscribe(`tracing:rx-asyncio:task:${event}`, (message) => {
        const { name, kind, parent } = message as TracedTask;
        say(`${event} ${name}, ${kind} of ${parent?.name ?? 'nobody'}`);
      });
    }
    const storage = new AsyncLocalStorage<unknown>();
    tracingChannel<unknown, TracedTask>('rx-asyncio:task').start.bindStore(storage, ({ name }) => name);
    using _ = traceTasks();
    await gather({
      page: async () => {
        await sleep(1);
        say(`within ${String(storage.getStore())}`);
        await gather([Promise.resolve()]);
      },
    });
  },
  'leaves Tasks behind': () =>
    run(async () => {
      createTask(busy(50, 'task cleaned up'));
      shield(busy(100, 'shielded cleaned up'))
        .subscribe({ error: () => {} })
        .unsubscribe();
      await sleep(10);
      say('main ended');
    }),
  'runs within': () =>
    run(async (context) => {
      await Promise.allSettled([run(busy(50, 'inner cleaned up')), busy(100, 'outer cleaned up')(context)]);
    }),
};

const name = process.argv.at(-1) ?? '';
const running = cases[name]?.();
// At the top of a module the runtime itself is told of what fails.
if (name.endsWith(', awaited')) await running;
