import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, tracingChannel, type TracingChannelSubscribers, unsubscribe } from 'node:diagnostics_channel';
import process from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CancelledError, createTask, gather, Semaphore, shield, taskGroup } from 'rx-asyncio';
import { inspectTasks, traceTasks, type TracedTask } from 'rx-asyncio/inspect';
import * as promises from 'rx-asyncio/promises';
import { concat, defer, finalize, NEVER, of, Subject, switchMap, throwError } from 'rxjs';
import { deferred } from '../support/deferred';
import { collectGarbage } from '../support/garbage';

const channel = tracingChannel<unknown, TracedTask>('rx-asyncio:task');
const turn = () => Promise.resolve();
const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let events: string[];
let tasks: Set<TracedTask>;
let tracing: Disposable;

const heard = (event: string) => (task: object) => {
  tasks.add(task as TracedTask);
  events.push(`${event} ${(task as TracedTask).name}`);
};
const subscribers = Object.fromEntries(
  ['start', 'end', 'asyncStart', 'asyncEnd', 'error'].map((event) => [event, heard(event)]),
) as unknown as TracingChannelSubscribers<TracedTask>;

beforeEach(() => {
  events = [];
  tasks = new Set();
  channel.subscribe(subscribers);
  tracing = traceTasks();
});
afterEach(() => {
  tracing[Symbol.dispose]();
  channel.unsubscribe(subscribers);
});

/** What is known of each at the end: `name: kind of parent`. */
const known = () => Array.from(tasks, ({ name, kind, parent }) => `${name}: ${kind} of ${parent?.name ?? 'nobody'}`);

