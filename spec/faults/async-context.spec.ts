import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  asCompleted,
  asCompletedAll,
  asyncFinalize,
  type Awaitable,
  type Coroutine,
  createTask,
  gather,
  gatherAll,
  Semaphore,
  shield,
  taskGroup,
  type TaskGroup,
  waitAll,
  waitFor,
  wait,
} from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { fromEvent, map, NEVER, Observable, of, Subject, take, tap } from 'rxjs';
import { deferred } from '../support/deferred';
import { lazily, pipeables, structures } from '../support/structures';

// Whose context a coroutine runs in: that of whoever handed it over, however late it starts, and whoever made it start.

const request = new AsyncLocalStorage<string>();
const within = <R>(name: string, body: () => R): R => request.run(name, body);

/** A coroutine function that notes its context when it starts, and again when it goes on. */
const noting =
  (seen: unknown[]): Coroutine<void> =>
  async () => {
    seen.push(request.getStore());
    await nextTurn();
    seen.push(request.getStore());
  };

/** What occupies a slot until it is freed, in the context of whoever does that. */
const occupying: [string, () => { readonly busy: Observable<unknown>; readonly free: () => void }][] = [
  [
    'a Subject',
    () => {
      const busy = new Subject<number>();
      const free = () => {
        busy.next(1);
        busy.complete();
      };
      return { busy, free };
    },
  ],
  [
    'an EventEmitter',
    () => {
      const emitter = new EventEmitter();
      return { busy: fromEvent(emitter, 'free').pipe(take(1)), free: () => void emitter.emit('free', 1) };
    },
  ],
  [
    'a Task of another context',
    () => {
      const gate = deferred<number>();
      const busy = within('other', () => createTask(() => gate.promise));
      return {
        busy,
        free: () => {
          gate.resolve(1);
        },
      };
    },
  ],
  [
    'a Task that is cancelled',
    () => {
      const busy = createTask(NEVER);
      return { busy: wait([busy]), free: () => void busy.cancel() };
    },
  ],
];

describe.each(occupying)('where a slot is freed by %s,', (_, occupy) => {
  it('each task of a group runs in the context of who has created it', async () => {
    const { busy, free } = occupy();
    let group!: TaskGroup;
    const ended = within('group', () =>
      promises.taskGroup(
        (own) => {
          group = own;
          return own.createTask(busy);
        },
        { concurrency: 1 },
      ),
    );
    const [a, b]: [unknown[], unknown[]] = [[], []];
    within('a', () => group.createTask(noting(a)));
    within('b', () => group.createTask(noting(b)));
    within('freeing', free);
    await ended;
    expect([a, b]).toEqual([
      ['a', 'a'],
      ['b', 'b'],
    ]);
  });

  it.each(lazily)('what $name has yet to start runs in the context of the subscriber', async ({ run }) => {
    const { busy, free } = occupy();
    const seen: unknown[] = [];
    const ended = within('subscriber', () => createTask(run([busy, noting(seen), noting(seen)], { concurrency: 1 })));
    within('freeing', free);
    await ended;
    expect(seen).toEqual(Array(4).fill('subscriber'));
  });

  it.each(pipeables.filter(({ name }) => !name.startsWith('wait')))(
    'what has arrived in $name runs in the context of the subscriber',
    async ({ operator }) => {
      const { busy, free } = occupy();
      const seen: unknown[] = [];
      const source = of<Awaitable<unknown>[]>(busy, noting(seen), noting(seen));
      const ended = within('subscriber', () => createTask(source.pipe(operator({ concurrency: 1 }))));
      within('freeing', free);
      await ended;
      expect(seen).toEqual(Array(4).fill('subscriber'));
    },
  );

  it('the body of a generator that is pulled lazily runs in the context of the subscriber', async () => {
    const { busy, free } = occupy();
    const seen: unknown[] = [];
    function* jobs() {
      try {
        seen.push(request.getStore());
        yield busy;
        seen.push(request.getStore());
        yield of(1);
      } finally {
        seen.push(request.getStore());
      }
    }
    const ended = within('subscriber', () => createTask(gather(jobs(), { concurrency: 1 })));
    within('freeing', free);
    await ended;
    expect(seen).toEqual(Array(3).fill('subscriber'));
  });

  it('the body of an async generator that is pulled lazily does, too', async () => {
    const { busy, free } = occupy();
    const seen: unknown[] = [];
    async function* jobs() {
      seen.push(request.getStore());
      // Not the Task itself, which the generator would await.
      yield () => busy;
      seen.push(request.getStore());
      await nextTurn();
      seen.push(request.getStore());
      yield of(1);
    }
    const ended = within('subscriber', () => createTask(gather(jobs(), { concurrency: 1 })));
    await nextTurn();
    within('freeing', free);
    await ended;
    expect(seen).toEqual(Array(3).fill('subscriber'));
  });
});

