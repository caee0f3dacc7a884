import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type Coroutine,
  type CoroutineContext,
  asCompleted,
  createTask,
  gather,
  Progress,
  suppressed,
  type Task,
  taskGroup,
} from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { EMPTY, finalize, NEVER, of, Subject, throwError } from 'rxjs';
import { aborted, failingCleanup } from '../support/aborted';
import { expectType } from '../support/expect-type';
import { log } from '../support/log';
import { fulfilled, rejected } from '../support/structures';

const failure = new Error('failed');

describe('no coroutine is given the signal of another', () => {
  const reading = (given: AbortSignal[]) => {
    const read = async (signal: () => AbortSignal) => {
      given.push(signal());
      await nextTurn();
      given.push(signal());
      await nextTurn();
      given.push(signal());
    };
    return read;
  };

  it.each<[string, (given: AbortSignal[]) => Coroutine<unknown>]>([
    [
      'a wrapper of any parameters',
      (given) =>
        (...args) =>
          reading(given)(() => args[0].signal),
    ],
    [
      'a default value',
      (given) => {
        const coroutine = (context: Partial<CoroutineContext> = {}) =>
          reading(given)(() => context.signal ?? AbortSignal.abort());
        return coroutine;
      },
    ],
    ['a mock function', (given) => jest.fn((context: CoroutineContext) => reading(given)(() => context.signal))],
    [
      'a bound method',
      (given) => {
        const client = {
          read(context: CoroutineContext) {
            return reading(given)(() => context.signal);
          },
        };
        return client.read.bind(client);
      },
    ],
  ])('though both read it late: %s', async (_, coroutine) => {
    const given: AbortSignal[][] = [[], []];
    const tasks = given.map((signals) => createTask(coroutine(signals)));
    await nextTurn();
    tasks[1]?.cancel();
    await nextTurn();
    await nextTurn();
    const [first, second] = given.map((signals) => new Set(signals));
    expect([first?.size, second?.size]).toEqual([1, 1]);
    expect(given.map((signals) => signals.map((signal) => signal.aborted))).toEqual([
      [false, false, false],
      [true, true, true],
    ]);
  });

  it('though one function is started many times at once', async () => {
    const signals: AbortSignal[] = [];
    const coroutine = async (...args: [CoroutineContext]) => {
      await nextTurn();
      signals.push(args[0].signal);
    };
    await promises.gather(Array<typeof coroutine>(50).fill(coroutine));
    expect(new Set(signals).size).toBe(50);
  });
});

it('no coroutine runs in the AsyncLocalStorage of another request', async () => {
  const request = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const slots = new Subject<void>();
  const jobs: Promise<unknown>[] = [];
  const group = taskGroup(
    async ({ createTask: start }) => {
      start(slots);
      for (const name of ['a', 'b']) {
        request.run(name, () => {
          jobs.push(
            start(async () => {
              const before = request.getStore();
              await nextTurn();
              seen.push([name, before, request.getStore()]);
            }).then(() => undefined),
          );
        });
      }
      await Promise.all(jobs);
    },
    { concurrency: 1 },
  );
  const ended = createTask(group);
  request.run('c', () => {
    slots.next();
    slots.complete();
  });
  await ended;
  expect(seen).toEqual([
    ['a', 'a', 'a'],
    ['b', 'b', 'b'],
  ]);
});

describe("the reason of a coroutine's signal is that of its own cancellation", () => {
  const reasons = (task: Task<unknown>, seen: unknown[], message: string) => {
    task.catch(() => {});
    task.cancel(message);
    return seen;
  };
  const noting =
    (seen: unknown[]): Coroutine<never> =>
    async (context) => {
      await aborted(context);
      seen.push(String(context.signal.reason));
      throw context.signal.reason;
    };

  it('also where the cleanup of one cancels another', async () => {
    const [outer, inner]: [unknown[], unknown[]] = [[], []];
    const other = createTask(noting(inner));
    const task = createTask(({ signal }) => {
      signal.addEventListener('abort', () => {
        reasons(other, inner, 'inner');
      });
      return noting(outer)({ signal });
    });
    reasons(task, outer, 'outer');
    await nextTurn();
    expect([outer, inner]).toEqual([['CancelledError: outer'], ['CancelledError: inner']]);
  });

  it('also where the teardown of one unsubscribes another', async () => {
    const [outer, inner]: [unknown[], unknown[]] = [[], []];
    const other = gather([noting(inner)]).subscribe();
    const task = createTask(({ signal }) => {
      signal.addEventListener('abort', () => {
        other.unsubscribe();
      });
      return noting(outer)({ signal });
    });
    reasons(task, outer, 'outer');
    await nextTurn();
    expect([outer, inner]).toEqual([['CancelledError: outer'], ['CancelledError: cancelled']]);
  });

  it('also where a listener of the signal of a facade aborts another', async () => {
    const [outer, inner]: [unknown[], unknown[]] = [[], []];
    const [first, second] = [new AbortController(), new AbortController()];
    const other = promises.gather([noting(inner)], second).catch(String);
    const ended = promises
      .gather(
        [
          ({ signal }: CoroutineContext) => {
            signal.addEventListener('abort', () => {
              second.abort(new Error('inner'));
            });
            return noting(outer)({ signal });
          },
        ],
        first,
      )
      .catch(String);
    first.abort(new Error('outer'));
    expect([await ended, await other]).toEqual(['Error: outer', 'Error: inner']);
    expect([outer, inner]).toEqual([['Error: outer'], ['Error: inner']]);
  });

  it('also where the listener of a Task that is cancelled cancels the next', async () => {
    const inner: unknown[] = [];
    const other = createTask(noting(inner));
    const task = createTask(NEVER);
    task.subscribe({
      error: () => {
        reasons(other, inner, 'inner');
      },
    });
    task.cancel('outer');
    await nextTurn();
    expect(inner).toEqual(['CancelledError: inner']);
  });
});

