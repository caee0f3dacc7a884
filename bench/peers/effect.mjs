import { Effect, Fiber, Semaphore } from 'effect';
import {
  bytesEach,
  context,
  forever,
  generated,
  readingItsSignal,
  times,
  trivialFunctions,
  untilAborted,
  waking,
  worksOfFunctions,
} from '../work.mjs';

/** @typedef {() => Promise<number>} Trivial */

/** @type {Record<string, (n: number) => import('../work.mjs').Work>} */
export const works = {
  ...worksOfFunctions((functions) => runAll(functions, (coroutine) => Effect.promise(() => coroutine(context))), {
    // Its own signal, which it makes where the function declares it.
    'functions of a signal': (functions) =>
      runAll(functions, (coroutine) => Effect.promise((signal) => coroutine({ signal }))),
  }),

  'concurrency 16': (n) => ({
    run: () =>
      Effect.runPromise(
        Effect.forEach(generated(n), (coroutine) => Effect.promise(coroutine), { concurrency: 16, discard: true }),
      ),
  }),

  tasks: (n) => ({
    prepare: () => trivialFunctions(n),
    run: (/** @type {Trivial[]} */ functions) =>
      Effect.runPromise(
        Effect.gen(function* () {
          for (const coroutine of functions) yield* Fiber.join(yield* Effect.forkChild(Effect.promise(coroutine)));
        }),
      ),
  }),

  'limit of 16': (n) => ({
    prepare: () => trivialFunctions(n),
    run: (/** @type {Trivial[]} */ functions) => {
      const { withPermit } = Semaphore.makeUnsafe(16);
      return runAll(functions, (coroutine) => withPermit(Effect.promise(coroutine)));
    },
  }),

  cancelling: (n) => ({
    run: async () => {
      const effect = Effect.promise((signal) => untilAborted({ signal }));
      const fiber = Effect.runFork(together(n, effect));
      // Lets it start.
      await new Promise((resolve) => setTimeout(resolve));
      await Effect.runPromise(Fiber.interrupt(fiber));
    },
  }),

  waking: (n) => waking(n, (signal) => Effect.runPromise(Effect.promise(forever), { signal })),

  'bytes per pending function': (n) =>
    bytesEach(n, (wait) =>
      Effect.runPromise(
        together(
          n,
          Effect.promise(() => wait()),
        ),
      ),
    ),

  'bytes per pending function of a signal': (n) =>
    bytesEach(n, (wait) => {
      const coroutine = readingItsSignal(wait);
      return Effect.runPromise(
        together(
          n,
          Effect.promise((signal) => coroutine({ signal })),
        ),
      );
    }),

  'bytes per pending task': (n) =>
    bytesEach(n, (wait) => {
      const effect = Effect.promise(() => wait());
      return times(n, () => Effect.runFork(effect));
    }),

  'bytes per waiting call': (n) =>
    bytesEach(
      n,
      (wait) => {
        const effect = Semaphore.makeUnsafe(1).withPermit(Effect.promise(() => wait()));
        return times(n + 1, () => Effect.runFork(effect));
      },
      1,
    ),
};

/**
 * @param {number} n
 * @param {Effect.Effect<unknown>} effect
 */
function together(n, effect) {
  return Effect.all(
    times(n, () => effect),
    { concurrency: 'unbounded' },
  );
}

/**
 * @template {(...parameters: never[]) => unknown} F
 * @param {readonly F[]} functions
 * @param {(coroutine: F) => Effect.Effect<unknown>} effectOf
 */
function runAll(functions, effectOf) {
  return Effect.runPromise(Effect.all(functions.map(effectOf), { concurrency: 'unbounded' }));
}
