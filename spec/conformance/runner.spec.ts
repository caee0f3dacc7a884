import { setImmediate as nextTurn } from 'node:timers/promises';
import { createTask, isCancellation, suppressed, type Task } from 'rx-asyncio';
import { type MainContext, run } from 'rx-asyncio/node';
import { gather } from 'rx-asyncio/promises';
import { NEVER, of, throwError } from 'rxjs';
import { pass, sleep, virtualTime } from './asyncio';

// Of the process that Jest gives to a test: nothing that is done to it reaches the real one.
const interrupt = () => process.emit('SIGINT');
const listeners = () => ['SIGINT', 'SIGTERM', 'beforeExit'].map((event) => process.listenerCount(event));

afterEach(async () => {
  await pass(1000);
  expect(listeners()).toEqual([0, 0, 0]);
  process.exitCode = undefined;
});

virtualTime();

it('test_runners.RunTests.test_asyncio_run_return: gives the result of main', async () => {
  const main = async () => {
    await Promise.resolve();
    return 42;
  };
  expect(await run(main)).toBe(42);
});

it('test_runners.RunTests.test_asyncio_run_raises: fails with what main fails with', async () => {
  const main = async () => {
    await Promise.resolve();
    throw new RangeError('spam');
  };
  await expect(run(main)).rejects.toThrow(new RangeError('spam'));
});

it('test_runners.RunTests.test_asyncio_run_only_coro: takes a coroutine function or an Observable, nothing else', async () => {
  expect(() => run(1 as never)).toThrow(TypeError);
  await expect(run((() => undefined) as never)).rejects.toThrow(TypeError);
});

it('unlike test_runners.RunTests.test_asyncio_run_from_running_loop: run within run is a part of the program', async () => {
  const log: string[] = [];
  const inner = async (context: MainContext) => {
    await sleep(Infinity, context).finally(() => log.push('inner'));
  };
  const outer = async () => {
    await run(inner).finally(() => log.push('outer'));
  };
  const ended = run(outer);
  interrupt();
  await expect(ended).rejects.toMatchObject({ name: 'CancelledError', message: 'SIGINT' });
  expect(log).toEqual(['inner', 'outer']);
});

it('test_runners.RunTests.test_asyncio_run_cancels_hanging_tasks: cancels what main leaves running', async () => {
  let leftover: Task<void> | undefined;
  const main = async () => {
    leftover = createTask((context) => sleep(100, context));
    return Promise.resolve(123);
  };
  expect(await run(main)).toBe(123);
  expect(leftover?.status).toBe('cancelled');
});

it('unlike test_runners.RunTests.test_asyncio_run_reports_hanging_tasks_errors: what that fails with is the failure of run', async () => {
  let leftover: Task<void> | undefined;
  const main = async () => {
    leftover = createTask((context) => sleep(100, context).catch(() => Promise.reject(new RangeError('1 / 0'))));
    return Promise.resolve(123);
  };
  await expect(run(main)).rejects.toThrow(new RangeError('1 / 0'));
  expect(leftover?.status).toBe('rejected');
});

it('test_runners.RunTests.test_asyncio_run_closes_gens_after_hanging_tasks_errors: closes generators, main’s failure first', async () => {
  class FancyExit extends Error {}
  let closed = false;
  async function* fidget({ signal }: { readonly signal: AbortSignal }) {
    try {
      for (;;) {
        yield 1;
        await sleep(1000, { signal });
      }
    } finally {
      closed = true;
    }
  }
  const spin = async (context: { readonly signal: AbortSignal }) => {
    try {
      for await (const meaning of fidget(context)) expect(meaning).toBe(1);
    } catch {
      throw new RangeError('1 / 0');
    }
  };
  let lazyboy: Task<void> | undefined;
  const main = async () => {
    lazyboy = createTask(spin);
    await Promise.resolve();
    throw new FancyExit();
  };
  const error: unknown = await run(main).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FancyExit);
  expect(suppressed(error)).toEqual([new RangeError('1 / 0')]);
  expect([closed, lazyboy?.status]).toEqual([true, 'rejected']);
});

it('test_runners.RunnerTests.test_run: nothing of it is left afterwards', async () => {
  const ended = run(() => Promise.resolve('done'));
  expect(listeners()).toEqual([1, 1, 1]);
  expect(await ended).toBe('done');
  expect(listeners()).toEqual([0, 0, 0]);
});

it('test_runners.RunnerTests.test_run_non_coro: a number is nothing to run', () => {
  expect(() => run(123 as never)).toThrow(TypeError);
});

it('test_runners.RunnerTests.test_run_future: nor is what runs already and cannot be cancelled', () => {
  expect(() => run(Promise.resolve() as never)).toThrow(TypeError);
});

it('unlike test_runners.RunnerTests.test_recursive_run: main may run something itself', async () => {
  const main = async () => [await run(of('inner')), 'outer'];
  expect(await run(main)).toEqual(['inner', 'outer']);
});

it('test_runners.RunnerTests.test_interrupt_call_soon: a signal cancels main where it never waits for long', async () => {
  const main = async (context: MainContext) => {
    while (!context.signal.aborted) await sleep(0, context).catch(() => {});
    throw context.signal.reason;
  };
  const ended = run(main);
  setTimeout(interrupt, 100);
  void pass(100);
  await expect(ended).rejects.toMatchObject({ name: 'CancelledError', message: 'SIGINT' });
  expect(process.exitCode).toBe(130);
});

it('test_runners.RunnerTests.test_interrupt_wait: a signal cancels main and the Task that it has started and awaits', async () => {
  let future: Task<never> | undefined;
  let caught: unknown;
  const main = async (context: MainContext) => {
    future = createTask(NEVER);
    await gather([future], context).catch((error: unknown) => (caught = error));
    throw context.signal.reason;
  };
  const ended = run(main);
  setTimeout(interrupt, 100);
  void pass(100);
  await expect(ended).rejects.toMatchObject({ message: 'SIGINT' });
  expect([isCancellation(caught), future?.status]).toEqual([true, 'cancelled']);
});

it('test_runners.RunnerTests.test_interrupt_cancelled_task: a signal after main was cancelled changes nothing', async () => {
  const main: Task<void> = createTask(async (context) => {
    createTask(async () => {
      await Promise.resolve();
      main.cancel();
      interrupt();
    });
    await sleep(10_000, context);
  });
  await expect(run(main)).rejects.toMatchObject({ name: 'CancelledError' });
});

it('test_runners.RunnerTests.test_no_repr_is_call_on_the_task_result: no result is turned into a text', async () => {
  const result = { toString: jest.fn(), [Symbol.for('nodejs.util.inspect.custom')]: jest.fn() };
  expect(await run(() => Promise.resolve(result))).toBe(result);
  await expect(run(() => throwError(() => result))).rejects.toBe(result);
  await nextTurn();
  for (const method of Object.values(result)) expect(method).not.toHaveBeenCalled();
});
