import { AsyncResource } from 'node:async_hooks';
import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  concat,
  defer,
  EMPTY,
  finalize,
  mergeMap,
  NEVER,
  type Observable,
  of,
  startWith,
  Subject,
  switchMap,
  take,
  throwError,
  timer,
} from 'rxjs';
import {
  asCompleted,
  asyncFinalize,
  CancelledError,
  createTask,
  gather,
  gatherAll,
  Semaphore,
  shield,
  type Task,
  taskGroup,
  wait,
  waitAll,
  waitFor,
  withGrace,
} from 'rx-asyncio';
import { inspectTasks, type TaskNode, type TaskTree } from 'rx-asyncio/inspect';
import * as promises from 'rx-asyncio/promises';
import { deferred } from '../support/deferred';
import { collectGarbage } from '../support/garbage';
import { unhandledRejections } from '../support/unhandled-rejections';
import { inVirtualTime } from '../support/virtual-time';

let tree: TaskTree;
beforeEach(() => {
  tree = inspectTasks();
});
afterEach(() => {
  tree[Symbol.dispose]();
});

/** The tree without its times. */
function shape(view = tree): string[] {
  return String(view)
    .split('\n')
    .map((line) => line.replace(/ +[\d.]+ (ms|s)/, '').replace(/(?<=[^\s│]) {2,}/g, '  '));
}

const turn = () => Promise.resolve();
const weakly = (node: TaskNode | undefined) => {
  if (node === undefined) throw new Error('There is no such node');
  return new WeakRef(node);
};
const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const forever = () => new Promise<never>(() => {});

/** Heeds its signal, and takes so long to clean up. */
const cleaning = (ms: number) => {
  return async ({ signal }: { signal: AbortSignal }) => {
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    await after(ms);
  };
};

