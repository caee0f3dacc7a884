import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  asyncFinalize,
  type Awaitable,
  createTask,
  gather as gather$,
  gatherAll,
  Semaphore,
  shield,
  suppressed,
} from 'rx-asyncio';
import { asCompleted, type CoroutineContext, gather, taskGroup, wait, waitFor } from 'rx-asyncio/promises';
import {
  concat,
  defer,
  finalize,
  from,
  ignoreElements,
  lastValueFrom,
  map,
  NEVER,
  type Observable,
  of,
  throwError,
} from 'rxjs';

// Programs that catch what a combinator fails with. Each of these faults once ended the process all the same.

/** What it is expected to catch, and the program, which gives what it has caught. */
type Case = readonly [expected: string, program: () => Promise<string>];

/** Fails after so many turns of the event loop, and reads no signal. */
const deaf =
  (turns: number, message = 'late') =>
  async (): Promise<never> => {
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    throw new Error(message);
  };

/** Waits for ever; when it is cancelled, it fails with what `make` makes of the reason. */
const heeding =
  (make: (reason: unknown) => unknown = (reason) => reason) =>
  ({ signal }: CoroutineContext): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(make(signal.reason));
      });
    });

const wrapped = (reason: unknown) => new Error('download failed', { cause: reason });
const another = () => new Error('another');

/** In two turns, as a timeout. */
const soon = () => from(nextTurn());

