// What must be the same on every platform, and with every version of rxjs that we take.
/* eslint-disable @typescript-eslint/require-await -- async functions are what a user gives */

import {
  config,
  finalize,
  firstValueFrom,
  from,
  fromEvent,
  interval,
  map,
  NEVER,
  type Observable,
  of,
  Subject,
  switchMap,
  take,
  timer,
  toArray,
} from 'rxjs';
import * as observables from 'rx-asyncio';
import {
  asCompleted,
  asyncFinalize,
  CancelledError,
  type CoroutineContext,
  createTask,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  gather,
  isCancellation,
  Semaphore,
  shield,
  suppressed,
  taskGroup,
  wait,
  waitFor,
} from 'rx-asyncio/promises';
import { recordTimeline, renderTimeline } from 'rx-asyncio/timeline';
import { type Platform, sleep, unhandled } from './platform.js';

type Behaviour = (platform: Platform) => unknown;

/** A line a behaviour: its name, and what came of it. */
export async function linesOf(platform: Platform): Promise<string[]> {
  const lines: string[] = [];
  for (const [name, behaviour] of Object.entries(behaviours)) {
    const result = await settled(() => behaviour(platform));
    lines.push(`${name}: ${JSON.stringify(result, (_, value: unknown) => shown(value))}`);
  }
  return lines;
}

/** Nothing may hang for good. */
async function settled(run: () => unknown): Promise<unknown> {
  let late: ReturnType<typeof setTimeout> | undefined;
  const hanging = new Promise<string>((resolve) => {
    late = setTimeout(resolve, 30_000, 'hangs');
  });
  try {
    return await Promise.race([(async () => run())(), hanging]);
  } catch (error) {
    return ['thrown', error];
  } finally {
    clearTimeout(late);
  }
}

function shown(value: unknown): unknown {
  if (value instanceof Error || value instanceof DOMException) return `${value.name}: ${value.message}`;
  if (value instanceof Map || value instanceof Set) return [...(value as Iterable<unknown>)];
  return value === undefined ? 'undefined' : value;
}

const fails = (message: string) => () => Promise.reject(new Error(message));

/** Works until it is cancelled, and then takes its time to clean up. */
const holding =
  (steps: unknown[], name = 'cleaned up') =>
  async (context: CoroutineContext) => {
    try {
      return await sleep(60_000, 'never', context);
    } finally {
      await sleep(5, undefined);
      steps.push(name);
    }
  };

const failure = async (promise: PromiseLike<unknown>): Promise<unknown> => {
  try {
    return ['no failure', await promise];
  } catch (error) {
    return error;
  }
};

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** By the names that compilers give to these where the platform has none. */
const disposal = {
  dispose: (Symbol as Partial<SymbolConstructor>).dispose ?? Symbol.for('Symbol.dispose'),
  asyncDispose: (Symbol as Partial<SymbolConstructor>).asyncDispose ?? Symbol.for('Symbol.asyncDispose'),
};
const call = async (target: object, method: symbol): Promise<void> => {
  await (target as Record<symbol, () => unknown>)[method]?.();
};

