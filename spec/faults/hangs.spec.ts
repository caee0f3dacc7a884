import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  asCompleted,
  type Awaitable,
  CancelledError,
  createTask,
  gather,
  isCancellation,
  suppressed,
  type Task,
  taskGroup,
  wait,
  waitFor,
} from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { EMPTY, EmptyError, finalize, NEVER, Observable, of, Subject, switchMap, throwError, timer } from 'rxjs';
import { aborted, cleaning, failingCleanup } from '../support/aborted';
import { useFakeTimers } from '../support/fake-timers';
import { log } from '../support/log';
import { failing, lazily, structures } from '../support/structures';
import { unhandledRejections } from '../support/unhandled-rejections';

const broken = new Error('broken');
const failure = new Error('failed');

const throwing = () => {
  throw broken;
};

const passingOn = failing.filter(({ name }) => name !== 'taskGroup');

describe.each(passingOn)('$name of something empty beside a sibling whose teardown throws', ({ run }) => {
  it('ends with the EmptyError, and lists the other with it', () => {
    const end = log(run([NEVER.pipe(finalize(throwing)), EMPTY]));
    expect(end).toEqual([expect.any(EmptyError)]);
    expect(suppressed(end[0])).toEqual([broken]);
  });

  it('does so when it turns out to be empty later', () => {
    const source = new Subject<never>();
    const end = log(run([NEVER.pipe(finalize(throwing)), source]));
    source.complete();
    expect(end).toEqual([expect.any(EmptyError)]);
    expect(suppressed(end[0])).toEqual([broken]);
  });
});

it('a taskGroup with something empty beside a task whose teardown throws has both in its AggregateError', () => {
  const source = new Subject<never>();
  const end = log(
    taskGroup((group) => {
      group.createTask(NEVER.pipe(finalize(throwing)), { name: 'a' });
      return group.createTask(source, { name: 'b' });
    }),
  );
  source.complete();
  expect(end).toEqual([
    expect.objectContaining({
      message: '2 of 2 tasks failed: b: b completed without a value; a: broken',
      errors: [expect.any(EmptyError), broken],
    }),
  ]);
});

describe('a listener of a Task whose teardown throws', () => {
  it('does not keep the others from hearing of its end, nor those who await it', async () => {
    const source = new Subject<string>();
    const task = createTask(source);
    const heard: unknown[] = [];
    const reported = await unhandledRejections(async () => {
      task.pipe(finalize(throwing)).subscribe({ error: () => {} });
      task.subscribe({ next: (value) => heard.push(value), error: () => {} });
      const awaited = task.then((value) => heard.push(value));
      const gathered = promises.gather([task]).then((values) => heard.push(...values));
      source.next('value');
      source.complete();
      await Promise.all([awaited, gathered]);
    });
    expect(heard).toEqual(['value', 'value', 'value']);
    expect(reported).toEqual([expect.objectContaining({ errors: [broken] })]);
  });

  it('does not when it fails or is cancelled either', async () => {
    const reported = await unhandledRejections(async () => {
      const failing = new Subject<never>();
      const tasks = [createTask(failing), createTask(NEVER)];
      const heard: unknown[] = [];
      for (const task of tasks) {
        task.pipe(finalize(throwing)).subscribe({ error: () => {} });
        task.subscribe({ error: (error: unknown) => heard.push(error) });
      }
      failing.error(failure);
      tasks[1]?.cancel();
      expect(heard).toEqual([failure, new CancelledError()]);
      for (const [index, task] of tasks.entries()) await expect(task).rejects.toBe(heard[index]);
    });
    expect(reported).toEqual(Array(2).fill(expect.objectContaining({ errors: [broken] })));
  });
});

