import { inspect } from 'node:util';
import { createTask, gather, Semaphore, suppressed, taskGroup, type TaskGroup, waitFor, asCompleted } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { defer, EMPTY, NEVER, type Observable, of, throwError } from 'rxjs';
import { deferred } from '../support/deferred';
import { failingCleanup } from '../support/aborted';
import { log } from '../support/log';
import { unhandledRejections } from '../support/unhandled-rejections';

const failing = (message: string) => throwError(() => new Error(message));
const failureOf = (result: Observable<unknown>) => log(result)[0] as AggregateError;

/** Runs a group of so many tasks, of which those with a message fail, all of them together. */
async function failed(messages: readonly (string | undefined)[], name = (n: number) => `fetch-${n}`) {
  const gate = deferred();
  const ended = promises
    .taskGroup((group) => {
      messages.forEach((message, n) => {
        const coroutine = async () => {
          await gate.promise;
          if (message !== undefined) throw new Error(message);
        };
        // Reading the signal, it is not let go of when the first one fails.
        group.createTask(({ signal }) => (signal.throwIfAborted(), coroutine()), { name: name(n) });
      });
      return NEVER;
    })
    .catch((error: unknown) => error);
  gate.resolve();
  return (await ended) as AggregateError;
}

describe('the AggregateError of a taskGroup says', () => {
  it.each<[string, (string | undefined)[], string]>([
    ['how many of the tasks have failed, which, and what they say', [undefined, 'no route', undefined], '1 of 3 tasks failed: fetch-1: no route'],
    ['that it was the only one', ['no route'], '1 of 1 task failed: fetch-0: no route'],
    ['all of three', ['a', 'b', 'c'], '3 of 3 tasks failed: fetch-0: a; fetch-1: b; fetch-2: c'],
    ['the first three of more', ['a', 'b', undefined, 'c', 'd', 'e'], '5 of 6 tasks failed: fetch-0: a; fetch-1: b; fetch-3: c; …'],
    ['the first 200 characters of each only', ['a'.repeat(200), 'b'.repeat(201)], `2 of 2 tasks failed: fetch-0: ${'a'.repeat(200)}; fetch-1: ${'b'.repeat(200)} …`],
    ['the first line of each only', ['a\n  in b\n', '\n'], '2 of 2 tasks failed: fetch-0: a …; fetch-1:  …'],
  ])('%s', async (_, messages, expected) => {
    expect((await failed(messages)).message).toBe(expected);
  }); // prettier-ignore

  it('the first as its cause, all of them as its errors', async () => {
    const { cause, errors } = await failed(['a', undefined, 'b']);
    expect(cause).toBe(errors[0]);
    expect(errors.map(String)).toEqual(['Error: a', 'Error: b']);
  });

  it.each<[string, (group: TaskGroup) => Observable<unknown>, string]>([
    ['that it was the body', () => failing('no'), 'the body failed: no'],
    [
      'that it was the body as well',
      (group) => {
        group.createTask(failingCleanup(new Error('b')), { name: 'a' });
        return failing('c');
      },
      'the body and 1 of 1 task failed: the body: c; a: b',
    ],
    ['the name of the function', (group) => group.createTask(function fetchUser() { return failing('no'); }), '1 of 1 task failed: fetchUser: no'],
    ['the error of what has no message', (group) => group.createTask(throwError(() => new RangeError()), { name: 'a' }), '1 of 1 task failed: a: RangeError'],
    ['what is no error', (group) => group.createTask(throwError(() => 42), { name: 'a' }), '1 of 1 task failed: a: 42'],
    ['what is nothing', (group) => group.createTask(throwError(() => undefined), { name: 'a' }), '1 of 1 task failed: a: undefined'],
    [
      'what its cause adds, the first line of it',
      (group) => group.createTask(throwError(() => new TypeError('fetch failed', { cause: new Error('no route \n  at a') })), { name: 'a' }),
      '1 of 1 task failed: a: fetch failed (no route …)',
    ],
    [
      'nothing of a cause that adds nothing',
      (group) => group.createTask(throwError(() => new Error('a: no route', { cause: new Error('no route') })), { name: 'a' }),
      '1 of 1 task failed: a: a: no route',
    ],
    [
      'nothing of a cause without a message',
      (group) => group.createTask(throwError(() => new Error('no', { cause: { message: 42 } })), { name: 'a' }),
      '1 of 1 task failed: a: no',
    ],
    ['what has a message that is no text', (group) => group.createTask(throwError(() => ({ message: 42, toString: () => 'an answer' })), { name: 'a' }), '1 of 1 task failed: a: an answer'],
    ['what is a symbol', (group) => group.createTask(throwError(() => Symbol('no')), { name: 'a' }), '1 of 1 task failed: a: Symbol(no)'],
  ])('%s', async (_, body, expected) => {
    const error: unknown = await promises.taskGroup(body).catch((reason: unknown) => reason);
    expect(error).toHaveProperty('message', expected);
  }); // prettier-ignore
});

