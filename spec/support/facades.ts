import type { Awaitable, Outcome } from 'rx-asyncio';
import { asCompleted, gather, shield, taskGroup, wait, waitFor } from 'rx-asyncio/promises';

// The functions that return Promises, as the laws are run against them.

export interface Facade {
  readonly name: string;
  /** Runs an awaitable, until all that is to come of it has come, and resolves with its result. */
  readonly run: (awaitable: Awaitable<unknown>, signal: AbortSignal) => Promise<unknown>;
}

/** Those that cancel what they run when the signal aborts. */
export const facades: readonly Facade[] = [
  { name: 'gather', run: (awaitable, signal) => gather([awaitable], { signal }).then(([result]) => result) },
  {
    name: 'gather of a record',
    run: (awaitable, signal) => gather({ only: awaitable }, { signal }).then(({ only }) => only),
  },
  {
    name: 'gather with concurrency',
    run: (awaitable, signal) => gather([awaitable], { signal, concurrency: 1 }).then(([result]) => result),
  },
  {
    name: 'gather with returnExceptions',
    run: (awaitable, signal) =>
      gather([awaitable], { signal, returnExceptions: true }).then(([outcome]) => resultOf(outcome)),
  },
  { name: 'asCompleted', run: (awaitable, signal) => only(asCompleted([awaitable], { signal })) },
  {
    name: 'asCompleted with concurrency',
    run: (awaitable, signal) => only(asCompleted([awaitable], { signal, concurrency: 1 })),
  },
  {
    name: 'asCompleted with returnExceptions',
    run: (awaitable, signal) => only(asCompleted([awaitable], { signal, returnExceptions: true })).then(resultOf),
  },
  { name: 'wait', run: (awaitable, signal) => wait([awaitable], { signal }).then(({ done: [task] }) => task) },
  { name: 'waitFor', run: (awaitable, signal) => waitFor(awaitable, 1000, { signal }) },
  {
    name: 'taskGroup',
    run: (awaitable, signal) => taskGroup((group) => group.createTask(awaitable), { signal }).catch(firstOfGroup),
  },
  {
    name: 'taskGroup, as its body,',
    run: (awaitable, signal) =>
      taskGroup(typeof awaitable === 'function' ? awaitable : () => awaitable, { signal }).catch(firstOfGroup),
  },
];

/** Which lets it run on. */
export const shielding: Facade = { name: 'shield', run: (awaitable, signal) => shield(awaitable, { signal }) };

async function only<T>(completed: AsyncIterable<T>): Promise<T> {
  const results: T[] = [];
  for await (const result of completed) results.push(result);
  if (results.length !== 1) throw new Error('there is not exactly one result');
  return results[0] as T;
}

function resultOf(outcome: Outcome<unknown>): unknown {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

/** What has failed first, in place of the AggregateError. */
function firstOfGroup(error: unknown): never {
  throw error instanceof AggregateError ? error.errors[0] : error;
}
