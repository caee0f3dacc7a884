import * as fc from 'fast-check';
import { Observable } from 'rxjs';
import { type Awaitable, createTask, suppressed } from 'rx-asyncio';
import { useFakeTimers } from '../support/fake-timers';
import { type Branch, grow, type Leaf, model, passingOn, type Tree, trees } from '../support/trees';
import { unhandledRejections } from '../support/unhandled-rejections';

// The five rules, for any tree of combinators: what fast-check makes up is run in virtual time, and may be cancelled.

/** Grows trees of real combinators, and keeps account of what goes on in them. */
class World {
  started = 0;
  running = 0;
  emittedAfterUnsubscription = 0;
  readonly thrown: Error[] = [];
  /** What came out as an outcome rather than as an error. */
  readonly outcomes: unknown[] = [];

  grow(tree: Tree): Awaitable<unknown> {
    return grow(
      tree,
      (leaf) => (leaf.kind === 'coroutine' ? this.coroutine(leaf) : this.observable(leaf)),
      (outcome) => {
        if (outcome.status === 'rejected') this.outcomes.push(outcome.reason);
      },
    );
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

/** Each Error that is in there, those inside of AggregateErrors and those listed with others too. */
function errorsIn(failures: readonly unknown[]): unknown[] {
  return failures.flatMap((failure) => [
    ...(failure instanceof AggregateError ? errorsIn(failure.errors) : [failure]),
    ...errorsIn(suppressed(failure)),
  ]);
}

describe('for any tree of combinators', () => {
  useFakeTimers();

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
