import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { asyncFinalize, createTask, shield, suppressed, type Task } from 'rx-asyncio';
import { type MainContext, run, type RunOptions } from 'rx-asyncio/node';
import { gather, taskGroup } from 'rx-asyncio/promises';
import { EMPTY, NEVER, type Observable, of, Subject, throwError } from 'rxjs';
import { expectType } from '../support/expect-type';

// Signals are emitted by hand, in the process that Jest gives to a test; real ones: processes.spec.ts.

let exit: jest.SpyInstance;
let printed: jest.SpyInstance;

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  printed = jest.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(async () => {
  await jest.runAllTimersAsync();
  jest.useRealTimers();
  jest.restoreAllMocks();
  expect(['SIGINT', 'SIGTERM', 'beforeExit'].map((event) => process.listenerCount(event))).toEqual([0, 0, 0]);
  process.exitCode = undefined;
});

const turns = async () => {
  for (let turn = 0; turn < 4; turn++) await nextTurn();
};

const lines = () => printed.mock.calls.map(([line]) => String(line));

/** Goes on until it is cancelled, and takes some time for its cleanup. */
const busy =
  (cleanup: number, log: string[] = [], name = 'cleaned up') =>
  async ({ signal }: { readonly signal: AbortSignal }): Promise<never> => {
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    await new Promise((resolve) => setTimeout(resolve, cleanup));
    log.push(name);
    throw signal.reason;
  };

const cancelled = { name: 'CancelledError', message: 'SIGINT' };

describe('run', () => {
  it('gives the result of main, and leaves no listener', async () => {
    const result = run(async () => Promise.resolve(42));
    expect(process.listenerCount('SIGINT')).toBe(1);
    expect(await result).toBe(42);
    expect(process.listenerCount('SIGINT')).toBe(0);
    expect(process.exitCode).toBe(undefined);
    expect(exit).not.toHaveBeenCalled();
  });

  it('has one listener for each event, however many programs run at once', async () => {
    const ends = Array.from({ length: 12 }, () => new Subject<void>());
    const results = ends.map((end) => run(end));
    expect(process.listenerCount('SIGINT')).toBe(1);
    expect(process.listenerCount('beforeExit')).toBe(1);
    process.emit('beforeExit', 0);
    expect(lines()).toHaveLength(12);
    process.emit('beforeExit', 0);
    expect(lines()).toHaveLength(12);

    ends.slice(0, 11).forEach((end) => {
      end.complete();
    });
    await turns();
    expect(process.listenerCount('SIGINT')).toBe(1);
    process.emit('SIGINT');
    await expect(results.at(-1)).rejects.toMatchObject(cancelled);
  });

  it('takes an Observable, a taskGroup say, and gives its last value, or undefined', async () => {
    expectType<Promise<number | undefined>>()(run(of(1, 2)));
    expect(await run(of(1, 2))).toBe(2);
    const empty: Observable<number> = EMPTY;
    expect([await run(empty), await run(() => empty)]).toEqual([undefined, undefined]);
    expect(await run(({ signal }) => taskGroup(() => Promise.resolve('grouped'), { signal }))).toBe('grouped');
    const native = {
      subscribe: ({ complete }: { complete: () => void }) => {
        complete();
      },
    };
    expect(await run(native)).toBe(undefined);
    expect(await run(createTask(of('a Task')))).toBe('a Task');
  });

  it('is handed on as options, since of its own its context has only the signal', async () => {
    const main = async (context: MainContext) => [...(await gather([of(1)], context)), context.draining.aborted];
    expect(await run(main)).toEqual([1, false]);
  });

  it('rejects with what main fails with, and leaves the rest to whoever asks for it', async () => {
    const failure = new Error('no');
    await expect(run(() => Promise.reject(failure))).rejects.toBe(failure);
    await expect(run(throwError(() => failure))).rejects.toBe(failure);
    await turns();
    expect(printed).not.toHaveBeenCalled();
    expect(exit).not.toHaveBeenCalled();
    expect(process.exitCode).toBe(undefined);
  });

  it('prints once what nobody asks for, and ends the process as the runtime would', async () => {
    const failure = new Error('no');
    void run(() => Promise.reject(failure));
    await turns();
    expect(printed.mock.calls).toEqual([[failure]]);
    expect(exit.mock.calls).toEqual([[1]]);
  });

  it('ends the process with the exit code that main has set', async () => {
    void run(() => {
      process.exitCode = 7;
      return throwError(() => new Error('no'));
    });
    await turns();
    expect(exit.mock.calls).toEqual([[7]]);
  });

  it('prints a cancellation that main has made itself, as asyncio does', async () => {
    const task = createTask(NEVER);
    task.cancel();
    void run(async () => {
      await task;
    });
    await turns();
    expect(lines()).toEqual(['CancelledError: cancelled']);
    expect(exit.mock.calls).toEqual([[1]]);
  });

  it.each<[string, unknown, ErrorConstructor, string]>([
    ['a number', 5, TypeError, 'run: main must be a function or an Observable, got 5'],
    ['nothing', undefined, TypeError, 'run: main must be a function or an Observable, got undefined'],
    ['a Promise', Promise.resolve(), TypeError, 'run: main must be a function or an Observable, got a Promise'],
  ])('takes no %s', (_, main, Kind, message) => {
    expect(() => run(main as () => Promise<void>)).toThrow(new Kind(message));
  });

  it.each<[object, ErrorConstructor, string]>([
    [{ grace: -1 }, RangeError, 'run: grace must be milliseconds, 0 or more, got -1'],
    [{ grace: NaN }, RangeError, 'run: grace must be milliseconds, 0 or more, got NaN'],
    [{ grace: '5' }, TypeError, "run: grace must be milliseconds, 0 or more, got the string '5'"],
    [{ signals: 'SIGINT' }, TypeError, "run: signals must be an array of names of signals, got the string 'SIGINT'"],
    [{ signal: 'SIGINT' }, TypeError, 'run: there is no option signal, only signals, grace, drain, inspect'],
  ])('does not take the options %p', (options, Kind, message) => {
    expect(() => run(NEVER, options as RunOptions)).toThrow(new Kind(message));
  });

  it.each([['SIGKILL'], ['SIGINT', 'SIGNOTHING'], [undefined]])('knows the signals: %p', (...signals) => {
    const options = { signals } as unknown as RunOptions;
    expect(() => run(NEVER, options)).toThrow(/^run: signals\[\d\] must be a signal that can be listened to, got /);
  });

  it('rejects with the TypeError of a main that returns nothing to wait for', async () => {
    const main = (() => {}) as unknown as () => Promise<void>;
    await expect(run(main)).rejects.toThrow(TypeError);
  });
});