describe.each([
  ['asCompletedAll', asCompletedAll()],
  ['gatherAll', gatherAll()],
  ['waitAll', waitAll()],
])('what arrives in %s', (_, operator) => {
  it('is started in the context of the subscriber, whoever sends it', async () => {
    const arrivals = new Subject<Coroutine<void>>();
    const seen: unknown[] = [];
    const ended = within('subscriber', () => createTask(arrivals.pipe(operator)));
    within('a', () => {
      arrivals.next(noting(seen));
    });
    within('b', () => {
      arrivals.next(noting(seen));
      arrivals.complete();
    });
    await ended;
    expect(seen).toEqual(Array(4).fill('subscriber'));
  });
});

describe('several readers of one iterator', () => {
  it('do not see each other: all that it starts is in the context of the first next()', async () => {
    const seen: unknown[] = [];
    const contexts: unknown[] = [];
    const results = promises.asCompleted(
      (function* () {
        for (let n = 0; n < 4; n++) {
          seen.push(request.getStore());
          yield noting(seen);
        }
      })(),
      { concurrency: 1 },
    );
    const read = async (name: string) => {
      while ((await results.next()).done !== true) contexts.push([name, request.getStore()]);
      contexts.push([name, request.getStore()]);
    };
    await Promise.all(['a', 'b', 'c'].map((name) => within(name, () => read(name))));
    expect(seen).toEqual(Array(12).fill('a'));
    // Each goes on in its own.
    expect(contexts.length).toBe(7);
    expect((contexts as [string, unknown][]).filter(([name, context]) => name !== context)).toEqual([]);
  });
});

