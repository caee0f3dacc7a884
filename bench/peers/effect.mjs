import { Effect, Fiber } from 'effect';
import { bytesEach, context, generated, pending, trivialFunctions, worksOfFunctions } from '../work.mjs';

/** @typedef {() => Promise<number>} Trivial */

/** @type {Record<string, (n: number) => import('../work.mjs').Work>} */
export const works = {
  ...worksOfFunctions((functions) => runAll(functions, (coroutine) => Effect.promise(() => coroutine(context)))),

  // Its own signal, which it makes where the function declares it.
  'functions of a signal': (n) => ({
    ...worksOfFunctions(() => undefined)['functions of a signal']?.(n),
    run: (/** @type {import('../work.mjs').Shaped[]} */ functions) =>
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

  cancelling: (n) => ({
    run: async () => {
      const untilInterrupted = Effect.promise(
        (signal) =>
          new Promise((_, reject) => {
            signal.onabort = () => reject(signal.reason);
          }),
      );
      const effects = Array.from({ length: n }, () => untilInterrupted);
      const fiber = Effect.runFork(Effect.all(effects, { concurrency: 'unbounded' }));
      // Lets it start.
      await new Promise((resolve) => setTimeout(resolve));
      await Effect.runPromise(Fiber.interrupt(fiber));
    },
  }),

  'bytes per pending task': (n) => ({ measure: () => bytesEach(n, () => Effect.runFork(Effect.promise(pending))) }),
};

/**
 * @param {import('../work.mjs').Shaped[]} functions
 * @param {(coroutine: import('../work.mjs').Shaped) => Effect.Effect<number>} effectOf
 */
function runAll(functions, effectOf) {
  return Effect.runPromise(Effect.all(functions.map(effectOf), { concurrency: 'unbounded' }));
}