describe('an error that throws when it is looked at', () => {
  const revoked = (): object => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  };
  const hostile = (): object =>
    Object.defineProperties(
      {},
      Object.fromEntries(
        ['name', 'message', 'code', 'cause', 'errors', 'stack'].map((key) => [
          key,
          {
            get: () => {
              throw new Error('do not look');
            },
          },
        ]),
      ),
    );
  const rejecting = (error: unknown) => () => Promise.reject(error);

  describe.each([
    ['a revoked Proxy', revoked],
    ['an object of getters that throw', hostile],
  ])('%s', (_, make) => {
    it.each([...failing, ...structures.filter(({ name }) => name.startsWith('wait'))])(
      'ends $name',
      async ({ run }) => {
        const end = jest.fn();
        run([rejecting(make()), NEVER]).subscribe({ next: end, error: end, complete: end });
        await nextTurn();
        // wait goes on, which the others do not.
        run([rejecting(make())]).subscribe({ next: end, error: end, complete: end });
        await nextTurn();
        expect(end.mock.calls.length).toBeGreaterThan(0);
      },
    );

    it('is what each of them rejects with, the same', async () => {
      const error = make();
      for (const run of [
        (failing: Awaitable<never>) => promises.gather([failing]),
        (failing: Awaitable<never>) => promises.gather([failing], { concurrency: 1 }),
        (failing: Awaitable<never>) => promises.waitFor(failing, 1000),
        (failing: Awaitable<never>) => promises.shield(failing),
        (failing: Awaitable<never>) => createTask(failing).then(),
        (failing: Awaitable<never>) => promises.asCompleted([failing]).next(),
      ]) {
        let rejection: unknown;
        await run(rejecting(error)).catch((reason: unknown) => {
          rejection = reason;
        });
        expect(Object.is(rejection, error)).toBe(true);
      }
    });

    it('is in the AggregateError of a group', async () => {
      const error = make();
      let rejection: unknown;
      await promises
        .taskGroup((group) => group.createTask(rejecting(error), { name: 'a' }))
        .catch((reason: unknown) => {
          rejection = reason;
        });
      const { errors, message } = rejection as AggregateError;
      expect(Object.is(errors[0], error)).toBe(true);
      expect(message).toBe('1 of 1 task failed: a: an error that cannot be looked at');
    });

    it('is the failure of a Task, whose cleanup throws it', async () => {
      const error = make();
      const task = createTask(failingCleanup(error));
      task.cancel();
      let rejection: unknown;
      await task.catch((reason: unknown) => {
        rejection = reason;
      });
      expect([Object.is(rejection, error), task.status]).toEqual([true, 'rejected']);
    });

    it('has others listed with it, and is listed with others', async () => {
      const error = make();
      const first = new Error('first');
      await expect(promises.gather([failingCleanup(error), rejecting(first)])).rejects.toBe(first);
      expect(Object.is(suppressed(first)[0], error)).toBe(true);
      let rejection: unknown;
      await promises.gather([NEVER.pipe(finalize(throwing)), rejecting(error)]).catch((reason: unknown) => {
        rejection = reason;
      });
      expect(Object.is(rejection, error)).toBe(true);
      expect(suppressed(error)).toEqual([broken]);
    });

    it('is what a teardown may throw', async () => {
      const error = make();
      const task = createTask(
        NEVER.pipe(
          finalize(() => {
            // eslint-disable-next-line @typescript-eslint/only-throw-error -- what is tested here
            throw error;
          }),
        ),
      );
      task.cancel();
      // rxjs looks at it itself: what it makes of that is the failure.
      const ended = jest.fn();
      await task.then(undefined, ended);
      expect(ended).toHaveBeenCalledTimes(1);
      expect(task.status).toBe('rejected');
    });

    it('is the reason of a signal', async () => {
      const controller = new AbortController();
      const ended = promises.gather([cleaning([])], controller);
      const reason = make();
      controller.abort(reason);
      let rejection: unknown;
      await ended.catch((given: unknown) => {
        rejection = given;
      });
      expect(Object.is(rejection, reason)).toBe(true);
    });

    it('is no cancellation', () => {
      expect(isCancellation(make())).toBe(false);
    });
  });
});

describe.each(lazily)('in $name', ({ run }) => {
  it.each([undefined, null, 42, 'value'])('an iterator whose next() gives %p is a TypeError', (answer) => {
    const closed = jest.fn();
    const list = { [Symbol.iterator]: () => ({ next: () => answer, return: closed }) };
    expect(log(run(list as never, { concurrency: 2 }))).toEqual([
      new TypeError(
        `the iterator's next() must give an object, got ${answer === 'value' ? "the string 'value'" : answer}`,
      ),
    ]);
    expect(closed).not.toHaveBeenCalled();
  });

  it('one whose next() gives a Promise of undefined is, too', async () => {
    const list = { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(undefined) }) };
    const end = log(run(list as never, { concurrency: 2 }));
    await nextTurn();
    expect(end).toEqual([new TypeError("the iterator's next() must give an object, got undefined")]);
  });

  it('no method of an iterator is called but those that iterators have', () => {
    const called = jest.fn();
    const list = {
      [Symbol.iterator]: () => ({
        ...Object.fromEntries(['follow', 'contexts', 'throw', 'then', 'subscribe'].map((key) => [key, called])),
        next: () => ({ done: true, value: undefined }),
      }),
    };
    run(list as never, { concurrency: 2 }).subscribe();
    expect(called).not.toHaveBeenCalled();
  });
});

it('an async iterable whose next() gives undefined fails the awaitable that it is', async () => {
  const broken = { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(undefined as never) }) };
  await expect(promises.gather([broken])).rejects.toBeInstanceOf(TypeError);
  await expect(promises.gather([() => broken])).rejects.toBeInstanceOf(TypeError);
});