async function caught(promise: PromiseLike<unknown>): Promise<string> {
  try {
    await promise;
    return 'nothing';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function iterated(results: AsyncIterable<unknown>): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- runs them
  for await (const _ of results);
}

/** Aborts after two turns. */
async function aborting(run: (signal: AbortSignal) => PromiseLike<unknown>, reason: unknown): Promise<string> {
  const controller = new AbortController();
  const end = caught(run(controller.signal));
  await nextTurn();
  await nextTurn();
  controller.abort(reason);
  return await end;
}

const stopped = (run: (signal: AbortSignal) => PromiseLike<unknown>) => aborting(run, new Error('stop'));

async function cancelled(source: Awaitable<unknown>): Promise<string> {
  const task = createTask(source);
  await nextTurn();
  task.cancel('stop');
  return await caught(task);
}

async function unsubscribed(source: Observable<unknown>): Promise<string> {
  const subscription = source.subscribe();
  await nextTurn();
  subscription.unsubscribe();
  return 'unsubscribed';
}

async function* pages(context: CoroutineContext): AsyncGenerator<number> {
  yield 1;
  await nextTurn();
  await heeding()(context);
}

/** A list that is itself waited for, and gives up when the signal aborts. */
async function* jobs(signal: AbortSignal): AsyncGenerator<() => Promise<number>> {
  yield () => Promise.resolve(1);
  await heeding()({ signal });
}

function* checked(signal: AbortSignal): Generator<() => Promise<unknown>> {
  for (;;) {
    signal.throwIfAborted();
    yield () => nextTurn();
  }
}

/** The callback of a cleanup, which stops a Task and waits for it. */
const stopping = () => {
  const task = createTask(NEVER);
  return async () => {
    task.cancel();
    await task;
  };
};

const secondFailures: Record<string, Case> = {
  gather: ['first', () => caught(gather([deaf(1, 'first'), deaf(2), deaf(3)]))],
  'gather of a record': ['first', () => caught(gather({ a: deaf(1, 'first'), b: deaf(2) }))],
  'gather with concurrency': ['first', () => caught(gather([deaf(1, 'first'), deaf(2), deaf(3)], { concurrency: 2 }))],
  'a gather within a gather': ['first', () => caught(gather([gather$([deaf(2), deaf(3)]), deaf(1, 'first')]))],
  asCompleted: ['first', () => caught(iterated(asCompleted([deaf(1, 'first'), deaf(2), deaf(3)])))],
  'asCompleted at its timeout': [
    'asCompleted timed out',
    () => caught(iterated(asCompleted([deaf(2)], { timeout: soon() }))),
  ],
  'asCompleted that is left': [
    'left',
    async () => {
      for await (const value of asCompleted([of('left'), deaf(1), deaf(2)])) return value;
      return 'nothing';
    },
  ],
  wait: ['1 done', async () => `${(await wait([deaf(1), deaf(2)], { returnWhen: 'FIRST_EXCEPTION' })).done.size} done`],
  'wait at its timeout': [
    '1 pending',
    async () => `${(await wait([deaf(2)], { timeout: soon() })).pending.size} pending`,
  ],
  waitFor: ['waitFor: the awaitable timed out', () => caught(waitFor(deaf(2), soon()))],
  taskGroup: [
    '1 of 2 tasks failed: a: first',
    () =>
      caught(
        taskGroup(async (group) => {
          group.createTask(deaf(1, 'first'), { name: 'a' });
          group.createTask(deaf(2));
          await nextTurn();
        }),
      ),
  ],
  'a Task that is cancelled': ['stop', () => cancelled(deaf(2))],
  'a signal that aborts': ['stop', () => stopped((signal) => gather([deaf(3), deaf(4)], { signal }))],
};

const sameMoment: Record<string, Case> = {
  gather: ['first', () => caught(gather([deaf(1, 'first'), deaf(1), deaf(1), deaf(1)]))],
  'gather of what fails at once': ['first', () => caught(gather([deaf(0, 'first'), deaf(0)]))],
  'gather of one request that they share': [
    'first',
    () => {
      const request = deaf(1, 'first')();
      return caught(gather(['a', 'b', 'c', 'd'].map(() => () => request)));
    },
  ],
  'gather of functions that read their signal': [
    'first',
    () => {
      const reading =
        (message: string) =>
        async ({ signal }: CoroutineContext) => {
          await nextTurn(undefined, { signal });
          throw new Error(message);
        };
      return caught(gather([reading('first'), reading('late'), reading('late')]));
    },
  ],
  'gather of Tasks that somebody else awaits, too': [
    'first',
    async () => {
      const tasks = ['first', 'second', 'third'].map((message) => createTask(deaf(1, message)));
      const end = await caught(gather(tasks));
      for (const task of tasks) await caught(task);
      return end;
    },
  ],
  asCompleted: ['first', () => caught(iterated(asCompleted([deaf(1, 'first'), deaf(1), deaf(1)])))],
  taskGroup: [
    '2 of 2 tasks failed: a: first; b: second',
    () =>
      caught(
        taskGroup((group) =>
          gather$([
            group.createTask(deaf(1, 'first'), { name: 'a' }),
            group.createTask(
              async ({ signal }) => {
                signal.throwIfAborted();
                await deaf(1, 'second')();
              },
              { name: 'b' },
            ),
          ]),
        ),
      ),
  ],
};

const wrappedErrors: Record<string, Case> = {
  gather: ['first', () => caught(gather([heeding(wrapped), heeding(wrapped), deaf(1, 'first')]))],
  'gather, two levels deep': [
    'first',
    () =>
      caught(gather([heeding((reason) => wrapped(wrapped(reason))), gather$([heeding(wrapped)]), deaf(1, 'first')])),
  ],
  asCompleted: ['first', () => caught(iterated(asCompleted([heeding(wrapped), deaf(1, 'first')])))],
  waitFor: ['waitFor: the awaitable timed out', () => caught(waitFor(heeding(wrapped), soon()))],
  'a signal that aborts': ['stop', () => stopped((signal) => gather([heeding(wrapped)], { signal }))],
  'a Task that is cancelled': ['stop', () => cancelled(heeding(wrapped))],
  'what fails in place of being cancelled': [
    'first',
    () => caught(gather([heeding(another), heeding(another), deaf(1, 'first')])),
  ],
  'what fails in place of being cancelled, listed': [
    'first Error: another',
    async () => {
      const failure = new Error('first');
      const failing = () => nextTurn().then(() => Promise.reject(failure));
      return `${await caught(gather([heeding(another), failing]))} ${suppressed(failure).map(String).join()}`;
    },
  ],
};

const generators: Record<string, Case> = {
  'as an awaitable': ['first', () => caught(gather([pages, deaf(2, 'first')]))],
  'as an awaitable that is unsubscribed': ['unsubscribed', () => unsubscribed(gather$([pages]))],
  'as a list': ['stop', () => stopped((signal) => gather(jobs(signal), { signal }))],
  'as a list, with concurrency': ['stop', () => stopped((signal) => gather(jobs(signal), { signal, concurrency: 2 }))],
  'as a list of asCompleted': ['stop', () => stopped((signal) => iterated(asCompleted(jobs(signal), { signal })))],
  'as a list in a group that fails': [
    '1 of 1 task failed: a: first',
    () =>
      caught(
        taskGroup((group) => {
          group.createTask(deaf(2, 'first'), { name: 'a' });
          return gather(jobs(group.signal), group);
        }),
      ),
  ],
  'as a list that is synchronous': [
    'stop',
    () => stopped((signal) => gather(checked(signal), { signal, concurrency: 2 })),
  ],
  'that a coroutine loops over': [
    'first',
    () =>
      caught(
        gather([
          async (context: CoroutineContext) => {
            for await (const page of pages(context)) await Promise.resolve(page);
          },
          deaf(2, 'first'),
        ]),
      ),
  ],
};

const cleanups: Record<string, Case> = {
  'after a failure': ['another', () => caught(lastValueFrom(throwError(another).pipe(asyncFinalize(stopping()))))],
  'after it has completed': ['cancelled', () => caught(lastValueFrom(of(1).pipe(asyncFinalize(stopping()))))],
  'of a sibling of what fails': [
    'first',
    () => caught(gather([NEVER.pipe(asyncFinalize(stopping())), deaf(1, 'first')])),
  ],
  'of what is unsubscribed': ['unsubscribed', () => unsubscribed(NEVER.pipe(asyncFinalize(stopping())))],
  'of what has completed before the next fails': [
    'cancelled',
    () => caught(lastValueFrom(concat(of(1).pipe(asyncFinalize(stopping()), ignoreElements()), throwError(another)))),
  ],
  'of a coroutine': [
    'first',
    () => {
      const stop = stopping();
      const coroutine = async (context: CoroutineContext) => {
        try {
          await heeding()(context);
        } finally {
          await stop();
        }
      };
      return caught(gather([coroutine, deaf(1, 'first')]));
    },
  ],
  'of a Task that is cancelled': ['stop', () => cancelled(NEVER.pipe(asyncFinalize(stopping())))],
  'that asks it for its result': [
    'first',
    () => {
      const task = createTask(NEVER);
      task.cancel();
      return caught(gather([NEVER.pipe(finalize(() => void task.result())), deaf(1, 'first')]));
    },
  ],
};

const aborts: Record<string, Case> = Object.fromEntries(
  Object.entries<(signal: AbortSignal) => PromiseLike<unknown>>({
    gather: (signal) => gather([heeding()], { signal }),
    asCompleted: (signal) => iterated(asCompleted([heeding()], { signal })),
    wait: (signal) => wait([heeding()], { signal }),
    waitFor: (signal) => waitFor(heeding(), 1e6, { signal }),
    taskGroup: (signal) => taskGroup((group) => group.createTask(heeding()), { signal }),
    'gather of an Observable': (signal) => gather([defer(() => gather$([heeding()]))], { signal }),
    'gather of a Promise': (signal) =>
      gather([(context: CoroutineContext) => gather([heeding()], context)], { signal }),
    'gather of what wraps its errors': (signal) => gather([heeding(wrapped)], { signal }),
  }).flatMap(([name, run]) =>
    [null, 0, '', false].map((reason): [string, Case] => [
      `${name}, with the reason ${reason === '' ? "''" : String(reason)}`,
      [String(reason), () => aborting(run, reason)],
    ]),
  ),
);

const givenPromises: Record<string, Case> = {
  gather: ['first', () => caught(gather([deaf(1, 'first')(), deaf(1)(), deaf(2)()]))],
  'gather of one that fails at once': ['another', () => caught(gather([throwError(another), deaf(1)(), deaf(2)()]))],
  'gather with concurrency': [
    'first',
    () => caught(gather([deaf(1, 'first')(), deaf(2)(), deaf(3)()], { concurrency: 1 })),
  ],
  'gather of a Map with concurrency': [
    'first',
    () =>
      caught(
        gather(
          new Map([
            ['a', deaf(1, 'first')()],
            ['b', deaf(2)()],
          ]),
          { concurrency: 1 },
        ),
      ),
  ],
  'gather of many, one of which fails at once': [
    'another',
    () => caught(gather([throwError(another), ...Array.from({ length: 2500 }, deaf(1))])),
  ],
  'gather of an iterator, one of which fails at once': [
    'another',
    () => caught(gather([throwError(another), deaf(1)()].values())),
  ],
  'asCompleted of an iterator, one of which fails at once': [
    'another',
    () => caught(iterated(asCompleted([throwError(another), deaf(1)()].values()))),
  ],
  'a Semaphore without a permit': [
    'late',
    async () => {
      const semaphore = new Semaphore(1);
      const before = lastValueFrom(semaphore.use(deaf(3, 'first')));
      const end = caught(lastValueFrom(semaphore.use(deaf(1)())));
      await caught(before);
      return await end;
    },
  ],
  'gatherAll with concurrency': [
    'first',
    () =>
      caught(
        lastValueFrom(
          of('first', 'second', 'third').pipe(
            map((message) => deaf(1, message)()),
            gatherAll({ concurrency: 1 }),
          ),
        ),
      ),
  ],
  'asCompleted that is left': [
    '1',
    async () => {
      for await (const value of asCompleted([of(1), deaf(1)()], { concurrency: 1 })) return String(value);
      return 'nothing';
    },
  ],
  wait: [
    '2 pending',
    async () => {
      const { pending } = await wait([throwError(another), deaf(1)(), deaf(2)()], { returnWhen: 'FIRST_EXCEPTION' });
      return `${pending.size} pending`;
    },
  ],
  'waitFor, when its time is over already': [
    'waitFor: the awaitable timed out after 0 ms',
    () => caught(waitFor(deaf(1)(), 0)),
  ],
  'a group that has no room for it': [
    '1 of 2 tasks failed: a: first',
    () =>
      caught(
        taskGroup(
          async (group) => {
            group.createTask(deaf(1, 'first'), { name: 'a' });
            await group.createTask(deaf(1)());
          },
          { concurrency: 1 },
        ),
      ),
  ],
};

/** Takes its time, while a Task that waits for its turn fails. */
const slow = async () => {
  for (let turn = 0; turn < 3; turn++) await nextTurn();
};

const failing = () => createTask(deaf(1));

const givenTasks: Record<string, Case> = {
  'gather with concurrency': ['late', () => caught(gather([slow, failing()], { concurrency: 1 }))],
  'gatherAll with concurrency': [
    'late',
    () => caught(lastValueFrom(of(slow, failing()).pipe(gatherAll({ concurrency: 1 })))),
  ],
  'asCompleted with concurrency': ['late', () => caught(iterated(asCompleted([slow, failing()], { concurrency: 1 })))],
  'a group that has no room for it': [
    '1 of 2 tasks failed: b: late',
    () =>
      caught(
        taskGroup(
          (group) => {
            group.createTask(slow, { name: 'a' });
            group.createTask(failing(), { name: 'b' });
            return of(undefined);
          },
          { concurrency: 1 },
        ),
      ),
  ],
  'a Semaphore without a permit': [
    'late',
    async () => {
      const semaphore = new Semaphore(1);
      const before = lastValueFrom(semaphore.use(slow));
      const end = await caught(lastValueFrom(semaphore.use(failing())));
      await before;
      return end;
    },
  ],
};

export const programs: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  'the second failure of a function without a signal': secondFailures,
  'those of siblings that fail in the same moment': sameMoment,
  'those of siblings that wrap their errors': wrappedErrors,
  'that of a generator that heeds the cancelled signal': generators,
  'that of a cleanup that awaits a cancelled Task': cleanups,
  'that of what is cancelled by abort(null)': aborts,
  'that of a Promise that was given and never listened to': givenPromises,
  'that of a Task that fails before its turn': givenTasks,
  'that of what is shielded': { shield: ['first', () => caught(lastValueFrom(shield(deaf(1, 'first'))))] },
};