describe('the tree', () => {
  it('is empty where nothing runs', () => {
    expect(String(tree)).toBe('nothing is running');
    expect(tree.children).toEqual([]);
  });

  it('shows a combinator and what it runs, until that has ended', async () => {
    const page = new Subject<string>();
    const running = gather([page, async function download() {
      await forever();
    }, { [Symbol.asyncIterator]: () => ({ next: forever }) }, forever(), new ReadableStream({ type: 'bytes' })]).subscribe(); // prettier-ignore
    expect(shape()).toEqual([
      'gather  running  0 of 5 done',
      '├─ [0]  Observable  running',
      '├─ download  coroutine  running',
      '├─ [2]  async iterable  running',
      '├─ [3]  Promise  running',
      '└─ [4]  stream  running',
    ]);
    page.next('done');
    page.complete();
    expect(shape().slice(0, 2)).toEqual(['gather  running  1 of 5 done', '├─ download  coroutine  running']);
    running.unsubscribe();
    // Of which only the stream takes its time to close.
    expect(shape()).toEqual(['gather  cleaning up  1 of 5 done', '└─ [4]  stream  cleaning up']);
    await after(0);
    expect(String(tree)).toBe('nothing is running');
  });

  it.each<[string, () => Observable<unknown>, string[]]>([
    ['gather', () => gather({ a: NEVER, b: of(1) }), ['gather  running  1 of 2 done', '└─ a  Observable  running']],
    ['asCompleted', () => asCompleted(new Map([['a', NEVER]])), ['asCompleted  running  0 of 1 done', '└─ a  Observable  running']],
    ['gatherAll', () => concat(of(NEVER, [1]), NEVER).pipe(gatherAll()), ['gatherAll  running  1 done', '└─ [0]  Observable  running']],
    ['wait', () => wait([NEVER, [1]]), ['wait  running  1 of 2 done', '└─ Task-N  Task  running']],
    ['waitAll', () => concat(of(NEVER), NEVER).pipe(waitAll()), ['waitAll  running  0 done', '└─ Task-N  Task  running']],
    ['waitFor', () => waitFor(forever, 1000), ['waitFor  running', '└─ forever  coroutine  running']],
    ['shield', () => shield(NEVER), ['shield  running', '└─ what is shielded  Observable  running']],
    ['asyncFinalize', () => NEVER.pipe(asyncFinalize(() => {})), ['asyncFinalize  running']],
    ['taskGroup', () => taskGroup(forever), ['taskGroup  running  0 done', '└─ the body  coroutine  running']],
    ['withGrace', () => withGrace(forever, 1000), ['withGrace  running', '└─ forever  coroutine  running']],
    ['semaphore.use', () => new Semaphore(1).use(NEVER), ['semaphore.use  running', '└─ the awaitable  Observable  running']],
    ['gather, lazily', () => gather(new Set([NEVER, of(1)]), { concurrency: 1 }), ['gather  running  0 of 2 done', '└─ [0]  Observable  running']],
  ])('shows %s', (_, start, expected) => {
    const running = start().subscribe();
    expect(shape().map((line) => line.replace(/Task-\d+/, 'Task-N'))).toEqual(expected);
    running.unsubscribe();
  }); // prettier-ignore

  it('shows what waits for room, and for a permit', () => {
    const limit = new Semaphore(0);
    const group = taskGroup(
      async ({ createTask }) => {
        createTask(NEVER, { name: 'first' });
        createTask(limit.use(NEVER), { name: 'second' });
        await forever();
      },
      { concurrency: 1 },
    ).subscribe();
    const waiting = limit.use(NEVER).subscribe();
    const acquiring = limit.acquire();
    expect(shape()).toEqual([
      'taskGroup  running  0 of 2 done',
      '├─ the body  coroutine  running',
      '├─ first  Task  running',
      '└─ second  Task  waiting',
      'semaphore.use  waiting',
      'semaphore.acquire  waiting',
    ]);
    limit.permits = 2;
    expect(shape().slice(-2)).toEqual(['semaphore.use  running', '└─ the awaitable  Observable  running']);
    waiting.unsubscribe();
    group.unsubscribe();
    return acquiring.then((permit) => {
      permit.release();
    });
  });

  it('shows an awaitable that is a combinator as one thing, but a Task as the Task that it is', () => {
    const running = gather([gather([NEVER]), createTask(gather([NEVER]), { name: 'mine' })]).subscribe();
    expect(shape()).toEqual([
      'mine  Task  running',
      '└─ gather  running  0 of 1 done',
      '   └─ [0]  Observable  running',
      'gather  running  0 of 2 done, waits for mine',
      '└─ [0]  gather  running  0 of 1 done',
      '   └─ [0]  Observable  running',
    ]);
    running.unsubscribe();
  });

  it('knows by their subscribers for whom combinators run, through operators between, however late', () => {
    const source = new Subject<number>();
    const running = gather({
      a: source.pipe(switchMap(() => concat(EMPTY, gather([NEVER]), EMPTY))),
      b: defer(() => gather([NEVER])),
    }).subscribe();
    source.next(1);
    expect(shape()).toEqual([
      'gather  running  0 of 2 done',
      '├─ a  Observable  running',
      '│  └─ gather  running  0 of 1 done',
      '│     └─ [0]  Observable  running',
      '└─ b  gather  running  0 of 1 done',
      '   └─ [0]  Observable  running',
    ]);
    running.unsubscribe();
  });

  it('knows within coroutines, also after an await, for whom they run', async () => {
    const running = createTask(
      async function main() {
        await turn();
        await promises.gather([
          async function inner() {
            await turn();
            await promises.waitFor(NEVER, 1000);
          },
          async () => {},
        ]);
      },
      { name: 'main' },
    );
    await after(0);
    expect(shape()).toEqual([
      'main  Task  running',
      '└─ gather  running  1 of 2 done',
      '   └─ inner  coroutine  running',
      '      └─ waitFor  running',
      '         └─ the awaitable  Observable  running',
    ]);
    running.cancel();
  });

  it('knows what a coroutine returns to be its own', () => {
    const running = gather([
      function page() {
        return timer(1).pipe(
          startWith(0),
          switchMap(() => gather([NEVER])),
        );
      },
    ]).subscribe();
    expect(shape().slice(1)).toEqual([
      '└─ page  coroutine  running',
      '   └─ gather  running  0 of 1 done',
      '      └─ [0]  Observable  running',
    ]);
    running.unsubscribe();
  });

  it('knows who waits for a Task, through operators between, however late, and until it is left', async () => {
    const task = createTask(NEVER, { name: 'task' });
    const source = new Subject<number>();
    const running = gather([source.pipe(switchMap((n) => (n === 1 ? task : NEVER)))]).subscribe();
    source.next(1);
    expect(shape().at(-1)).toBe('└─ [0]  Observable  running  waits for task');
    source.next(2);
    expect(shape().at(-1)).toBe('└─ [0]  Observable  running');
    running.unsubscribe();
    asCompleted([task, cleaning(5)])
      .subscribe()
      .unsubscribe();
    expect(shape()).toEqual([
      'task  Task  running',
      'asCompleted  cleaning up  0 of 2 done',
      '└─ [1]  coroutine  cleaning up',
    ]);
    task.cancel();
    await after(10);
  });

  it('does not take what is made of a result for a part of what gave it', () => {
    const running = asCompleted([of(1), NEVER])
      .pipe(mergeMap(() => gather([NEVER])))
      .subscribe();
    expect(shape()).toEqual([
      'asCompleted  running  1 of 2 done',
      '└─ [1]  Observable  running',
      'gather  running  0 of 1 done',
      '└─ [0]  Observable  running',
    ]);
    running.unsubscribe();
  });

  it('gives what goes on to whoever its parent ran for', async () => {
    const ended = deferred();
    const group = taskGroup(async ({ createTask: create }) => {
      create(
        async () => {
          createTask(NEVER, { name: 'loose' });
          setTimeout(() => {
            createTask(NEVER, { name: 'later' });
          }, 0);
          setTimeout(() => {
            createTask(NEVER, { name: 'last' });
          }, 15);
          return Promise.resolve();
        },
        { name: 'short' },
      );
      await ended.promise;
    });
    const running = promises.gather([group]);
    await after(5);
    expect(shape()).toEqual([
      'gather  running  0 of 1 done',
      '└─ [0]  taskGroup  running  1 of 1 done',
      '   ├─ the body  coroutine  running',
      '   ├─ loose  Task  running',
      '   └─ later  Task  running',
    ]);
    expect(tree.children[0]?.children[0]?.children[1]?.parent?.kind).toBe('taskGroup');
    ended.resolve();
    await running;
    await after(15);
    expect(shape()).toEqual(['loose  Task  running', 'later  Task  running', 'last  Task  running']);
    const [loose] = tree.children;
    expect(loose?.parent).toBeUndefined();
  });

  it('shows what is cleaning up, and who waits for that', async () => {
    await inVirtualTime(() => {
      const running = gather([cleaning(30), timer(10).pipe(mergeMap(() => throwError(() => new Error('no'))))]);
      running.subscribe({ error: () => {} });
      const task = createTask(cleaning(50), { name: 'task' });
      const switched = of(1, 2).pipe(switchMap((n) => (n === 1 ? gather([cleaning(40)]) : NEVER)));
      const subscription = switched.subscribe();
      const finalizing = of(1).pipe(asyncFinalize(() => after(60) as Promise<void>));
      void promises.gather([finalizing]);
      setTimeout(() => {
        task.cancel();
        expect(String(tree).split('\n')).toEqual([
          'gather                 cleaning up  10 ms  1 of 2 done',
          '└─ [0]  coroutine      cleaning up  10 ms',
          'task    Task           cleaning up   0 ms',
          'gather                 cleaning up  20 ms  0 of 1 done',
          '└─ [0]  coroutine      cleaning up  20 ms',
          'gather                 cleaning up  20 ms  0 of 1 done',
          '└─ [0]  asyncFinalize  cleaning up  20 ms',
        ]);
      }, 20);
      setTimeout(() => {
        subscription.unsubscribe();
      }, 100);
    });
  });

  it('shows what an awaitable that has its result still cleans up', async () => {
    const left = () => of(1, 2).pipe(switchMap((n) => (n === 1 ? gather([cleaning(10)]) : of(n))));
    const gathered = promises.gather({ a: left() });
    const task = createTask(left(), { name: 'b' });
    await turn();
    expect(shape()).toEqual([
      'gather  cleaning up  1 of 1 done',
      '└─ a  Observable  cleaning up',
      '   └─ gather  cleaning up  0 of 1 done',
      '      └─ [0]  coroutine  cleaning up',
      'b  Task  cleaning up',
      '└─ gather  cleaning up  0 of 1 done',
      '   └─ [0]  coroutine  cleaning up',
    ]);
    await Promise.all([gathered, task]);
    expect(shape()).toEqual(['nothing is running']);
  });

  it('shows what cleans up next to a combinator that has ended, where both are one awaitable', async () => {
    const next = (source: Observable<unknown>) =>
      defer(() => {
        const cleaned = gather([cleaning(5)]).subscribe();
        return gather([source]).pipe(
          finalize(() => {
            cleaned.unsubscribe();
          }),
        );
      });
    const failing = next(throwError(() => new Error('no')));
    const done = jest.fn();
    asCompleted({ well: next(of(1)), failing }, { returnExceptions: true }).subscribe({ error: done, complete: done });
    expect(shape()).toEqual([
      'asCompleted  cleaning up  2 of 2 done',
      '├─ well  gather  cleaning up  1 of 1 done',
      '│  └─ gather  cleaning up  0 of 1 done',
      '│     └─ [0]  coroutine  cleaning up',
      '└─ failing  gather  cleaning up  1 of 1 done',
      '   └─ gather  cleaning up  0 of 1 done',
      '      └─ [0]  coroutine  cleaning up',
    ]);
    await after(10);
    expect(done).toHaveBeenCalledTimes(1);
    expect(shape()).toEqual(['nothing is running']);
  });

  it('shows a Task as running while anything below it does', () => {
    const task = createTask(
      () => {
        gather([cleaning(0)])
          .subscribe()
          .unsubscribe();
        return gather([NEVER]);
      },
      { name: 'task' },
    );
    expect(shape().slice(0, 2)).toEqual(['task  Task  running', '├─ gather  cleaning up  0 of 1 done']);
    task.cancel();
  });

  it('shows no more a Task that is done, also while others are still torn down', () => {
    let seen: string[] = [];
    const first = createTask(NEVER, { name: 'first' });
    const look = finalize(() => {
      seen = shape();
    });
    gather([first, createTask(NEVER.pipe(look), { name: 'second' })])
      .subscribe()
      .unsubscribe();
    expect(seen[0]).toBe('second  Task  cleaning up');
  });

  it('shows no more what has ended in a cancellation of its own, or what failed at once', async () => {
    const cancelled = throwError(() => new CancelledError());
    await expect(promises.gather([gather([cancelled])])).rejects.toThrow(CancelledError);
    await expect(promises.gather([throwError(() => new Error('no'))])).rejects.toThrow('no');
    expect(shape()).toEqual(['nothing is running']);
  });

  it('lists 20 at the top, too', () => {
    for (let n = 0; n < 22; n++) gather([]).pipe(asyncFinalize(forever)).subscribe();
    expect(shape()).toHaveLength(21);
    expect(shape().at(-1)).toBe('… 2 more');
  });

  it('counts an awaitable that is no part of it any more', () => {
    const never = createTask(NEVER, { name: 'never' });
    const running = asCompleted([never, of(1)])
      .pipe(take(1))
      .subscribe();
    expect(running.closed).toBe(true);
    expect(shape()).toEqual(['never  Task  running']);
    never.cancel();
  });

  it('drops what never started with whoever made it', () => {
    let children: TaskTree['children'] = [];
    const wrong = {
      get then() {
        children = tree.children[0]?.children ?? [];
        return undefined;
      },
    };
    wait([of(1), wrong as never]).subscribe({ error: () => {} });
    expect(children.map(({ kind, status }) => `${kind} ${status}`)).toEqual(['Task cancelled']);
    expect(shape()).toEqual(['nothing is running']);
  });
});

