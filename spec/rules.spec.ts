import * as fc from 'fast-check';
import { map, Observable, toArray } from 'rxjs';
import {
  asCompleted,
  type Awaitable,
  createTask,
  gather,
  type Outcome,
  type Task,
  taskGroup,
  wait,
  waitFor,
} from 'rx-asyncio';
import { unhandledRejections } from './support/unhandled-rejections';

// The five rules, for any tree of combinators: what fast-check makes up is run in virtual time, and may be cancelled.

interface Leaf {
  readonly kind: 'coroutine' | 'observable';
  readonly duration: number;
  readonly fails: boolean;
  readonly cleanup: number;
  readonly cleanupFails: boolean;
}

interface Branch {
  readonly kind: 'gather' | 'outcomes' | 'asCompleted' | 'completions' | 'wait' | 'taskGroup' | 'waitFor';
  readonly children: readonly Tree[];
  readonly concurrency: number;
  /** For those that take one. */
  readonly timeout: number;
}

type Tree = Leaf | Branch;

/** These fail, or emit what failed at once. The others hold failures back as outcomes, which a cancellation drops. */
const passingOn = ['gather', 'asCompleted', 'completions', 'taskGroup', 'waitFor'] as const;
const all = [...passingOn, 'outcomes', 'wait'] as const;

function trees({
  failures,
  kinds = all,
}: {
  failures: boolean;
  kinds?: readonly Branch['kind'][];
}): fc.Arbitrary<Branch> {
  const fails = failures ? fc.integer({ min: 0, max: 3 }).map((n) => n === 0) : fc.constant(false);
  const leaf = fc.record<Leaf>({
    kind: fc.constantFrom('coroutine', 'observable'),
    duration: fc.integer({ min: 0, max: 60 }),
    fails,
    cleanup: fc.integer({ min: 0, max: 20 }),
    cleanupFails: fails,
  });
  return fc.letrec<{ tree: Tree; branch: Branch }>((tie) => ({
    tree: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie('branch')),
    branch: fc.record<Branch>({
      kind: fc.constantFrom(...kinds),
      children: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
      concurrency: fc.constantFrom(1, 2, Infinity),
      timeout: failures ? fc.constantFrom(15, 40, Infinity) : fc.constant(Infinity),
    }),
  })).branch;
}

/** Grows trees of real combinators, and keeps account of what goes on in them. */
class World {
  started = 0;
  running = 0;
  emittedAfterUnsubscription = 0;
  readonly thrown: Error[] = [];
  /** What came out as an outcome rather than as an error. */
  readonly outcomes: unknown[] = [];

  grow(tree: Tree): Awaitable<unknown> {
    if ('duration' in tree) return tree.kind === 'coroutine' ? this.coroutine(tree) : this.observable(tree);
    const { concurrency, timeout } = tree;
    const children = tree.children.map((child) => this.grow(child));
    switch (tree.kind) {
      case 'gather':
        return gather(children, { concurrency });
      case 'outcomes':
        return gather(children, { concurrency, returnExceptions: true }).pipe(
          map((outcomes) => outcomes.map((outcome) => this.told(outcome))),
        );
      case 'asCompleted':
        return asCompleted(children, { concurrency, timeout }).pipe(toArray(), map(sorted));
      case 'completions':
        return asCompleted(children, { concurrency, timeout, returnExceptions: true }).pipe(
          map((outcome) => this.told(outcome)),
          toArray(),
          map(sorted),
        );
      case 'wait':
        return wait(children, { timeout }).pipe(
          map(({ done }) => Array.from(done, (task) => this.told(outcomeOf(task)))),
        );
      case 'taskGroup':
        return taskGroup((group) => Promise.all(children.map((child) => group.createTask(child))), { concurrency });
      case 'waitFor':
        return waitFor(gather(children), timeout);
    }
  }

  private coroutine({ duration, fails, cleanup, cleanupFails }: Leaf): Awaitable<unknown> {
    return async ({ signal }) => {
      this.started++;
      this.running++;
      try {
        await delay(duration, signal);
      } catch (cancellation) {
        if (cleanup > 0) await delay(cleanup);
        throw cleanupFails ? this.failure('failed in cleanup') : cancellation;
      } finally {
        this.running--;
      }
      if (fails) throw this.failure('failed');
      return duration;
    };
  }