describe('a TimeoutError says what ran out, and after how long', () => {
  const load = () => NEVER;

  it.each<[string, () => Promise<unknown>, string]>([
    ['waitFor of a named function', () => promises.waitFor(load, 0), 'waitFor: load timed out after 0 ms'],
    ['waitFor of a Task', () => promises.waitFor(createTask(NEVER, { name: 'order' }), 0.5), 'waitFor: order timed out after 0.5 ms'],
    ['waitFor of an Observable', () => promises.waitFor(NEVER, 0), 'waitFor: the awaitable timed out after 0 ms'],
    ['waitFor until a Date', () => promises.waitFor(load, new Date(0)), 'waitFor: load timed out at 1970-01-01T00:00:00.000Z'],
    ['waitFor until something else', () => promises.waitFor(load, of(1)), 'waitFor: load timed out'],
    ['asCompleted', () => promises.asCompleted([load], { timeout: 1 }).next(), 'asCompleted timed out after 1 ms'],
  ])('%s', async (_, run, message) => {
    await expect(run()).rejects.toMatchObject({ name: 'TimeoutError', message });
  }); // prettier-ignore
});

describe('the error of a function that returns nothing to wait for says', () => {
  function load() {
    return undefined as never;
  }

  it.each<[string, Observable<unknown>, string]>([
    ['its index', gather([of(1), (() => undefined) as never]), 'gather: awaitables[1]: the coroutine function'],
    ['its key and its name', asCompleted({ user: load }), 'asCompleted: awaitables.user: the coroutine function load'],
    ['the item of a mapper', gather(['a', 'b'], load), 'gather: awaitables[0]: the coroutine function'],
    ['the name of the Task', defer(() => createTask(load, { name: 'order' })), 'order: the coroutine function load'],
    ['what it was given to', new Semaphore(1).use(load), 'semaphore.use: the awaitable: the coroutine function load'],
  ])('%s', (_, result, who) => {
    expect(log(result)).toEqual([new TypeError(`${who} must return an ObservableInput, got undefined`)]);
  });
});

describe('an EmptyError says what has ended without a value', () => {
  it.each<[string, Observable<unknown>, string]>([
    ['its index', gather([of(1), EMPTY]), 'gather: awaitables[1] completed without a value'],
    ['its key', asCompleted({ user: EMPTY }), 'asCompleted: awaitables.user completed without a value'],
    ['its key in a Map', gather(new Map([['user', EMPTY]])), 'gather: awaitables.user completed without a value'],
    ['the name of the Task', defer(() => gather([createTask(EMPTY, { name: 'order' })])), 'order completed without a value'],
    ['the name of the function', waitFor(function load() { return EMPTY; }, 10), 'load completed without a value'],
  ])('%s', (_, result, message) => {
    expect(log(result)).toEqual([expect.objectContaining({ name: 'EmptyError', message })]);
  }); // prettier-ignore

  it('the name of a Task whose async iterable has ended, too', async () => {
    // eslint-disable-next-line @typescript-eslint/require-await -- it has nothing to wait for
    async function* pages() {
      yield* [] as number[];
    }
    await expect(createTask(pages)).rejects.toMatchObject({ message: 'pages ended without a value' });
    await expect(createTask(pages(), { name: 'order' })).rejects.toMatchObject({
      message: 'order completed without a value',
    });
  });
});

describe('a Task', () => {
  it('is [object Task] as a string', () => {
    const task: unknown = createTask(of(1));
    expect(String(task)).toBe('[object Task]');
    expect(Object.prototype.toString.call(createTask(NEVER))).toBe('[object Task]');
  });

  it('that nobody has observed is named in the report of its failure', async () => {
    const reported = await unhandledRejections(() => {
      createTask(failing('no route'), { name: 'fetch-3' });
      createTask(function fetchUser() {
        return failing('no user');
      });
    });
    expect(reported.map((error) => inspect(error).replace(/^ {4}at .*\n?/gm, ''))).toEqual([
      expect.stringMatching(/Symbol\(task\)\]?: 'fetch-3'/),
      expect.stringMatching(/Symbol\(task\)\]?: 'fetchUser'/),
    ]);
  });

  it('that somebody has observed is not', async () => {
    const error = new Error('no route');
    await expect(createTask(throwError(() => error), { name: 'fetch-3' })).rejects.toBe(error); // prettier-ignore
    expect(Object.getOwnPropertySymbols(error)).toEqual([]);
  });

  it('keeps its failure as it is where that cannot be written to, or is a primitive', async () => {
    const frozen = Object.freeze(new Error('frozen'));
    const reported = await unhandledRejections(() => {
      createTask(throwError(() => frozen));
      createTask(throwError(() => 'text'));
    });
    expect(reported).toEqual([frozen, 'text']);
  });
});