describe.each<[string, <T>(source: Observable<T>) => Observable<T>]>([
  ['whose methods are called on itself', passingOnTo((value) => value)],
  [
    'whose methods are bound',
    passingOnTo((value, target) => (typeof value === 'function' ? value.bind(target) : value)),
  ],
])('an observer that is a Proxy which hides its class, %s,', (_, asInterop) => {
  it.each(structures)('hears of the end of $name, be it by a result or a failure', ({ run }) => {
    const results = log(asInterop(run([of('a'), of('b')])));
    expect(results.at(-1)).toBe('complete');
    const ended = jest.fn();
    asInterop(run([throwError(() => failure)])).subscribe({ error: ended, complete: ended });
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it.each(structures)('lets $name be cancelled, and its cleanup be awaited', async ({ run }) => {
    const steps: string[] = [];
    const task = createTask(asInterop(run([cleaning(steps)])));
    task.cancel();
    await expect(task).rejects.toThrow('cancelled');
    expect(steps).toEqual(['started', 'cleaned up']);
  });

  it.each(structures)('may lie below $name', async ({ run }) => {
    const steps: string[] = [];
    const task = createTask(run([asInterop(gather([cleaning(steps)])), asInterop(of(1))]));
    task.cancel();
    await expect(task).rejects.toThrow('cancelled');
    expect(steps).toEqual(['started', 'cleaned up']);
    expect(log(run([asInterop(of(1))])).at(-1)).toBe('complete');
  });

  it('may listen to a Task', () => {
    const source = new Subject<number>();
    const heard = log(asInterop(createTask(source)));
    source.next(1);
    source.complete();
    expect(heard).toEqual([1, 'complete']);
  });
});

describe('an observer that is a Proxy of the subscriber', () => {
  useFakeTimers();

  const wrapped = new Observable<number>((subscriber) => timer(10).subscribe(new Proxy(subscriber, {})));

  it.each(structures)('hears of the end of $name, though it is the only one or the first', async ({ run }) => {
    for (const sources of [[wrapped], [wrapped, of(1)], [wrapped, timer(20)]]) {
      const results = log(run(sources));
      await jest.advanceTimersByTimeAsync(20);
      expect(results.at(-1)).toBe('complete');
    }
  });
});

describe('a Task that waits for itself', () => {
  useFakeTimers();

  type Make = (self: () => Task<unknown>) => Observable<unknown>;
  const ways: [string, Make][] = [
    ['gathers itself', (self) => gather([self()])],
    ['gathers itself with others', (self) => gather([timer(10), self(), NEVER])],
    ['gathers itself lazily', (self) => gather([timer(10), self()], { concurrency: 1 })],
    ['has itself in asCompleted', (self) => asCompleted([self()])],
    ['waits for itself', (self) => wait([self()])],
    ['gives itself a time', (self) => waitFor(self(), 1000)],
    ['is in a group of its own', (self) => taskGroup(() => self())],
    ['listens to itself', (self) => self()],
  ];

  const made = (make: Make): Task<unknown> => {
    const start = new Subject<void>();
    const task: Task<unknown> = createTask(start.pipe(switchMap(() => make(() => task))), { name: 'itself' });
    start.next();
    return task;
  };
  const awaiting = (make: (self: () => Task<unknown>) => PromiseLike<unknown>) => {
    const task: Task<unknown> = createTask(
      async ({ signal }) => {
        await Promise.resolve();
        await Promise.race([make(() => task), aborted({ signal })]);
        signal.throwIfAborted();
      },
      { name: 'itself' },
    );
    return task;
  };
  const all: [string, () => Task<unknown>][] = [
    ...ways.map(([name, make]): [string, () => Task<unknown>] => [name, () => made(make)]),
    ['awaits itself in a coroutine', () => awaiting((self) => self())],
    ['awaits a gather of itself', () => awaiting((self) => promises.gather([self()]))],
    ['awaits a wait for itself', () => awaiting((self) => promises.wait([self()]))],
  ];

  it.each(all)('and %s can be cancelled', async (_, start) => {
    const task = start();
    await jest.advanceTimersByTimeAsync(20);
    expect(task.status).toBe('pending');
    task.cancel('enough');
    await jest.advanceTimersByTimeAsync(20);
    expect([task.status, String(await task.catch((error: unknown) => error))]).toEqual([
      'cancelled',
      'CancelledError: enough',
    ]);
  });

  it.each(all)('and %s can be timed out', async (_, start) => {
    const end = jest.fn();
    promises.waitFor(start(), 500).catch(end);
    await jest.advanceTimersByTimeAsync(520);
    expect(end.mock.calls).toEqual([[expect.objectContaining({ name: 'TimeoutError' })]]);
  });

  it.each(all)('and %s can be cancelled by the gather that it is in', async (_, start) => {
    const end = jest.fn();
    const controller = new AbortController();
    promises.gather([start()], controller).catch(end);
    await jest.advanceTimersByTimeAsync(20);
    controller.abort(failure);
    await jest.advanceTimersByTimeAsync(20);
    expect(end.mock.calls).toEqual([[failure]]);
  });

  describe('by way of another', () => {
    const cycle = ([, make]: [string, Make]) => {
      const start = new Subject<void>();
      const one: Task<unknown> = createTask(start.pipe(switchMap(() => make(() => two))), { name: 'one' });
      const two: Task<unknown> = createTask(start.pipe(switchMap(() => make(() => one))), { name: 'two' });
      start.next();
      return [one, two] as const;
    };

    it.each(ways)('that %s, can be cancelled, and both end', async (...way) => {
      const [one, two] = cycle(way);
      await jest.advanceTimersByTimeAsync(20);
      expect([one.status, two.status]).toEqual(['pending', 'pending']);
      one.cancel('enough');
      await jest.advanceTimersByTimeAsync(20);
      two.cancel('enough');
      await jest.advanceTimersByTimeAsync(20);
      expect([one.done, two.done]).toEqual([true, true]);
    });

    it.each(ways)('that %s, can be timed out, and both end', async (...way) => {
      const [one, two] = cycle(way);
      const end = jest.fn();
      promises.waitFor(one, 500).then(end, end);
      promises.waitFor(two, 600).then(end, end);
      await jest.advanceTimersByTimeAsync(620);
      expect(end).toHaveBeenCalledTimes(2);
      expect([one.done, two.done]).toEqual([true, true]);
    });
  });
});

describe('a listener to a signal that unsubscribes something unrelated, whose cleanup awaits the first', () => {
  it('is not waited for by the canceller', async () => {
    const steps: string[] = [];
    const first: Task<unknown> = createTask(async ({ signal }) => {
      signal.addEventListener('abort', () => {
        unrelated.unsubscribe();
      });
      await aborted({ signal });
      steps.push('first');
      throw signal.reason;
    });
    const unrelated = gather([
      async (context: { signal: AbortSignal }) => {
        await aborted(context);
        await first.catch(() => {});
        steps.push('unrelated');
        throw context.signal.reason;
      },
    ]).subscribe();
    first.cancel();
    await expect(first).rejects.toThrow('cancelled');
    await nextTurn();
    expect(steps).toEqual(['first', 'unrelated']);
  });

  it.each<[string, (run: Awaitable<unknown>, signal: AbortSignal) => Promise<unknown>]>([
    ['gather', (run, signal) => promises.gather([run], { signal })],
    ['asCompleted', (run, signal) => promises.asCompleted([run], { signal }).next()],
    ['wait', (run, signal) => promises.wait([run], { signal })],
    ['waitFor', (run, signal) => promises.waitFor(run, 1e6, { signal })],
    ['taskGroup', (run, signal) => promises.taskGroup((group) => group.createTask(run), { signal })],
    ["taskGroup, by the group's own signal,", (run, signal) =>
      promises.taskGroup((group) => {
        group.signal.addEventListener('abort', () => {
          signal.dispatchEvent(new Event('group'));
        });
        return group.createTask(run);
      }, { signal })], // prettier-ignore
  ])('does not keep %s from ending', async (name, run) => {
    const controller = new AbortController();
    const first = run(async ({ signal }) => {
      const leave = () => {
        unrelated.unsubscribe();
      };
      if (name.includes('own')) controller.signal.addEventListener('group', leave);
      else signal.addEventListener('abort', leave);
      await aborted({ signal });
      throw signal.reason;
    }, controller.signal).catch((error: unknown) => error);
    const cleanedUp = jest.fn();
    const unrelated = gather([
      async (context: { signal: AbortSignal }) => {
        await aborted(context);
        cleanedUp(await first);
        throw context.signal.reason;
      },
    ]).subscribe();
    controller.abort(failure);
    expect(await first).toBe(failure);
    await nextTurn();
    expect(cleanedUp.mock.calls).toEqual([[failure]]);
  });
});

/** An Observable that subscribes with a Proxy which is an instance of nothing, as the interop helpers of rxjs's specs do. */
function passingOnTo(bound: (value: unknown, target: object) => unknown) {
  return <T>(source: Observable<T>): Observable<T> =>
    new Observable<T>((subscriber) => {
      const hidden = new Proxy(subscriber, {
        getPrototypeOf: () => null,
        get: (target, key) => (typeof key === 'symbol' ? undefined : bound(Reflect.get(target, key), target)),
      });
      return source.subscribe(hidden);
    });
}