  private observable({ duration, fails }: Leaf): Observable<number> {
    return new Observable((subscriber) => {
      this.started++;
      this.running++;
      const timer = setTimeout(() => {
        if (subscriber.closed) this.emittedAfterUnsubscription++;
        if (fails) subscriber.error(this.failure('failed'));
        else subscriber.next(duration);
        subscriber.complete();
      }, duration);
      return () => {
        clearTimeout(timer);
        this.running--;
      };
    });
  }

  private failure(message: string): Error {
    const error = new Error(message);
    this.thrown.push(error);
    return error;
  }

  private told(outcome: Outcome<unknown>): unknown {
    if (outcome.status === 'fulfilled') return outcome.value;
    this.outcomes.push(outcome.reason);
    return undefined;
  }
}

function outcomeOf(task: Task<unknown>): Outcome<unknown> {
  if (task.status === 'fulfilled') return { status: 'fulfilled', value: task.result() };
  return { status: 'rejected', reason: task.status === 'rejected' ? task.exception() : undefined };
}

function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

/** Each Error that is in there, those inside of AggregateErrors too. */
function errorsIn(failures: readonly unknown[]): unknown[] {
  return failures.flatMap((failure) => (failure instanceof AggregateError ? errorsIn(failure.errors) : [failure]));
}

/** What the leaves return, in order; what completes in its own order, sorted. */
function model(tree: Tree): unknown {
  if ('duration' in tree) return tree.duration;
  const results = tree.children.map(model);
  return /asCompleted|completions/.test(tree.kind) ? sorted(results) : results;
}

function sorted(results: readonly unknown[]): unknown[] {
  return [...results].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

describe('for any tree of combinators', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('nothing starts before subscription (rule 1)', () => {
    fc.assert(
      fc.property(trees({ failures: true }), (tree) => {
        const world = new World();
        void world.grow(tree);
        jest.runAllTimers();
        expect(world.started).toBe(0);
      }),
    );
  });

  it('nothing emits after unsubscription, and nothing runs when it has ended or was cancelled (rules 1, 2 and 3)', async () => {
    await fc.assert(
      fc.asyncProperty(trees({ failures: true }), fc.integer({ min: 0, max: 100 }), async (tree, cancelAt) => {
        const world = new World();
        await unhandledRejections(async () => {
          const task = createTask(world.grow(tree));
          const atItsEnd = task.then(
            () => world.running,
            () => world.running,
          );
          await jest.advanceTimersByTimeAsync(cancelAt);
          task.cancel();
          await jest.advanceTimersByTimeAsync(1000);
          expect(await atItsEnd).toBe(0);
        });
        expect(world).toMatchObject({ running: 0, emittedAfterUnsubscription: 0 });
      }),
    );
  });

  describe('every failure is found in exactly one place (rule 4)', () => {
    async function check(tree: Branch, cancelAt: number): Promise<void> {
      const world = new World();
      const told: unknown[] = [];
      const reported = await unhandledRejections(async () => {
        const task = createTask(world.grow(tree));
        task.subscribe({ error: (error: unknown) => told.push(error) });
        await jest.advanceTimersByTimeAsync(cancelAt);
        task.cancel();
        await jest.advanceTimersByTimeAsync(1000);
      });
      const found = errorsIn([...told, ...world.outcomes, ...reported]);
      for (const error of world.thrown) expect(found.filter((each) => each === error)).toHaveLength(1);
    }

    it('when it is cancelled at any instant', async () => {
      const tree = trees({ failures: true, kinds: passingOn });
      await fc.assert(fc.asyncProperty(tree, fc.integer({ min: 0, max: 300 }), check), { numRuns: 300 });
    });

    it('when it runs to its end, failures being outcomes at the top', async () => {
      const tree = trees({ failures: true, kinds: passingOn });
      const top = fc.constantFrom<Branch['kind']>('outcomes', 'wait');
      await fc.assert(
        fc.asyncProperty(tree, top, (branch, kind) => check({ ...branch, kind, timeout: Infinity }, 1000)),
        { numRuns: 300 },
      );
    });
  });

  it('without failures the results are those of the leaves', async () => {
    await fc.assert(
      fc.asyncProperty(trees({ failures: false }), async (tree) => {
        const task = createTask(new World().grow(tree));
        await jest.advanceTimersByTimeAsync(5000);
        expect(task.status).toBe('fulfilled');
        expect(task.result()).toEqual(model(tree));
      }),
    );
  });
});