describe('a cleanup callback', () => {
  it('of asyncFinalize is called in the context of the subscriber, whoever cancels', async () => {
    const seen: unknown[] = [];
    const source = NEVER.pipe(
      asyncFinalize(async () => {
        seen.push(request.getStore());
        await nextTurn();
        seen.push(request.getStore());
      }),
    );
    const task = within('subscriber', () => createTask(source));
    within('canceller', () => task.cancel());
    await task.catch(() => {});
    const subscription = within('subscriber', () => source.subscribe());
    within('canceller', () => {
      subscription.unsubscribe();
    });
    await nextTurn();
    await nextTurn();
    expect(seen).toEqual(Array(4).fill('subscriber'));
  });

  it('of asyncFinalize is so, too, where the source ends in the context of another', () => {
    const seen: unknown[] = [];
    const source = new Subject<never>();
    const finalized = source.pipe(asyncFinalize(() => void seen.push(request.getStore())));
    within('subscriber', () => finalized.subscribe());
    within('source', () => {
      source.complete();
    });
    expect(seen).toEqual(['subscriber']);
  });

  it.each<[string, (list: Iterable<Awaitable<unknown>> | AsyncIterable<Awaitable<unknown>>) => Observable<unknown>]>([
    ['gather', (list) => gather(list, { concurrency: 1 })],
    ['asCompleted', (list) => asCompleted(list, { concurrency: 1 })],
  ])('that is the return() of an iterator is called in the context of the subscriber: %s', (_, run) => {
    const seen: unknown[] = [];
    const list = {
      [Symbol.iterator]: () => ({
        next: () => {
          seen.push(request.getStore());
          return { done: false as const, value: NEVER };
        },
        return: () => {
          seen.push(request.getStore());
          return { done: true as const, value: undefined };
        },
      }),
    };
    const subscription = within('subscriber', () => run(list).subscribe());
    within('canceller', () => {
      subscription.unsubscribe();
    });
    expect(seen).toEqual(['subscriber', 'subscriber']);
  });

  it.each<[string, (list: AsyncIterable<number>) => Awaitable<unknown>]>([
    ['as it stands', (list) => list],
    ['as what a coroutine function returns, which reads no signal', (list) => () => list],
    [
      'as what a coroutine function returns, which reads its signal',
      (list) =>
        ({ signal }) => (signal.throwIfAborted(), list),
    ],
  ])('that is the return() of an async iterable, and its next(), is, too: %s', async (_, asAwaitable) => {
    const seen: unknown[] = [];
    const gates = [deferred(), deferred()];
    const list: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => {
        let asked = 0;
        return {
          next: async () => {
            seen.push(request.getStore());
            await gates[asked++]?.promise;
            return { done: false, value: asked };
          },
          return: () => {
            seen.push(request.getStore());
            return Promise.resolve({ done: true, value: undefined });
          },
        };
      },
    };
    const task = within('subscriber', () => createTask(asAwaitable(list)));
    const [first, second] = gates;
    within('source', () => {
      first?.resolve();
    });
    await nextTurn();
    within('canceller', () => task.cancel());
    within('source', () => {
      second?.resolve();
    });
    await task.catch(() => {});
    await nextTurn();
    expect([...new Set(seen)]).toEqual(['subscriber']);
    expect(seen.length).toBeGreaterThanOrEqual(2);
  });

  it('that is the finally block of an async generator runs in the context of the subscriber', async () => {
    const seen: unknown[] = [];
    const gate = deferred();
    async function* pages() {
      try {
        yield 1;
        await gate.promise;
        yield 2;
      } finally {
        seen.push(request.getStore());
      }
    }
    const whileAsked = within('subscriber', () => gather([pages()]).subscribe());
    await nextTurn();
    within('canceller', () => {
      whileAsked.unsubscribe();
    });
    within('source', () => {
      gate.resolve();
    });
    await nextTurn();
    expect(seen).toEqual(['subscriber']);
  });

  it('that is the cancel() of a stream runs in the context of the subscriber', async () => {
    const seen: unknown[] = [];
    const stream = new ReadableStream<number>({
      cancel: () => {
        seen.push(request.getStore());
      },
    });
    const subscription = within('subscriber', () => gather([stream]).subscribe());
    within('canceller', () => {
      subscription.unsubscribe();
    });
    await nextTurn();
    expect(seen).toEqual(['subscriber']);
  });
});

describe('a mapper in a list', () => {
  it('runs in the context of the subscriber', async () => {
    const seen: unknown[] = [];
    const { promise, resolve } = deferred<number>();
    function* mapped() {
      for (const value of [promise, Promise.resolve(2)]) {
        yield () => {
          seen.push(request.getStore());
          return value;
        };
      }
    }
    const ended = within('subscriber', () => createTask(asCompleted(mapped(), { concurrency: 1 })));
    within('other', () => {
      resolve(1);
    });
    await ended;
    expect(seen).toEqual(['subscriber', 'subscriber']);
  });
});

describe('the zone of zone.js, where there is one, is that of whoever has handed it over,', () => {
  class Zone {
    static current = new Zone('root');
    constructor(readonly name: string) {}
    run<R>(body: () => R): R {
      const outer = Zone.current;
      Zone.current = this;
      try {
        return body();
      } finally {
        Zone.current = outer;
      }
    }
  }
  const angular = new Zone('angular');
  const seen: string[] = [];
  const inZone = () => of(seen.push(`${Zone.current.name} ${request.getStore()}`));

  beforeEach(() => Object.assign(globalThis, { Zone }));
  afterEach(() => {
    Reflect.deleteProperty(globalThis, 'Zone');
    seen.length = 0;
  });

  it.each<[string, (before: Observable<unknown>) => unknown]>([
    ['of what waits for its turn in gather', (before) => gather([before, inZone], { concurrency: 1 }).subscribe()],
    [
      'of what waits for a permit',
      (before) => {
        const semaphore = new Semaphore(1);
        semaphore.use(before).subscribe();
        semaphore.use(inZone).subscribe();
      },
    ],
  ])('%s', (_, start) => {
    const before = new Subject<number>();
    within('A', () => {
      angular.run(() => start(before.pipe(take(1))));
    });
    before.next(1);
    expect(seen).toEqual(['angular A']);
  });
});