describe('the events of rx-asyncio:task', () => {
  it('come in the order of a traced Promise where something takes its time', async () => {
    const task = createTask(async () => turn().then(() => 'done'), { name: 'task' });
    events.push('created');
    await task;
    expect(events).toEqual(['start task', 'end task', 'created', 'asyncStart task', 'asyncEnd task']);
    expect([...tasks]).toEqual([
      { name: 'task', kind: 'Task', parent: undefined, status: 'fulfilled', result: 'done' },
    ]);
  });

  it('come in the order of a traced callback that is called at once where something ends at once', () => {
    gather([of(1)]).subscribe();
    expect(events).toEqual([
      'start gather',
      'start [0]',
      'asyncStart [0]',
      'asyncEnd [0]',
      'end [0]',
      'asyncStart gather',
      'asyncEnd gather',
      'end gather',
    ]);
    expect([...tasks]).toEqual([
      { name: 'gather', kind: 'gather', parent: undefined, status: 'fulfilled', result: [1] },
      { name: '[0]', kind: 'Observable', parent: [...tasks][0], status: 'fulfilled', result: 1 },
    ]);
  });

  it('tell of an error before the end', async () => {
    const error = new Error('no');
    const failing = async () => turn().then(() => Promise.reject(error));
    await expect(promises.gather({ failing, other: NEVER })).rejects.toBe(error);
    expect(events.slice(-8)).toEqual([
      'error failing',
      'asyncStart failing',
      'asyncEnd failing',
      'asyncStart other',
      'asyncEnd other',
      'error gather',
      'asyncStart gather',
      'asyncEnd gather',
    ]);
    const statuses = Array.from(tasks, ({ parent, ...rest }) => (parent === undefined ? rest : { ...rest }));
    expect(statuses).toEqual([
      { name: 'gather', kind: 'gather', status: 'rejected', error },
      { name: 'failing', kind: 'coroutine', status: 'rejected', error },
      // To be cancelled is neither a result nor an error.
      { name: 'other', kind: 'Observable', status: 'cancelled' },
    ]);
  });

  it('tell of the end when all has cleaned up', async () => {
    const cleaning = async ({ signal }: { signal: AbortSignal }) => {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      await after(10);
    };
    const subscription = gather({ cleaning }).subscribe();
    events.length = 0;
    subscription.unsubscribe();
    expect(events).toEqual([]);
    await after(20);
    expect(events).toEqual(['asyncStart cleaning', 'asyncEnd cleaning', 'asyncStart gather', 'asyncEnd gather']);
    expect(Array.from(tasks, ({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });

  it('are no more than one of each, for one object', async () => {
    const switched = new Subject<number>();
    const limit = new Semaphore(1);
    const running = taskGroup(async ({ createTask: create }) => {
      create(
        defer(() => gather([of(1)])),
        { name: 'deferred' },
      );
      create(limit.use(switched.pipe(switchMap(() => shield(of(1))))), { name: 'limited' });
      create(
        throwError(() => new Error('no')),
        { name: 'failing' },
      );
      await turn();
    }).subscribe({ error: () => {} });
    switched.next(1);
    await after(0);
    expect(running.closed).toBe(true);
    for (const event of ['start', 'end', 'asyncStart', 'asyncEnd']) {
      expect(events.filter((each) => each.startsWith(`${event} `))).toHaveLength(tasks.size);
    }
    expect(tasks.size).toBeGreaterThan(6);
  });

  it('name the kind as it is known at the end: an awaitable that is nothing but a combinator is one thing', () => {
    const kinds: string[] = [];
    const start = (task: unknown) => kinds.push((task as TracedTask).kind);
    subscribe('tracing:rx-asyncio:task:start', start);
    gather({ inner: defer(() => gather([of(1)])) }).subscribe();
    unsubscribe('tracing:rx-asyncio:task:start', start);
    expect(kinds).toEqual(['gather', 'Observable', 'Observable']);
    expect(known()).toEqual(['gather: gather of nobody', 'inner: gather of gather', '[0]: Observable of inner']);
  });

  it('tell of the end of a Task when it is done, and as what it is done', async () => {
    const source = new Subject<number>();
    const one = createTask(source, { name: 'one' });
    const other = createTask(one, { name: 'other' });
    const failure = new Error('not closed');
    const failing = createTask(
      NEVER.pipe(
        finalize(() => {
          throw failure;
        }),
      ),
      { name: 'failing' },
    );
    const seen: string[] = [];
    const ended = (task: unknown) => {
      const { name, status } = task as TracedTask;
      seen.push(`${name} ${status}: ${[one, other, failing].find((each) => each.name === name)?.status}`);
    };
    subscribe('tracing:rx-asyncio:task:asyncStart', ended);
    source.next(1);
    source.complete();
    failing.cancel();
    unsubscribe('tracing:rx-asyncio:task:asyncStart', ended);
    expect(seen).toEqual(['one fulfilled: fulfilled', 'other fulfilled: fulfilled', 'failing rejected: rejected']);
    await expect(failing).rejects.toBe(failure);
  });

  it('tell of a cancellation that nobody asked for as one', () => {
    gather({ cancelled: throwError(() => new CancelledError()) }).subscribe({ error: () => {} });
    expect(Array.from(tasks, ({ name, status }) => `${name} ${status}`)).toEqual([
      'gather cancelled',
      'cancelled cancelled',
    ]);
    expect(events).not.toContain('error gather');
  });

  it('name the kind also of what is over at once', () => {
    gather([[1], () => [2]]).subscribe();
    expect(known()).toEqual(['gather: gather of nobody', '[0]: iterable of gather', '[1]: coroutine of gather']);
  });

  it('name parents as the tree does, also after an await and of what waited for room', async () => {
    await promises.taskGroup(
      async function main(group) {
        group.createTask(async () => turn().then(() => promises.gather({ late: async () => {} })), { name: 'first' });
        group.createTask(of(1), { name: 'second' });
        await turn();
      },
      { concurrency: 1 },
    );
    expect(known()).toEqual([
      'taskGroup: taskGroup of nobody',
      'the body: coroutine of taskGroup',
      'first: Task of taskGroup',
      'gather: gather of first',
      'late: coroutine of gather',
      'second: Task of taskGroup',
    ]);
  });

  it('have no part in what never starts', () => {
    taskGroup(
      async (group) => {
        group.createTask(NEVER, { name: 'running' });
        group.createTask(NEVER, { name: 'waiting' });
        await turn();
      },
      { concurrency: 1 },
    )
      .subscribe()
      .unsubscribe();
    expect(Array.from(tasks, ({ name }) => name)).toEqual(['taskGroup', 'the body', 'running']);
  });

  it('bind stores to whatever runs within it', async () => {
    const storage = new AsyncLocalStorage<TracedTask>();
    channel.start.bindStore(storage, (task) => task);
    const seen: (string | undefined)[] = [];
    const look = async () => {
      seen.push(storage.getStore()?.name);
      await after(0);
      seen.push(storage.getStore()?.name);
    };
    await promises.gather({ one: look, two: concat(defer(look), defer(look)) });
    seen.push(storage.getStore()?.name);
    channel.start.unbindStore(storage);
    expect(seen).toEqual(['one', 'two', 'one', 'two', 'two', 'two', undefined]);
  });
});

describe('traceTasks', () => {
  it('tells of nothing that starts later when it is disposed of, but of what has started to its end', async () => {
    const { promise, resolve } = deferred();
    const task = createTask(() => promise, { name: 'early' });
    tracing[Symbol.dispose]();
    tracing[Symbol.dispose]();
    createTask(of(1));
    resolve();
    await task;
    expect(events).toEqual(['start early', 'end early', 'asyncStart early', 'asyncEnd early']);
  });

  it('names no parent that has started unseen', () => {
    tracing[Symbol.dispose]();
    using tree = inspectTasks();
    const add = new Subject<void>();
    const running = gather([add.pipe(switchMap(() => gather({ late: of(1) })))]).subscribe();
    using again = traceTasks();
    add.next();
    running.unsubscribe();
    expect(known()).toEqual(['gather: gather of nobody', 'late: Observable of gather']);
    again[Symbol.dispose]();
    expect(String(tree)).toBe('nothing is running');
  });

  it('keeps none of those that are over where each has started the next, and the last still runs', async () => {
    let first: WeakRef<TracedTask> | undefined;
    const parents: unknown[] = [];
    const started = (task: unknown) => {
      first ??= new WeakRef(task as TracedTask);
      parents.push((task as TracedTask).parent?.name);
    };
    channel.unsubscribe(subscribers);
    subscribe('tracing:rx-asyncio:task:start', started);
    const next = async (n: number) => {
      await turn();
      const startNext = async () => {
        if (n === 20) return new Promise(() => {});
        void next(n + 1);
        return undefined;
      };
      createTask(startNext, { name: String(n) });
    };
    void next(1);
    await nextTurn();
    unsubscribe('tracing:rx-asyncio:task:start', started);
    collectGarbage();
    expect(parents).toEqual([undefined, ...Array.from({ length: 19 }, (_, index) => String(index + 1))]);
    expect(first?.deref()).toBeUndefined();
  });

  it('throws where there are no such channels', () => {
    const replaced = jest.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined);
    expect(() => traceTasks()).toThrow(new Error('traceTasks: there is no node:diagnostics_channel here'));
    replaced.mockRestore();
  });
});
