import { inspect } from 'node:util';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Coroutine, type CoroutineContext, createTask, gather, taskGroup } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { NEVER, of } from 'rxjs';
import { deferred } from '../support/deferred';

// Every call has a context of its own, which is an options bag to whoever it is handed on to.

const { AbortController } = globalThis;
let controllers: number;

beforeEach(() => {
  controllers = 0;
  globalThis.AbortController = class extends AbortController {
    constructor() {
      super();
      controllers++;
    }
  };
});

afterEach(() => {
  globalThis.AbortController = AbortController;
});

/** The context that a call was given, and the Task of that call. */
function given() {
  let context: CoroutineContext | undefined;
  const task = createTask((own: CoroutineContext) => {
    context = own;
    return NEVER;
  });
  if (context === undefined) throw new Error('it was not called');
  return { context: context, task };
}

describe('the context of a call', () => {
  it('is its own, however often the function is called', async () => {
    const contexts = new Set<CoroutineContext>();
    const coroutine = (context: CoroutineContext) => {
      contexts.add(context);
      return of(1);
    };
    await promises.gather([coroutine, coroutine, () => gather([coroutine])]);
    expect(contexts.size).toBe(3);
    expect(new Set([...contexts].map(({ signal }) => signal)).size).toBe(3);
  });

  it('comes through a wrapper of any kind', async () => {
    const seen: boolean[] = [];
    const coroutine: Coroutine<never> = async (context) => {
      await nextTurn();
      const { signal } = context;
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      seen.push(signal.aborted);
      throw signal.reason;
    };
    const wrappers: Coroutine<never>[] = [
      (...args) => coroutine(...args),
      jest.fn(coroutine),
      coroutine.bind(undefined),
      new Proxy(coroutine, {}),
      (context) => coroutine(context),
      (context) => coroutine({ ...context }),
      (context) => coroutine(Object.assign({}, context)),
      function (this: unknown, ...args) {
        return coroutine.apply(this, args);
      },
    ];
    const tasks = wrappers.map((wrapper) => createTask(wrapper));
    await nextTurn();
    for (const task of tasks) task.cancel();
    await Promise.allSettled(tasks);
    expect(tasks.map((task) => task.status)).toEqual(wrappers.map(() => 'cancelled'));
    expect(seen).toEqual(wrappers.map(() => true));
  });

  it('may be read for the first time when the call is over, and has aborted only if it was cancelled', () => {
    const contexts: CoroutineContext[] = [];
    const task = createTask((context: CoroutineContext) => {
      contexts.push(context);
      return of(1);
    });
    expect(task.status).toBe('fulfilled');
    expect(contexts[0]?.signal.aborted).toBe(false);
    const cancelled = given();
    cancelled.task.cancel('enough');
    expect(String(cancelled.context.signal.reason)).toBe('CancelledError: enough');
  });

  it('read late is a promise to settle from then on', async () => {
    const [read, end] = [deferred(), deferred()];
    const task = createTask(async (context) => {
      await read.promise;
      const { signal } = context;
      await end.promise;
      signal.throwIfAborted();
    });
    read.resolve();
    await nextTurn();
    task.cancel();
    expect(task.status).toBe('pending');
    end.resolve();
    await expect(task).rejects.toThrow('cancelled');
  });
});

describe.each<[string, (context: CoroutineContext) => unknown]>([
  ['spreading', (context) => ({ ...context })],
  ['Object.assign', (context) => Object.assign({}, context)],
  ['destructuring', ({ signal }) => ({ signal })],
  ['Object.entries', (context) => Object.fromEntries(Object.entries(context))],
  ['a loop over its keys', (context) => {
    const copy: Record<string, unknown> = {};
    for (const key in context) copy[key] = context[key as 'signal'];
    return copy;
  }], // prettier-ignore
])('%s', (_, copy) => {
  it('reads the signal, and nothing else', () => {
    const { context, task } = given();
    const copied = copy(context) as CoroutineContext;
    expect(controllers).toBe(1);
    expect(Object.keys(copied)).toEqual(['signal']);
    expect(copied.signal).toBe(context.signal);
    task.cancel();
    expect(copied.signal.aborted).toBe(true);
  });
});

describe.each<[string, (context: CoroutineContext) => unknown, unknown]>([
  ['console.log', (context) => inspect(context, { showHidden: true, depth: 5 }).includes('#'), false],
  ['its keys', (context) => Reflect.ownKeys(context), ['signal']],
  [
    'the in operator',
    (context) => ['signal' in context, 'cancel' in context, 'start' in context],
    [true, false, false],
  ],
  ['what every object has', (context: unknown) => [String(context), Object.prototype.hasOwnProperty.call(context, 'start')], ['[object Object]', false]], // prettier-ignore
  ['its prototype', (context) => Object.getPrototypeOf(context) === Object.prototype, true],
  ['its class', (context) => [context.constructor === Object, context instanceof Object], [true, true]],
  ['await', (context) => (context as { then?: unknown }).then, undefined],
  ['what the package keeps of it', (context) => ['index', 'subscriber', 'failed', 'nameOf'].map((key) => context[key as 'signal']), Array(4).fill(undefined)], // prettier-ignore
])('%s', (_, look, expected) => {
  it('does not read the signal, and shows nothing else', () => {
    const { context, task } = given();
    expect(look(context)).toEqual(expected);
    expect(controllers).toBe(0);
    task.cancel();
    expect(task.status).toBe('cancelled');
  });
});

describe('whoever is given the context', () => {
  it('may put something into it, which the others do not see', () => {
    const [first, second] = [given(), given()];
    const bag = first.context as CoroutineContext & Record<string, unknown>;
    bag['headers'] = ['accept'];
    expect({ ...bag }).toEqual({ headers: ['accept'], signal: bag.signal });
    expect('headers' in second.context).toBe(false);
  });

  it('cannot break the call by what it puts into it, or takes out', () => {
    const { context, task } = given();
    const bag = context as unknown as Record<string, unknown>;
    for (const key of ['start', 'cancel', 'fulfilled', 'failed', 'unsubscribe', 'index']) {
      bag[key] = () => 'not called';
    }
    expect(Reflect.deleteProperty(bag, 'signal')).toBe(false);
    expect([Reflect.deleteProperty(bag, 'index'), 'index' in bag]).toEqual([true, false]);
    expect(() => Object.freeze(bag)).toThrow(TypeError);
    expect(context.signal).toBeInstanceOf(AbortSignal);
    task.cancel();
    expect(context.signal.aborted).toBe(true);
  });

  it('may compare it with what it expects', () => {
    const { context } = given();
    const spy = jest.fn<undefined, [CoroutineContext]>();
    spy(context);
    expect(spy).toHaveBeenCalledWith({ signal: context.signal });
    expect(spy).toHaveBeenCalledWith(expect.objectContaining({ signal: expect.any(AbortSignal) as unknown }));
  });
});

it('a group is a context, too, also through the body of another function', async () => {
  const body = (...[group]: Parameters<Parameters<typeof taskGroup>[0]>) => {
    expect(Object.keys(group)).toEqual(['signal']);
    expect({ ...group }).toEqual({ signal: group.signal });
    return of(1);
  };
  expect(await promises.taskGroup(body)).toBe(1);
});