describe('nothing is captured where nothing starts late', () => {
  /** How many contexts were asked for. */
  function captured(body: () => unknown): number {
    const hooks = jest.spyOn(process as { getBuiltinModule: (name: string) => unknown }, 'getBuiltinModule');
    try {
      body();
      return hooks.mock.calls.length;
    } finally {
      hooks.mockRestore();
    }
  }
  const functions = Array.from({ length: 2500 }, () => () => Promise.resolve(1));

  it.each<[string, () => unknown]>([
    ['gather of a list', () => gather(functions).subscribe()],
    ['gather of a record', () => gather({ a: functions[0] as Coroutine<number> }).subscribe()],
    ['gather of a short list with concurrency', () => gather([of(1), of(2)], { concurrency: 2 }).subscribe()],
    ['asCompleted', () => asCompleted(functions).subscribe()],
    ['wait', () => wait(functions).subscribe()],
    [
      'waitFor',
      () => {
        waitFor(() => Promise.resolve(1), 10)
          .subscribe()
          .unsubscribe();
      },
    ],
    ['shield', () => shield(() => Promise.resolve(1)).subscribe()],
    ['createTask', () => createTask(() => Promise.resolve(1))],
    [
      'taskGroup',
      () =>
        taskGroup((group) => {
          for (const each of functions) group.createTask(each);
          return of(1);
        }).subscribe(),
    ],
  ])('in %s', (_, start) => {
    expect(captured(start)).toBe(0);
  });

  it('in a group that has room, but once for each that has to wait', () => {
    const start = () => {
      taskGroup(
        (group) => {
          for (let n = 0; n < 5; n++) group.createTask(NEVER);
          return of(1);
        },
        { concurrency: 2 },
      )
        .subscribe()
        .unsubscribe();
    };
    expect(captured(start)).toBe(3);
  });

  it('and one for all that has yet to be pulled', () => {
    expect(captured(() => { gather(Array(100).fill(NEVER), { concurrency: 2 }).subscribe().unsubscribe(); })).toBe(1); // prettier-ignore
  });
});

it('a platform that has AsyncContext is asked for a snapshot of that', async () => {
  const steps: string[] = [];
  class Snapshot {
    constructor() {
      steps.push('snapshot');
    }
    run<R>(body: () => R): R {
      steps.push('run');
      return body();
    }
  }
  const platform = globalThis as { AsyncContext?: unknown };
  platform.AsyncContext = { Snapshot };
  const busy = new Subject<number>();
  const ended = createTask(gather([busy, of(2)], { concurrency: 1 }));
  busy.next(1);
  busy.complete();
  delete platform.AsyncContext;
  expect(await ended).toEqual([1, 2]);
  expect(steps).toEqual(['snapshot', 'run', 'run']);
});

it('a platform that knows of no contexts has none to keep', async () => {
  const hooks = jest.spyOn(process as { getBuiltinModule: (name: string) => unknown }, 'getBuiltinModule');
  hooks.mockReturnValue(undefined);
  const busy = new Subject<number>();
  const ended = createTask(gather([busy, of(2)], { concurrency: 1 }));
  busy.next(1);
  busy.complete();
  hooks.mockRestore();
  expect(await ended).toEqual([1, 2]);
});

it.each(structures)('$name passes its results on in the context that they come in, as any operator', ({ run }) => {
  const source = new Subject<number>();
  const seen: unknown[] = [];
  within('subscriber', () =>
    run([source])
      .pipe(
        map(() => request.getStore()),
        tap((store) => seen.push(store)),
      )
      .subscribe(),
  );
  within('source', () => {
    source.next(1);
    source.complete();
  });
  expect(seen).toEqual(['source']);
});