describe('console.log of groups within groups', () => {
  /** What it prints, but for the lines of the stacks. */
  const printed = (error: unknown, depth: number | null = 2) =>
    inspect(error, { depth }).replace(/^ *(?:at|\.\.\.) .*?( \{)?$\n?/gm, (_line, opens?: string) =>
      opens ? '{\n' : '',
    );

  /** A group within a group, and so on, in the innermost of which so many tasks fail. */
  const nested = (depth: number, failures: number): Observable<never> =>
    taskGroup((group) => {
      if (depth > 1) return group.createTask(nested(depth - 1, failures), { name: `group-${depth - 1}` });
      for (let n = 1; n < failures; n++)
        group.createTask(failingCleanup(new Error(`later ${n}`)), { name: `later-${n}` });
      group.createTask(failing('no route'), { name: 'fetch' });
      return NEVER;
    });

  it('prints each failure once, the innermost too, where each has failed because of one', () => {
    const error = failureOf(nested(3, 1));
    expect(failureOf(nested(100, 1)).message.length).toBeLessThan(500);
    expect(printed(error)).toBe(
      `AggregateError: 1 of 1 task failed: group-2: 1 of 1 task failed: group-1: 1 of 1 task failed: fetch: no route
{
  [cause]: AggregateError: 1 of 1 task failed: group-1: 1 of 1 task failed: fetch: no route
{
    [cause]: AggregateError: 1 of 1 task failed: fetch: no route
{
      [cause]: Error: no route
    }
  }
}`,
    );
  });

  it('prints each failure once where one has failed because of several', async () => {
    const gates = [deferred(), deferred()];
    const coroutine = (n: number) => (context: { signal: AbortSignal }) => {
      context.signal.throwIfAborted();
      return gates[n]?.promise.then(() => Promise.reject(new Error(`failure ${n}`))) ?? EMPTY;
    };
    const error = promises
      .taskGroup((outer) => {
        outer.createTask(
          taskGroup((inner) => {
            inner.createTask(coroutine(0), { name: 'a' });
            inner.createTask(coroutine(1), { name: 'b' });
            return NEVER;
          }),
          { name: 'inner' },
        );
        return NEVER;
      })
      .catch((reason: unknown) => reason);
    for (const gate of gates) gate.resolve();
    const shown = printed(await error, 4);
    expect(shown.match(/Error: failure 0/g)).toHaveLength(1);
    expect(shown.match(/Error: failure 1/g)).toHaveLength(1);
    expect(shown).toContain('[errors]: [');
    expect(shown.match(/\[cause\]/g)).toHaveLength(1);
  });

  it('grows with their depth, not with a power of it', () => {
    const sizes = [4, 8, 12].map(
      (depth) => printed(failureOf(nested(depth, 1)), null).match(/AggregateError/g)?.length,
    );
    expect(sizes).toEqual([4, 8, 12]);
  });

  it('shows where it comes from, as any error does', () => {
    const error = failureOf(nested(1, 1));
    const [beginning = ''] = /^.*\n.*\n.*/.exec(error.stack ?? '') ?? [];
    expect(beginning).toContain('at aggregateError');
    expect(inspect(error)).toContain(beginning);
  });

  it('leaves the cause and the errors as they are, also once it was printed', () => {
    const error = failureOf(nested(2, 1));
    inspect(error);
    expect(error.errors).toHaveLength(1);
    expect(error.cause).toBe(error.errors[0]);
    expect(Object.keys(error)).toEqual([]);
  });

  it('prints what is listed with it', async () => {
    const group = taskGroup((own) => own.createTask(failing('no route'), { name: 'fetch' }));
    const error: unknown = await promises
      .gather([failingCleanup(new Error('not closed')), group])
      .catch((reason: unknown) => reason);
    expect(suppressed(error).map(String)).toEqual(['Error: not closed']);
    const shown = printed(error);
    expect(shown).toMatch(/Symbol\(suppressed\)\]?: \[/);
    expect(shown.match(/Error: not closed/g)).toHaveLength(1);
    expect(shown.match(/Error: no route/g)).toHaveLength(1);
  });

  it('knows a circle for one', () => {
    const inner = new Error('inner');
    const error = failureOf(
      taskGroup((group) =>
        group.createTask(
          throwError(() => inner),
          { name: 'a' },
        ),
      ),
    );
    inner.cause = error;
    expect(printed(error, null)).toContain('[Circular *1]');
  });
});