describe('turning it on', () => {
  it('shows the same to all who look, until the last of them has left', () => {
    const other = inspectTasks();
    const running = gather([NEVER]).subscribe();
    expect(shape(other)).toEqual(shape());
    other[Symbol.dispose]();
    other[Symbol.dispose]();
    const another = gather([NEVER]).subscribe();
    expect(shape()).toHaveLength(4);
    tree[Symbol.dispose]();
    const unseen = gather([NEVER]).subscribe();
    expect(shape()).toHaveLength(4);
    for (const each of [running, another, unseen]) each.unsubscribe();
    expect(shape()).toEqual(['nothing is running']);
  });

  it('begins with nothing, and learns of a Task that was there before when somebody waits for it', () => {
    tree[Symbol.dispose]();
    const early = createTask(NEVER, { name: 'early' });
    const done = createTask(of(1));
    using later = inspectTasks();
    const running = gather([early, done]).subscribe();
    expect(shape(later)).toEqual(['gather  running  1 of 2 done, waits for early', 'early  Task  running']);
    running.unsubscribe();
    early.cancel();
    expect(String(later)).toBe('nothing is running');
  });

  it('shows for nobody what is started by a combinator that was there before', () => {
    tree[Symbol.dispose]();
    const limit = new Semaphore(0);
    const running = [asCompleted([of(1), NEVER], { concurrency: 1 }), limit.use(NEVER)].map((each) => each.subscribe());
    let add!: () => void;
    const group = taskGroup(async ({ createTask }) => {
      add = () => {
        createTask(NEVER, { name: 'late' });
      };
      await forever();
    }).subscribe();
    using later = inspectTasks();
    limit.permits = 1;
    add();
    expect(shape(later)).toEqual(['the awaitable  Observable  running', 'late  Task  running']);
    [...running, group].forEach((each) => {
      each.unsubscribe();
    });
    expect(String(later)).toBe('nothing is running');
  });

  it('shows a Task that was there before, and starts only now, until it is over', async () => {
    tree[Symbol.dispose]();
    const first = new Subject<number>();
    const tasks: Task<unknown>[] = [];
    const running = taskGroup(
      ({ createTask }) => {
        for (const awaitable of [first, cleaning(5), NEVER]) tasks.push(createTask(awaitable));
        return NEVER;
      },
      { concurrency: 1 },
    ).subscribe();
    using later = inspectTasks();
    first.next(1);
    first.complete();
    expect(shape(later)[0]).toBe('the awaitable  coroutine  running');
    tasks[1]?.cancel();
    expect(shape(later)[0]).toBe('the awaitable  coroutine  cleaning up');
    await after(10);
    expect(shape(later)[0]).toBe('the awaitable  Observable  running');
    tasks[2]?.cancel();
    expect(shape(later)).toEqual(['nothing is running']);
    running.unsubscribe();
  });

  it('shows what a coroutine begins that was there before as running for nobody, whoever has looked on by then', async () => {
    const begin = deferred();
    const running = createTask(async () => {
      await begin.promise;
      await promises.gather([NEVER]);
    });
    await turn();
    tree[Symbol.dispose]();
    using later = inspectTasks();
    begin.resolve();
    await turn();
    expect(shape(later)).toEqual(['gather  running  0 of 1 done', '└─ [0]  Observable  running']);
    running.cancel();
  });

  it('leaves nothing behind in what every asynchronous step takes with it, however often somebody looks', () => {
    const size = () => Reflect.ownKeys(new AsyncResource('any')).length;
    const look = () => {
      using later = inspectTasks();
      gather([of('a')]).subscribe();
      expect(shape(later)).toEqual(['nothing is running']);
    };
    tree[Symbol.dispose]();
    look();
    const before = size();
    for (let i = 0; i < 10; i++) look();
    expect(size()).toBe(before);
  });

  it('is let go of by a Task that goes on, when nobody looks any more', async () => {
    tree[Symbol.dispose]();
    const going = createTask(NEVER);
    const seen = () => {
      using later = inspectTasks();
      const waiting = asCompleted([going]).subscribe();
      const [node] = later.children[0]?.waitsFor ?? [];
      waiting.unsubscribe();
      return weakly(node);
    };
    const node = seen();
    await nextTurn();
    collectGarbage();
    expect(node.deref()).toBeUndefined();
    going.cancel();
  });

  it('lets go of each Task that was awaited, and of who has awaited one that goes on', async () => {
    tree[Symbol.dispose]();
    // Whose Promises keep who has awaited them.
    const replaced = jest.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
    using later = inspectTasks();
    replaced.mockRestore();
    const going = createTask(NEVER, { name: 'going' });
    const done = createTask(of(1));
    let node: WeakRef<TaskNode> | undefined;
    const awaiting = async () => {
      const waits = async () => {
        void going.catch(() => {});
        return turn();
      };
      const task = createTask(waits);
      node = weakly(later.children[1]?.children[0]);
      await Promise.all([task.then(() => {}), done.then(() => {})]);
    };
    const main = createTask(
      async () => {
        await awaiting();
        return forever();
      },
      { name: 'main' },
    );
    await nextTurn();
    collectGarbage();
    expect(node?.deref()).toBeUndefined();
    expect(shape(later)).toEqual(['going  Task  running', 'main  Task  running']);
    main.cancel();
    going.cancel();
  });

  it('knows no more than the stack where there is no AsyncLocalStorage', async () => {
    tree[Symbol.dispose]();
    const replaced = jest.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
    using later = inspectTasks();
    replaced.mockRestore();
    const running = createTask(
      async () => {
        const first = promises.gather([NEVER]);
        await turn();
        const second = promises.gather([NEVER]);
        await Promise.all([first, second]);
      },
      { name: 'main' },
    );
    await turn();
    expect(shape(later)).toEqual([
      'main  Task  running',
      '└─ gather  running  0 of 1 done',
      '   └─ [0]  Observable  running',
      'gather  running  0 of 1 done',
      '└─ [0]  Observable  running',
    ]);
    running.cancel();
  });
});