describe('what can be awaited and iterated, as a process of execa or a page of a client, is awaited', () => {
  const lines = () =>
    Object.assign(Promise.resolve('all of it'), {
      async *[Symbol.asyncIterator]() {
        yield 'a line';
        await nextTurn();
        yield 'another line';
      },
    });

  it.each<[string, () => Promise<unknown>]>([
    ['as it stands', () => promises.gather([lines()])],
    ['given by a coroutine function', () => promises.gather([() => lines()])],
    ['that Progress watches', () => promises.gather(new Progress().watch([lines()]))],
    ['given by a function that Progress watches', () => promises.gather(new Progress().watch([() => lines()]))],
    ['of a Task', async () => [await createTask(lines())]],
  ])('%s', async (_, run) => {
    expect(await run()).toEqual(['all of it']);
  });

  it('and its type is that of what it is awaited for', async () => {
    const both = Object.assign(Promise.resolve(1), { [Symbol.asyncIterator]: () => of('a')[Symbol.iterator as never] });
    expectType<number>()(await promises.waitFor(both, 10));
  });
});

describe('equal primitives are failures of their own', () => {
  it('in the AggregateError of a group', async () => {
    const error: unknown = await promises
      .taskGroup((group) => {
        for (let n = 0; n < 3; n++) {
          group.createTask(async ({ signal }) => {
            signal.throwIfAborted();
            await Promise.reject('busy');
          });
        }
        return of(1);
      })
      .catch((reason: unknown) => reason);
    expect((error as AggregateError).errors).toEqual(['busy', 'busy', 'busy']);
    expect(error).toHaveProperty('message', expect.stringMatching(/^3 of 3 tasks failed: /));
  });

  it('in what is listed with the first', async () => {
    await expect(
      promises.gather([failingCleanup('busy'), failingCleanup('busy'), async () => Promise.reject(failure)]),
    ).rejects.toBe(failure);
    expect(suppressed(failure)).toEqual(['busy', 'busy']);
  });

  it('in what several cleanups of a Task fail with', async () => {
    const task = createTask(gather([failingCleanup(42), failingCleanup(42)]));
    task.cancel();
    await expect(task).rejects.toMatchObject({ errors: [42, 42], message: '2 cleanups failed' });
  });

  it('in what teardowns throw', () => {
    const broken = () =>
      NEVER.pipe(
        finalize(() => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- what is tested here
          throw 'busy';
        }),
      );
    const task = createTask(gather([broken(), broken()]));
    task.cancel();
    expect(task.exception()).toHaveProperty('errors', ['busy', 'busy']);
  });

  it('and the body that passes on what a task failed with has failed but once', async () => {
    const error: unknown = await promises
      .taskGroup(async (group) => {
        await group.createTask(() => Promise.reject('busy'), { name: 'a' });
      })
      .catch((reason: unknown) => reason);
    expect(error).toHaveProperty('errors', ['busy']);
  });
});

describe('with returnExceptions, a plain finalize that throws after a failure is listed with that', () => {
  const broken = new Error('broken');
  const throwing = finalize<never>(() => {
    throw broken;
  });

  it.each<[string, () => unknown[], unknown]>([
    [
      'gather',
      () => {
        const error = new Error('failed');
        return [
          log(gather([throwError(() => error).pipe(throwing), of('b')], { returnExceptions: true })),
          suppressed(error),
        ];
      },
      [[[rejected(failure), fulfilled('b')], 'complete'], [broken]],
    ],
    [
      'asCompleted',
      () => {
        const error = new Error('failed');
        return [
          log(asCompleted([throwError(() => error).pipe(throwing), of('b')], { returnExceptions: true })),
          suppressed(error),
        ];
      },
      [[{ ...rejected(failure), key: 0 }, { ...fulfilled('b'), key: 1 }, 'complete'], [broken]],
    ],
  ])('in %s, where it fails at once', (_, run, expected) => {
    expect(run()).toEqual(expected);
  });

  it('in gather, where it fails later', () => {
    const error = new Error('failed');
    const source = new Subject<never>();
    const emitted = log(gather([source.pipe(throwing), of('b')], { returnExceptions: true }));
    source.error(error);
    expect(emitted).toEqual([[rejected(error), fulfilled('b')], 'complete']);
    expect(suppressed(error)).toEqual([broken]);
  });

  it('and is the failure of what completes', () => {
    const emitted = log(gather([of(1).pipe(finalize(() => { throw broken; })), of('b')], { returnExceptions: true })); // prettier-ignore
    expect(emitted).toEqual([[rejected(broken), fulfilled('b')], 'complete']);
  });

  it('and of what ends without a value', () => {
    const emitted = log(gather([EMPTY.pipe(throwing), of('b')], { returnExceptions: true }));
    expect(emitted).toEqual([[rejected(broken), fulfilled('b')], 'complete']);
  });
});