const behaviours: Record<string, Behaviour> = {
  'gather gives the results in their order': () =>
    gather([(context) => sleep(10, 'slow', context), of('fast'), Promise.resolve(3)]),
  'gather takes a record': () => gather({ one: of(1), two: () => sleep(1, 2) }),
  'gather takes a Map': () => gather(new Map([['one', of(1)]])),
  'gather takes items and a function, and runs so many at a time': async () => {
    let [running, most] = [0, 0];
    const results = await gather(
      [1, 2, 3, 4, 5],
      async (item, context) => {
        most = Math.max(most, ++running);
        await sleep(1, undefined, context);
        running--;
        return item * 2;
      },
      { concurrency: 2 },
    );
    return [results, most];
  },
  'gather cancels the rest, and waits for its cleanup': async () => {
    const steps: unknown[] = [];
    const error = await failure(gather([holding(steps), fails('no')]));
    return [error, steps];
  },
  'gather lists what fails later': async () => {
    const failing = async (context: CoroutineContext) => {
      await sleep(60_000, undefined, context).catch(() => Promise.reject(new Error('cannot clean up')));
    };
    const error = await failure(gather([failing, fails('no')]));
    return [error, suppressed(error)];
  },
  'gather gives outcomes': () => gather([of(1), fails('no')], { returnExceptions: true }),
  'gather is synchronous between Observables': () => {
    const steps: unknown[] = [];
    const [one, two] = [new Subject<number>(), new Subject<number>()];
    observables
      .gather([one, two])
      .subscribe({ next: (results) => steps.push(results), error: (error: unknown) => steps.push(error) });
    one.next(1);
    one.complete();
    two.next(2);
    steps.push('completes');
    two.complete();
    steps.push('goes on');
    return steps;
  },
  'gather says what is wrong with what it is given': async () => [
    await failure((async () => await gather(1 as never))()),
    await failure((async () => await gather([], { concurrency: 0 }))()),
    await failure(gather([of(1), 1 as never])),
  ],
  'gatherAll ends a pipe': () =>
    firstValueFrom(
      of(1, 2).pipe(
        map((n) => of(n)),
        observables.gatherAll(),
      ),
    ),
  'gather of 100,000 Observables': async () => sum(await gather(Array.from({ length: 100_000 }, (_, i) => of(i)))),
  'gather of 100,000 functions': async () =>
    sum(await gather(Array.from({ length: 100_000 }, (_, i) => async () => i))),
  'gather of 100,000 from a generator, 16 at a time': async () => {
    function* jobs() {
      for (let i = 0; i < 100_000; i++) yield async ({ signal }: CoroutineContext) => (signal.aborted ? 0 : i);
    }
    return sum(await gather(jobs(), { concurrency: 16 }));
  },
  'gather is nested 200 deep': async () => {
    let nested: observables.Awaitable<unknown> = (context) => sleep(1, 'deep', context);
    for (let depth = 0; depth < 200; depth++) nested = observables.gather([nested]);
    return JSON.stringify(await createTask(nested)).replace(/\[/g, '').length;
  },
  'asCompleted gives results as they are there': async () => {
    const results: unknown[] = [];
    const fast = sleep(1, 'fast');
    const slow = async () => fast.then(() => sleep(1, 'slow'));
    for await (const result of asCompleted([slow, fast])) results.push(result);
    return results;
  },
  'asCompleted pulls an endless generator lazily, and closes it': async () => {
    const steps: unknown[] = [];
    async function* jobs() {
      try {
        for (let i = 0; ; i++) yield async () => sleep(1, i);
      } finally {
        await sleep(1, undefined);
        steps.push('closed');
      }
    }
    for await (const result of asCompleted(jobs(), { concurrency: 1 })) {
      steps.push(result);
      if (result === 2) break;
    }
    return steps;
  },
  'asCompleted waits for cleanup when its loop is left': async () => {
    const steps: unknown[] = [];
    for await (const result of asCompleted([holding(steps), of('first')])) {
      steps.push(result);
      break;
    }
    return steps;
  },
  'asCompleted runs out of time': async () => {
    const steps: unknown[] = [];
    const results = asCompleted([of('in time'), holding(steps)], { timeout: 20 });
    steps.push(await results.next(), await failure(results.next()));
    return steps;
  },
  'asCompleted gives completions': async () => {
    const completions: unknown[] = [];
    for await (const each of asCompleted({ one: of(1), bad: fails('no') }, { returnExceptions: true }))
      completions.push(each);
    return completions;
  },
  'asCompletedAll ends a pipe': () => {
    const fast = sleep(1, 'fast');
    const slow = async () => fast.then(() => sleep(1, 'slow'));
    return firstValueFrom(of(slow, fast).pipe(observables.asCompletedAll(), toArray()));
  },
  'what asCompleted gives can be disposed of': async () => {
    const steps: unknown[] = [];
    const results = asCompleted([of(1), holding(steps)]);
    await results.next();
    await call(results, disposal.asyncDispose);
    return [steps, await results.next()];
  },
  'wait for the first': async () => {
    const steps: unknown[] = [];
    const { done, pending } = await wait([holding(steps), of('first')], { returnWhen: FIRST_COMPLETED });
    return [Array.from(done, (task) => task.result()), Array.from(pending, ({ status }) => status), steps];
  },
  'wait until the first failure': async () => {
    const { done } = await wait([of('one'), fails('no'), NEVER], { returnWhen: FIRST_EXCEPTION });
    return Array.from(done, (task) => [task.status, task.exception()]);
  },
  'wait for so long': async () => {
    const { done, pending } = await wait([of('one'), (context: CoroutineContext) => sleep(60_000, 'two', context)], {
      timeout: 5,
    });
    return [done.size, Array.from(pending, ({ status }) => status)];
  },
  'waitAll ends a pipe': async () => {
    const { done, pending } = await firstValueFrom(of(of(1), of(2)).pipe(observables.waitAll()));
    return [done.size, pending.size];
  },
  'waitFor awaits cleanup before it fails': async () => {
    const steps: unknown[] = [];
    return [await failure(waitFor(holding(steps), 5)), steps];
  },
  'waitFor takes a value that comes all the same': () =>
    waitFor(async (context) => sleep(60_000, 'late', context).catch(() => 'early'), 5),
  'waitFor takes an event for a timeout': async () => {
    const target = new EventTarget();
    setTimeout(() => target.dispatchEvent(new Event('stop')), 1);
    return failure(waitFor((context) => sleep(60_000, 1, context), fromEvent(target, 'stop')));
  },
  'what is shielded runs on': async () => {
    const controller = new AbortController();
    let done: ((value: string) => void) | undefined;
    const ended = new Promise<string>((resolve) => (done = resolve));
    const shielded = shield(async () => sleep(5, 'ran on').then((value) => done?.(value)), {
      signal: controller.signal,
    });
    controller.abort(new Error('enough'));
    return [await failure(shielded), await ended];
  },
  'taskGroup gives the result of its function': () =>
    taskGroup(async (group) => {
      const [one, two] = [group.createTask(of(1)), group.createTask(async () => sleep(1, 2))];
      return (await one) + (await two);
    }),
  'taskGroup tells all failures': async () => {
    const steps: unknown[] = [];
    const error = await failure(
      taskGroup(async (group) => {
        group.createTask(holding(steps));
        group.createTask(fails('one'), { name: 'first' });
        group.createTask(fails('two'), { name: 'second' });
        await sleep(60_000, undefined, group);
      }),
    );
    return [error, (error as AggregateError).errors, steps];
  },
  'taskGroup ends early when it is cancelled': async () => {
    const steps: unknown[] = [];
    const result = await taskGroup(async (group) => {
      group.createTask(holding(steps));
      await sleep(1, undefined);
      group.cancel();
      return 'its result';
    });
    return [result, steps];
  },
  'a Task is a Promise, and an Observable': async () => {
    const task = createTask(async () => sleep(1, 'value'), { name: 'job' });
    const before = [task.name, task.status, await failure((async () => task.result())())];
    return [
      before,
      await task,
      await firstValueFrom(task),
      task.status,
      task.result(),
      Object.prototype.toString.call(task),
    ];
  },
  'a Task is cancelled once it has cleaned up': async () => {
    const steps: unknown[] = [];
    const task = createTask(holding(steps));
    steps.push(task.cancel('no longer needed'), task.cancel(), task.cancelling, task.status);
    const error = await failure(task);
    return [steps, task.status, error, error instanceof CancelledError, isCancellation(error)];
  },
  'a Task can be disposed of': async () => {
    const steps: unknown[] = [];
    const task = createTask(holding(steps));
    await call(task, disposal.asyncDispose);
    return [steps, task.status, 'undefined' in task];
  },
  'a Task waits for cleanup below operators': async () => {
    const steps: unknown[] = [];
    const task = createTask(
      interval(1).pipe(
        take(1),
        switchMap(() => observables.gather([holding(steps), holding(steps)]) as Observable<unknown>),
        map(String),
      ),
    );
    await sleep(20, undefined);
    task.cancel();
    await failure(task);
    return steps;
  },
  'a chain of 10,000 Tasks settles': async () => {
    const start = new Subject<string>();
    let task: observables.Task<string> = createTask(start);
    for (let i = 0; i < 10_000; i++) task = createTask(task);
    start.next('end of the chain');
    start.complete();
    return task;
  },
  'asyncFinalize is waited for': async () => {
    const steps: unknown[] = [];
    const task = createTask(NEVER.pipe(asyncFinalize(async () => void steps.push(await sleep(5, 'finalized')))));
    task.cancel();
    return [await failure(task), steps];
  },
  'a Semaphore lets so many in': async () => {
    const limit = new Semaphore(2);
    let [running, most] = [0, 0];
    const job = limit.use(async () => {
      most = Math.max(most, ++running);
      await sleep(1, undefined);
      running--;
    });
    await gather([job, job, job, job, job]);
    return [most, limit.available, limit.waiting];
  },
  'a permit can be disposed of': async () => {
    const limit = new Semaphore(1);
    const permit = await limit.acquire();
    const taken = limit.available;
    await call(permit, disposal.dispose);
    return [taken, limit.available, 'undefined' in permit];
  },
  'a signal cancels, and its reason is the error, after all cleanup': async () => {
    const steps: unknown[] = [];
    const controller = new AbortController();
    const reason = new Error('shutting down');
    const results = gather([holding(steps), holding(steps)], { signal: controller.signal });
    controller.abort(reason);
    const error = await failure(results);
    return [error === reason, steps];
  },
  'a signal of the platform runs out': async () =>
    ((await failure(gather([(context) => sleep(60_000, 1, context)], { signal: AbortSignal.timeout(5) }))) as Error)
      .name,
  'a context is handed on': async () => {
    const steps: unknown[] = [];
    const task = createTask((context) => taskGroup(async (group) => void group.createTask(holding(steps)), context));
    await sleep(1, undefined);
    task.cancel();
    await failure(task);
    return [task.status, steps];
  },
  'a copy of the reason is a cancellation': () => {
    const reason = new CancelledError('enough');
    const copy = Object.assign(new Error(reason.message), { name: reason.name });
    const own = new TypeError('shutting down');
    return [
      isCancellation(copy),
      isCancellation(new TypeError('shutting down'), AbortSignal.abort(own)),
      isCancellation(own),
    ];
  },
  'fetch gives its answer': async ({ server }) =>
    waitFor(async (context) => (await fetch(`${server}/answer`, context)).text(), 20_000),
  'fetch is gone when its Task is cancelled': async ({ server }) => {
    const task = createTask((context) => fetch(`${server}/silent/1`, context));
    await fetch(`${server}/begun/1`);
    task.cancel('no longer needed');
    const error = await failure(task);
    return [error, task.status, await (await fetch(`${server}/gone/1`)).text()];
  },
  'fetch is gone when a sibling fails, which is all that is told': async ({ server }) => {
    const outcome: unknown[] = [];
    const reported = await unhandled(async () => {
      const bad = async () => {
        await fetch(`${server}/begun/2`);
        throw new Error('no');
      };
      const error = await failure(
        gather([async (context) => (await fetch(`${server}/silent/2`, context)).text(), bad]),
      );
      outcome.push(error, suppressed(error), await (await fetch(`${server}/gone/2`)).text());
    });
    return [outcome, reported];
  },
  'fetch is gone in the middle of its answer': async ({ server }) => {
    const controller = new AbortController();
    const reason = new TypeError('shutting down');
    const half = async (context: CoroutineContext) => {
      const response = await fetch(`${server}/half/3`, context);
      controller.abort(reason);
      return response.text();
    };
    const error = await failure(gather([half], { signal: controller.signal }));
    return [error === reason, await (await fetch(`${server}/gone/3`)).text()];
  },
  'a Task that fails with nobody listening is reported': () =>
    unhandled(() => {
      createTask(fails('nobody listens'));
    }),
  'a cleanup that fails with nobody listening is reported': () =>
    unhandled(() => {
      NEVER.pipe(asyncFinalize(fails('cannot close')))
        .subscribe()
        .unsubscribe();
    }),
  'what is handled is not reported': () =>
    unhandled(async () => {
      await failure(gather([fails('one'), fails('two'), NEVER]));
      await failure(taskGroup(async (group) => void group.createTask(fails('three'))));
      await wait([fails('four')]);
      const task = createTask(fails('five'));
      await failure(task);
    }),
  'what was let go of is not heard': () =>
    unhandled(async () => {
      const late = async () => {
        await sleep(5, undefined);
        throw new Error('too late');
      };
      await failure(gather([late, fails('no')]));
      await sleep(10, undefined);
    }),
  'onUnhandledError of rxjs is told, where it is set': async () => {
    const told: unknown[] = [];
    config.onUnhandledError = (error) => told.push(error);
    try {
      const reported = await unhandled(() => {
        NEVER.pipe(asyncFinalize(fails('cannot close')))
          .subscribe()
          .unsubscribe();
      });
      return [told, reported];
    } finally {
      config.onUnhandledError = null;
    }
  },
  'an async generator is an awaitable, and is closed': async () => {
    const steps: unknown[] = [];
    const generator = async function* ({ signal }: CoroutineContext) {
      try {
        yield 1;
        yield sleep(60_000, 2, { signal });
      } finally {
        await sleep(5, undefined);
        steps.push('closed');
      }
    };
    const task = createTask(generator);
    await sleep(5, undefined);
    task.cancel();
    await failure(task);
    return [await createTask(from([1, 2])), task.status, steps];
  },
  'a ReadableStream is an awaitable': () => {
    const start = (controller: ReadableStreamDefaultController<number>) => {
      controller.enqueue(1);
      controller.enqueue(2);
      controller.close();
    };
    return createTask(from(new ReadableStream({ start })));
  },
  'plain teardown is synchronous': () => {
    const steps: unknown[] = [];
    const subscription = observables.gather([NEVER.pipe(finalize(() => steps.push('finalized')))]).subscribe();
    subscription.unsubscribe();
    return [...steps, 'unsubscribed'];
  },
  'each runs in the context of whoever handed it over': async ({ AsyncLocalStorage }) => {
    if (AsyncLocalStorage === undefined) return 'the platform has none';
    const request = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    await taskGroup(
      async (group) => {
        group.createTask(timer(1));
        for (const id of ['request 1', 'request 2']) {
          request.run(id, () => group.createTask(async () => void seen.push(await sleep(1, request.getStore()))));
        }
        await sleep(1, undefined);
      },
      { concurrency: 1 },
    );
    return seen;
  },
  'a timeline is drawn': async () => {
    const timeline = recordTimeline();
    await timeline.track(
      'job',
      createTask(async () => sleep(1, 1)),
    );
    return renderTimeline(timeline.events).slice(0, 4);
  },
};