/** How long each has been as it is, from top to bottom. */
const times = () => [...String(tree).matchAll(/\d+ ms/g)].map(([time]) => time);

describe('for how long', () => {
  it('something has run, whatever has begun below it since', async () => {
    await inVirtualTime(() => {
      const running = gather([timer(100), NEVER], { concurrency: 1 }).subscribe();
      setTimeout(() => {
        expect(shape()).toEqual(['gather  running  1 of 2 done', '└─ [1]  Observable  running']);
        expect(times()).toEqual(['150 ms', '50 ms']);
        running.unsubscribe();
      }, 150);
    });
  });

  it('it has had nothing but cleanups: since the last of them began', async () => {
    await inVirtualTime(() => {
      const left = () => of(1, 2).pipe(switchMap((n) => (n === 1 ? gather([cleaning(100)]) : of(n))));
      void promises.gather([left(), timer(20).pipe(mergeMap(left))]);
      setTimeout(() => {
        expect(shape().filter((line) => line.includes('cleaning up'))).toHaveLength(7);
        expect(times()).toEqual(['30 ms', '50 ms', '50 ms', '50 ms', '30 ms', '30 ms', '30 ms']);
      }, 50);
    });
  });

  it('it has been over, for who has kept it', async () => {
    await inVirtualTime(() => {
      gather([timer(20)]).subscribe();
      const [node] = tree.children;
      setTimeout(() => {
        expect([node?.status, node?.elapsed]).toEqual(['fulfilled', 10]);
      }, 30);
    });
  });

  it('it has cleaned up itself, whatever has begun to do so below it since', async () => {
    await inVirtualTime(() => {
      const task = createTask(async ({ signal }) => {
        const below = gather([cleaning(100)]).subscribe();
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        await after(20);
        below.unsubscribe();
        await after(100);
      });
      task.cancel();
      setTimeout(() => {
        expect(times()).toEqual(['50 ms', '30 ms', '30 ms']);
      }, 50);
    });
  });

  it('nothing has run below it but cleanups: since the last of them began', async () => {
    await inVirtualTime(() => {
      const task = createTask(async () => {
        const [first, second] = [1, 2].map(() => gather([cleaning(100)]).subscribe());
        first?.unsubscribe();
        await after(20);
        second?.unsubscribe();
        await after(100);
      });
      setTimeout(() => {
        expect(shape().filter((line) => line.includes('cleaning up'))).toHaveLength(5);
        expect(times()).toEqual(['30 ms', '50 ms', '50 ms', '30 ms', '30 ms']);
        expect(task.status).toBe('pending');
      }, 50);
    });
  });
});