describe('the first signal', () => {
  it('cancels main, and is the reason when that has cleaned up', async () => {
    const log: string[] = [];
    const ended = run(busy(100, log)).catch((error: unknown) => log.push(String(error)));
    process.emit('SIGINT');
    await jest.advanceTimersByTimeAsync(99);
    expect(log).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await ended;
    expect(log).toEqual(['cleaned up', 'CancelledError: SIGINT']);
    expect(process.exitCode).toBe(130);
    expect(lines()).toEqual([]);
  });

  it('unsubscribes an Observable', async () => {
    const log: string[] = [];
    const main = NEVER.pipe(asyncFinalize(() => void log.push('finalized')));
    const ended = run(main);
    process.emit('SIGTERM');
    await expect(ended).rejects.toMatchObject({ name: 'CancelledError', message: 'SIGTERM' });
    expect(log).toEqual(['finalized']);
    expect(process.exitCode).toBe(143);
  });

  it('cancels a Task that is run', async () => {
    const log: string[] = [];
    const task = createTask(busy(0, log));
    const ended = run(task);
    process.emit('SIGINT');
    await jest.runAllTimersAsync();
    await expect(ended).rejects.toMatchObject(cancelled);
    expect([log, task.status]).toEqual([['cleaned up'], 'cancelled']);
  });

  it('lets go of a main that reads no signal', async () => {
    const ended = run(() => new Promise<never>(() => {}));
    process.emit('SIGINT');
    await expect(ended).rejects.toMatchObject(cancelled);
  });

  it('lets a value through that main gives all the same', async () => {
    const main = ({ signal }: MainContext) => busy(0)({ signal }).catch(() => 'saved');
    const ended = run(main);
    process.emit('SIGINT');
    await jest.runAllTimersAsync();
    expect(await ended).toBe('saved');
    expect(process.exitCode).toBe(130);
  });

  it('gives way to what fails in the cleanup', async () => {
    const main = ({ signal }: MainContext) => busy(0)({ signal }).finally(() => Promise.reject(new Error('unsaved')));
    void run(main);
    process.emit('SIGINT');
    await jest.runAllTimersAsync();
    await turns();
    expect(lines()).toEqual(['Error: unsaved']);
    expect(exit.mock.calls).toEqual([[1]]);
  });

  it('ends the process without a word where nobody asks for the outcome', async () => {
    void run(busy(0));
    process.emit('SIGINT');
    await jest.runAllTimersAsync();
    await turns();
    expect(lines()).toEqual([]);
    expect(exit.mock.calls).toEqual([[130]]);
  });

  const emit = process.emit.bind(process) as (event: string, error: unknown) => boolean;

  /** A copy of the package that has not listened yet, and what a signal has brought there. */
  async function cancelledAnew(): Promise<unknown> {
    let ended: unknown;
    await jest.isolateModulesAsync(async () => {
      const { run: runAnew } = await import('rx-asyncio/node');
      const promise = runAnew(NEVER).catch((error: unknown) => error);
      process.emit('SIGTERM');
      ended = await promise;
    });
    return ended;
  }

  describe.each<[string, (listener: () => void) => unknown]>([
    ['uncaughtException', () => {}],
    // Only then: a listener of ours would keep Node from making an uncaughtException of others.
    ['unhandledRejection', (listener) => process.on('unhandledRejection', listener)],
  ])('ends it so, too, where it gets to an %s', (event, listenBefore) => {
    const before = jest.fn();
    const listeners = () => process.listeners(event as 'uncaughtException');

    beforeEach(() => {
      listenBefore(before);
    });

    afterEach(() => {
      process.removeAllListeners(event);
    });

    it('and nobody handles it', async () => {
      emit(event, await cancelledAnew());
      expect(lines()).toEqual([]);
      expect(exit.mock.calls).toEqual([[]]);
    });

    it('and does of anything else what the runtime would do if there were no listener', async () => {
      await cancelledAnew();
      process.off(event, before);
      emit(event, new Error('another'));
      expect(lines()).toEqual(['Error: another']);
      expect(exit.mock.calls).toEqual([[1]]);
    });

    it('and leaves anything else to other listeners', async () => {
      await cancelledAnew();
      const other = jest.fn();
      process.on(event, other);
      expect(listeners().length).toBeGreaterThan(1);
      emit(event, 'a third');
      expect(other).toHaveBeenCalledWith('a third');
      expect(exit).not.toHaveBeenCalled();
    });
  });

  it('leaves it to Node what becomes of an unhandled rejection that nobody hears of', async () => {
    await cancelledAnew();
    expect(process.listenerCount('unhandledRejection')).toBe(0);
    process.removeAllListeners('uncaughtException');
  });

  it('counts once when it comes twice in half a second', async () => {
    const ended = run(busy(800)).catch(() => {});
    process.emit('SIGINT');
    await jest.advanceTimersByTimeAsync(499);
    process.emit('SIGINT');
    expect(exit).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    process.emit('SIGINT');
    expect(exit.mock.calls).toEqual([[130]]);
    await jest.runAllTimersAsync();
    await ended;
  });

  it('is listened for until its echo can no longer come', async () => {
    const ended = run(NEVER).catch(() => {});
    await jest.advanceTimersByTimeAsync(1000);
    process.emit('SIGINT');
    await ended;
    expect([process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')]).toEqual([1, 0]);
    await jest.advanceTimersByTimeAsync(500);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  it('may be another one', async () => {
    const ended = run(busy(0), { signals: ['SIGUSR2', 'SIGUSR2'] });
    expect([process.listenerCount('SIGINT'), process.listenerCount('SIGUSR2')]).toEqual([0, 1]);
    process.emit('SIGUSR2');
    await jest.runAllTimersAsync();
    await expect(ended).rejects.toMatchObject({ message: 'SIGUSR2' });
    expect(process.exitCode).toBe(140);
  });

  it('is told of, with what is pending, when the cleanup takes longer than a second', async () => {
    const main = async (context: MainContext) => {
      const upload = createTask(NEVER, { name: 'upload' });
      createTask(NEVER, { name: 'upload' });
      await busy(1500)(context);
      await upload;
    };
    const ended = run(main).catch(() => {});
    process.emit('SIGINT');
    await jest.advanceTimersByTimeAsync(999);
    expect(lines()).toEqual([]);
    await jest.runAllTimersAsync();
    await ended;
    expect(lines()).toEqual(['SIGINT: still cleaning up, once more ends it at once: main, upload']);
  });
});

describe('a second signal', () => {
  it('ends the process at once, with its own exit code, or with the one that main has set', async () => {
    const ended = run(busy(5000)).catch(() => {});
    process.emit('SIGINT');
    process.emit('SIGTERM');
    expect(exit.mock.calls).toEqual([[143]]);
    process.exitCode = 3;
    await jest.advanceTimersByTimeAsync(600);
    process.emit('SIGTERM');
    expect(exit.mock.calls).toEqual([[143], [3]]);
    await jest.runAllTimersAsync();
    await ended;
    expect(process.exitCode).toBe(3);
  });
});

describe('drain', () => {
  const inTurn = async (context: MainContext, log: string[]) => {
    context.draining.addEventListener('abort', () => void log.push('draining'));
    context.signal.addEventListener('abort', () => log.push('cancelled'));
    while (!context.draining.aborted) await new Promise((resolve) => setTimeout(resolve, 100));
    log.push('finished');
    return log.length;
  };

  it('has the first signal ask main to take on nothing more; the exit code is that of main', async () => {
    const log: string[] = [];
    const ended = run((context) => inTurn(context, log), { drain: true });
    await jest.advanceTimersByTimeAsync(50);
    process.emit('SIGTERM');
    expect(log).toEqual(['draining']);
    await jest.advanceTimersByTimeAsync(50);
    expect(await ended).toBe(2);
    expect(log).toEqual(['draining', 'finished']);
    expect(process.exitCode).toBe(undefined);
  });

  it('has the second cancel, and the third end the process', async () => {
    const log: string[] = [];
    const ended = run(async (context) => Promise.all([inTurn(context, log), busy(5000, log)(context)]), {
      drain: true,
    });
    void ended.catch(() => {});
    process.emit('SIGINT');
    process.emit('SIGTERM');
    expect(log).toEqual(['draining', 'cancelled']);
    expect(exit).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(600);
    process.emit('SIGINT');
    expect(exit.mock.calls).toEqual([[130]]);
    await jest.runAllTimersAsync();
    await expect(ended).rejects.toMatchObject({ message: 'SIGTERM' });
    expect(process.exitCode).toBe(143);
  });

  it('is for main to heed: without the option both are aborted together', async () => {
    const log: string[] = [];
    const ended = run((context) => inTurn(context, log));
    process.emit('SIGINT');
    expect(log).toEqual(['draining', 'cancelled']);
    await jest.advanceTimersByTimeAsync(100);
    expect(await ended).toBe(3);
    expect(process.exitCode).toBe(130);
  });
});

describe('grace', () => {
  it('may be longer than a timer can be', async () => {
    const ended = run(busy(5000), { grace: 2 ** 31 }).catch(() => {});
    await jest.advanceTimersByTimeAsync(2000);
    process.emit('SIGTERM');
    await jest.advanceTimersByTimeAsync(100);
    expect([lines(), exit.mock.calls]).toEqual([[], []]);
    await jest.runAllTimersAsync();
    await ended;
  });

  it('bounds the cleanup, from the signal on', async () => {
    const ended = run(busy(5000), { grace: 800 }).catch(() => {});
    await jest.advanceTimersByTimeAsync(2000);
    process.emit('SIGTERM');
    await jest.advanceTimersByTimeAsync(799);
    expect(exit).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(lines()).toEqual(['SIGTERM: not cleaned up after 800 ms: main']);
    expect(exit.mock.calls).toEqual([[143]]);
    await jest.runAllTimersAsync();
    await ended;
  });

  it('bounds that of what is loose, from the end of main on; its failure is not lost', async () => {
    const main = () => {
      createTask(busy(5000), { name: 'upload' });
      return Promise.reject(new Error('no'));
    };
    const ended = run(main, { grace: 0 }).catch(() => {});
    await jest.advanceTimersByTimeAsync(0);
    expect(lines()).toEqual(['Error: no', 'main has ended: not cleaned up after 0 ms: upload']);
    expect(exit.mock.calls).toEqual([[1]]);
    await jest.runAllTimersAsync();
    await ended;
  });

  it('leaves no timer behind', async () => {
    expect(await run(of(1), { grace: 1000 })).toBe(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('what main leaves running', () => {
  it('is cancelled and waited for: loose Tasks, what is shielded, and what these start in their cleanup', async () => {
    const log: string[] = [];
    const tasks: Task<unknown>[] = [];
    const more = async ({ signal }: { readonly signal: AbortSignal }) => {
      await busy(10, log, 'first')({ signal }).finally(() => tasks.push(createTask(busy(10, log, 'second'))));
    };
    const main = async () => {
      tasks.push(createTask(more), createTask(of(1)));
      const subscription = shield(busy(30, log, 'shielded')).subscribe({ error: () => {} });
      subscription.unsubscribe();
      await Promise.resolve();
      return 'main';
    };
    const ended = run(main);
    await jest.runAllTimersAsync();
    expect(await ended).toBe('main');
    expect(log).toEqual(['first', 'shielded', 'second']);
    expect(tasks.map(({ status }) => status)).toEqual(['cancelled', 'fulfilled', 'cancelled']);
    expect(process.exitCode).toBe(undefined);
  });

  it('is cancelled once main has cleaned up', async () => {
    const log: string[] = [];
    const main = async (context: MainContext) => {
      createTask(busy(0, log, 'loose'));
      await busy(100, log, 'main')(context);
    };
    const ended = run(main).catch(() => {});
    process.emit('SIGINT');
    await jest.runAllTimersAsync();
    await ended;
    expect(log).toEqual(['main', 'loose']);
  });

  it('is the failure of the program, where it fails in its cleanup, or listed with that of main', async () => {
    const failing =
      (name: string) =>
      ({ signal }: MainContext | { readonly signal: AbortSignal }) =>
        busy(0)({ signal }).catch(() => Promise.reject(new Error(name)));
    const main = (failure?: Error) => async () => {
      createTask(failing('loose'));
      await nextTurn();
      if (failure !== undefined) throw failure;
    };
    const alone = expect(run(main())).rejects.toThrow('loose');
    await jest.runAllTimersAsync();
    await alone;
    const failure = new Error('main');
    const both = expect(run(main(failure))).rejects.toBe(failure);
    await jest.runAllTimersAsync();
    await both;
    expect(suppressed(failure)).toMatchObject([{ message: 'loose' }]);
  });

  it('is what was created in its asynchronous context, and nothing else', async () => {
    const outside = createTask(NEVER);
    let inside!: Task<never>;
    const main = async () => {
      await nextTurn();
      inside = createTask(NEVER);
      setTimeout(() => {});
      await nextTurn();
    };
    await run(main);
    expect([outside.status, inside.status]).toEqual(['pending', 'cancelled']);
    outside.cancel();
  });

  it('leaves a failure that came before to whoever observes the Task', async () => {
    const main = async () => {
      const task = createTask(throwError(() => new Error('seen')));
      return task.catch((error: unknown) => String(error));
    };
    expect(await run(main)).toBe('Error: seen');
  });

  it('keeps the context that run was called in', async () => {
    const storage = new AsyncLocalStorage<string>();
    const main = async () => {
      await nextTurn();
      return storage.getStore();
    };
    expect(await storage.run('outer', () => run(main))).toBe('outer');
  });
});

describe('run within run', () => {
  it('installs nothing twice, and is cancelled with the outer one', async () => {
    const log: string[] = [];
    const inner = async () => run(busy(10, log, 'inner'), { drain: true });
    const outer = async (context: MainContext) => {
      const ended = inner();
      expect([process.listenerCount('SIGINT'), process.listenerCount('beforeExit')]).toEqual([1, 1]);
      createTask(NEVER, { name: 'loose' });
      await busy(2000, log, 'outer')(context).catch(() => {});
      await ended;
    };
    const ended = run(outer);
    void ended.catch(() => {});
    await nextTurn();
    process.emit('SIGINT');
    await jest.runAllTimersAsync();
    await expect(ended).rejects.toMatchObject({ name: 'CancelledError', message: 'SIGINT' });
    expect(log).toEqual(['inner', 'outer']);
    expect(process.exitCode).toBe(130);
    expect(exit).not.toHaveBeenCalled();
  });

  it('is drained with the outer one', async () => {
    const aborted = ({ draining }: MainContext) =>
      new Promise((resolve) => {
        draining.addEventListener('abort', resolve);
      });
    const ended = run(async () => run(aborted), { drain: true });
    process.emit('SIGTERM');
    await ended;
    expect(process.exitCode).toBe(undefined);
  });

  it('does not outlive the outer one, and is not heard of where nobody asks', async () => {
    const log: string[] = [];
    const outer = async () => {
      void run(async (context) => {
        createTask(busy(10, log, 'loose, within'));
        await busy(10, log, 'inner')(context);
      });
      await nextTurn();
    };
    const ended = run(outer);
    await turns();
    await jest.runAllTimersAsync();
    await ended;
    await turns();
    expect(log).toEqual(['inner', 'loose, within']);
    expect(lines()).toEqual([]);
    expect(exit).not.toHaveBeenCalled();
  });

  it('tells of a failure that nobody asks for as run does', async () => {
    const ended = run(async () => {
      void run(() => throwError(() => new Error('inner')));
      await turns();
    });
    await ended;
    expect(lines()).toEqual(['Error: inner']);
    expect(exit.mock.calls).toEqual([[1]]);
  });

  it('is named by what it waits for', async () => {
    const inner = (context: MainContext) => {
      createTask(NEVER, { name: 'upload' });
      return busy(0)(context);
    };
    const ended = run(async (context) => {
      void run(inner).catch(() => {});
      await busy(0)(context);
    });
    process.emit('beforeExit', 0);
    process.emit('SIGINT');
    await jest.runAllTimersAsync();
    await expect(ended).rejects.toMatchObject(cancelled);
    expect(lines()).toEqual(['The event loop is empty, and nothing can end what still waits: main, upload']);
  });
});

describe('an empty event loop', () => {
  it('is told of while main waits, with what it waits for, and sets the exit code', async () => {
    const subject = new Subject<string>();
    const ended = run(async () => createTask(subject, { name: 'answer' }));
    process.emit('beforeExit', 0);
    expect(lines()).toEqual(['The event loop is empty, and nothing can end what still waits: main, answer']);
    expect(process.exitCode).toBe(13);
    subject.next('late');
    subject.complete();
    expect(await ended).toBe('late');
  });

  it('is nothing to tell of when main has ended', async () => {
    await run(of(1));
    process.emit('beforeExit', 0);
    expect(lines()).toEqual([]);
  });
});

describe('inspect', () => {
  const sync = async (context: MainContext) => {
    await gather({ download: busy(1500), parse: of(1) }, context);
  };
  const tree = (status: string, elapsed: string) => [
    `main            coroutine  ${status}  ${elapsed}`,
    `└─ gather                  ${status}  ${elapsed}  1 of 2 done`,
    `   └─ download  coroutine  ${status}  ${elapsed}`,
  ];

  it('prints what runs when it is asked for by a signal, and goes on', async () => {
    const ended = run(sync, { inspect: true }).catch(() => {});
    await jest.advanceTimersByTimeAsync(2000);
    process.emit('SIGUSR2');
    expect(lines()).toEqual([tree('running', '2.0 s').join('\n')]);
    process.emit('SIGINT');
    await jest.advanceTimersByTimeAsync(1000);
    const told = 'SIGINT: still cleaning up, once more ends it at once: main';
    expect(lines().slice(1)).toEqual([[told, ...tree('cleaning up', '1.0 s')].join('\n')]);
    await jest.runAllTimersAsync();
    await ended;
    expect([process.listenerCount('SIGUSR2'), process.listenerCount('SIGINFO')]).toEqual([0, 0]);
  });

  it('listens for no more than it has to: a signal that cancels does not ask, and run within run does not ask twice', async () => {
    const inspect = true;
    const main = () => run(busy(0), { inspect });
    const ended = run(main, { inspect, signals: ['SIGUSR2'] }).catch(() => {});
    const other = run(main, { inspect }).catch(() => {});
    expect(process.listenerCount('SIGUSR2')).toBe(1);
    process.emit('SIGUSR2');
    expect(printed).toHaveBeenCalledTimes(1);
    await jest.runAllTimersAsync();
    await ended;
    process.emit('SIGINT');
    await jest.runAllTimersAsync();
    await other;
  });
});