describe('how it is written', () => {
  it('has names on one line, of at most 60 characters', () => {
    const names = ['a'.repeat(60), 'b'.repeat(61), 'c \n\t d'];
    const tasks = names.map((name) => createTask(NEVER, { name }));
    const shown = tree.children.map((_, index) => String(tree).split('\n')[index]?.split(/ {2,}/)[0]);
    expect(shown).toEqual(['a'.repeat(60), `${'b'.repeat(59)}…`, 'c d']);
    for (const task of tasks) task.cancel();
  });

  it('has no column for kinds where each is its name', () => {
    const running = NEVER.pipe(gatherAll()).subscribe();
    expect(String(tree)).toMatch(/^gatherAll {2}running {2}\d+ ms {2}0 done$/);
    running.unsubscribe();
  });

  it('gives whole units that are over', async () => {
    await inVirtualTime(() => {
      const task = createTask(NEVER, { name: 'task' });
      for (const [at, text] of [
        [999.9, '999 ms'],
        [59_999, '59.9 s'],
        [60_000, '1 min 0 s'],
      ] as const) {
        setTimeout(() => {
          expect(String(tree)).toBe(`task  Task  running  ${text}`);
        }, at);
      }
      setTimeout(() => {
        task.cancel();
      }, 60_001);
    });
  });

  it('names at most 20 of those that run for the same, and gives times in the units that people use', async () => {
    await inVirtualTime(() => {
      const lists = [22, 21].map((length) => Array.from({ length }, () => NEVER));
      const running = createTask(gather(lists.map((list) => gather(list))), {
        name: 'a\nname that is far too long, '.repeat(3),
      });
      const tasks: Task<unknown>[] = [];
      const later = (ms: number) => {
        setTimeout(() => {
          tasks.push(createTask(NEVER, { name: `at ${ms}` }));
        }, ms);
      };
      [5_000, 124_000, 124_900].forEach(later);
      setTimeout(() => {
        const lines = String(tree).split('\n');
        expect(lines[0]).toBe(
          'a name that is far too long, a name that is far too long, a…  Task        running  2 min 5 s',
        );
        expect(lines[23]).toBe('   │  └─ … 2 more');
        expect(lines.slice(24, 26).map((line) => line.trim().split(/ {2,}/))).toEqual([
          ['└─ [1]', 'gather', 'running', '2 min 5 s', '0 of 21 done'],
          ['├─ [0]', 'Observable', 'running', '2 min 5 s'],
        ]);
        expect(lines.slice(-4).map((line) => line.split(/ {2,}/))).toEqual([
          ['', '└─ [20]', 'Observable', 'running', '2 min 5 s'],
          ['at 5000', 'Task', 'running', '2 min 0 s'],
          ['at 124000', 'Task', 'running', '1.0 s'],
          ['at 124900', 'Task', 'running', '100 ms'],
        ]);
        for (const task of [running, ...tasks]) task.cancel();
      }, 125_000);
    });
  });
});

describe('who waits for whom', () => {
  it('is shown, and a cycle marked as such, however deep it hangs', async () => {
    await inVirtualTime(() => {
      void promises.taskGroup(async (outer) => {
        outer.createTask(
          (context) =>
            promises.taskGroup(async (middle) => {
              middle.createTask(
                (context) =>
                  promises.taskGroup(async (inner) => {
                    await turn();
                    const first: Task<unknown> = inner.createTask(() => after(0).then(() => second), { name: 'first' });
                    const second: Task<unknown> = inner.createTask(
                      async () => {
                        await after(0);
                        await promises.gather([first, async () => {}]);
                      },
                      { name: 'second' },
                    );
                  }, context),
                { name: 'level 3' },
              );
              return Promise.resolve();
            }, context),
          { name: 'level 2' },
        );
        return Promise.resolve();
      });
      setTimeout(() => {
        expect(shape()).toEqual([
          'taskGroup  running  0 of 1 done',
          '└─ level 2  Task  running',
          '   └─ taskGroup  running  0 of 1 done',
          '      └─ level 3  Task  running',
          '         └─ taskGroup  running  0 of 2 done',
          '            ├─ first  Task  running  waits for second (cycle)',
          '            └─ second  Task  running',
          '               └─ gather  running  1 of 2 done, waits for first (cycle)',
          'cycle: first > second > first',
        ]);
        expect(tree.cycles.map((cycle) => cycle.map(({ name }) => name))).toEqual([['first', 'second', 'gather']]);
      }, 10);
    });
  });
});

describe('a cycle', () => {
  it('is none for who waits for one that is in it', async () => {
    const first: Task<unknown> = createTask(() => turn().then(() => second), { name: 'first' });
    const second: Task<unknown> = createTask(() => turn().then(() => first), { name: 'second' });
    createTask(first, { name: 'third' });
    await after(0);
    expect(shape()).toEqual([
      'first  Task  running  waits for second (cycle)',
      'second  Task  running  waits for first (cycle)',
      'third  Task  running  waits for first',
      'cycle: first > second > first',
    ]);
    first.cancel();
  });

  it('is named also where the Tasks have no better names than that', async () => {
    const name = 'Task';
    const first: Task<unknown> = createTask(() => turn().then(() => second), { name });
    const second: Task<unknown> = createTask(() => turn().then(() => first), { name });
    await after(0);
    expect(shape().at(-1)).toBe('cycle: Task > Task > Task');
    first.cancel();
  });

  it('leads from a part of a group to whom the group runs for', async () => {
    const outer: Task<unknown> = createTask(
      taskGroup(({ createTask }) => {
        createTask(() => turn().then(() => outer), { name: 'part' });
        return NEVER;
      }),
      { name: 'outer' },
    );
    await after(0);
    expect(shape().at(-1)).toBe('cycle: outer > part > outer');
    outer.cancel();
  });

  it('does not lead to a Task that was merely created somewhere', async () => {
    const outer: Task<unknown> = createTask(
      () => {
        createTask(() => turn().then(() => outer), { name: 'loose' });
        return NEVER;
      },
      { name: 'outer' },
    );
    await after(0);
    expect(shape().at(-1)).toBe('└─ loose  Task  running  waits for outer');
    expect(tree.cycles).toEqual([]);
    outer.cancel();
  });
});

describe('what is looked at', () => {
  it('leaves a failure to who would hear of it otherwise', async () => {
    const failure = new Error('no');
    const fail = () => {
      createTask(throwError(() => failure));
    };
    await expect(unhandledRejections(fail)).resolves.toEqual([failure]);
  });

  it('has its cleanup overseen', async () => {
    await inVirtualTime(() => {
      const switched = of(1, 2).pipe(switchMap((n) => (n === 1 ? gather([cleaning(100)]) : NEVER)));
      const failed = jest.fn();
      withGrace(gather([switched]), 50).subscribe({ error: failed });
      setTimeout(() => {
        expect(String(failed.mock.calls)).toContain('TimeoutError: withGrace: the cleanup of the awaitable');
      }, 60);
    });
  });

  it('ends at once where all that it is made of does', () => {
    const task = createTask(
      taskGroup(({ createTask }) => {
        createTask(NEVER);
        return NEVER;
      }),
    );
    task.cancel();
    expect(task.status).toBe('cancelled');
  });
});

describe('what a teardown throws', () => {
  const failure = new Error('not closed');
  const failing = (source: Observable<unknown>) =>
    source.pipe(
      finalize(() => {
        throw failure;
      }),
    );

  it('is not lost where the source ends while it is subscribed to', () => {
    const events: unknown[] = [];
    gather([gather([failing(of(1))])]).subscribe({ error: (error: unknown) => events.push(error) });
    expect(events).toEqual([failure]);
  });

  it('leaves nothing in the tree', async () => {
    const task = createTask(gather([failing(NEVER), waitFor(failing(NEVER), undefined)]));
    task.cancel();
    await expect(task).rejects.toBe(failure);
    expect(shape()).toEqual(['nothing is running']);
  });
});

// What rx-asyncio/bullmq does; with a queue and workers, in spec/remote/watching.spec.ts.
describe('what is done elsewhere', () => {
  type TellPlace = (status: 'waiting' | 'running', place: string) => void;
  const shared = (globalThis as Record<symbol, unknown>)[Symbol.for('rx-asyncio')] as {
    readonly inspector: { remote(): TellPlace };
  };

  it('waits there, whatever it has left here to clean up', async () => {
    const task = createTask(
      () => {
        shared.inspector.remote()('waiting', 'in queue pages');
        gather([cleaning(5)])
          .subscribe()
          .unsubscribe();
        return NEVER;
      },
      { name: 'render' },
    );
    expect(shape()[0]).toBe('render  Task  waiting  in queue pages');
    task.cancel();
    await after(10);
  });

  it('cleans up until it is over, and is over for good, whatever is told of it', async () => {
    let tell!: TellPlace;
    const task = createTask(
      ({ signal }) => {
        tell = shared.inspector.remote();
        return cleaning(5)({ signal });
      },
      { name: 'render' },
    );
    const [node] = tree.children;
    task.cancel();
    tell('running', 'on host:1');
    expect(shape()).toEqual(['render  Task  cleaning up  on host:1']);
    await task;
    tell('running', 'on host:2');
    expect(node?.status).toBe('fulfilled');
  });

  it('shows where it is, and does not run again when it cleans up', async () => {
    let tell!: TellPlace;
    await inVirtualTime(() => {
      const task = createTask(
        gather([
          function render({ signal }: { signal: AbortSignal }) {
            tell = shared.inspector.remote();
            return cleaning(5)({ signal });
          },
          forever,
        ]),
        { name: 'both' },
      );
      tell('waiting', 'in queue pages');
      expect(shape()).toEqual([
        'both  Task  running',
        '└─ gather  running  0 of 2 done',
        '   ├─ render  coroutine  waiting  in queue pages',
        '   └─ forever  coroutine  running',
      ]);
      tell('running', 'on host:1');
      expect(shape()[2]).toBe('   ├─ render  coroutine  running  on host:1');
      expect(tree.children[0]?.children[0]?.children.map(({ place }) => place)).toEqual(['on host:1', undefined]);
      task.cancel();
      tell('running', 'on host:2');
      expect(shape().at(-1)).toBe('   └─ render  coroutine  cleaning up  on host:2');
      task.catch(() => {});
    });
    tell('running', 'on host:3');
    expect(shape()).toEqual(['nothing is running']);
  });
});
