import { Subject } from 'rxjs';

// What all peers are given to do.

/**
 * One piece of work: `prepare` is not timed. `measure` gives the figure itself (bytes) in place of a time.
 *
 * @typedef {{ prepare?: () => any, run: (prepared: any) => unknown } | { measure: () => Promise<number> | number }} Work
 */

/** @param {number} n */
export function trivialFunctions(n) {
  return Array.from({ length: n }, (_, index) => async () => index);
}

/** @typedef {(context: { signal: AbortSignal }) => Promise<number>} Shaped */

/**
 * Functions as people write them, each kind a work of its own: without a parameter, with a context that would be handed on,
 * and with its signal read.
 *
 * @type {Record<string, (index: number) => Shaped>}
 */
const shapes = {
  functions: (index) => async () => index,
  'functions of a context': (index) => async (context) => (typeof context === 'object' ? index : -1),
  'functions of a signal':
    (index) =>
    async ({ signal }) =>
      signal.aborted ? -1 : index,
};

/**
 * The works of that kind, for a peer that runs the functions by `run`.
 *
 * @param {(functions: Shaped[]) => unknown} run
 * @returns {Record<string, (n: number) => Work>}
 */
export function worksOfFunctions(run) {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shaped]) => [
      name,
      (n) => ({ prepare: () => Array.from({ length: n }, (_, index) => shaped(index)), run }),
    ]),
  );
}

/** For peers that know no signal: one for all. */
export const context = { signal: new AbortController().signal };

/** @param {number} n */
export function* generated(n) {
  for (let index = 0; index < n; index++) yield async () => index;
}

/** Never settles; one of its own for everyone who waits. */
export function pending() {
  return new Promise(() => {});
}

/**
 * Listens to n Subjects by way of `listen`, and finishes them one after another.
 *
 * @param {number} n
 * @param {'in order' | 'in reverse'} order
 * @param {(subjects: Subject<number>[], complete: () => void) => unknown} listen
 * @returns {Work}
 */
export function finishing(n, order, listen) {
  return {
    prepare: () => Array.from({ length: n }, () => new Subject()),
    run: (/** @type {Subject<number>[]} */ subjects) => {
      let completed = false;
      listen(subjects, () => {
        completed = true;
      });
      for (let index = 0; index < n; index++) {
        const subject = /** @type {Subject<number>} */ (subjects[order === 'in order' ? index : n - 1 - index]);
        subject.next(index);
        subject.complete();
      }
      if (!completed) throw new Error('all are finished, and yet it has not completed');
    },
  };
}

/**
 * Starts n coroutine-like things, each waiting for a promise of its own, which `settle` fulfils.
 *
 * @template T
 * @param {number} n
 * @param {(wait: () => Promise<void>) => T} start
 */
export function settledOneByOne(n, start) {
  /** @type {(() => void)[]} */
  const settle = [];
  const started = Array.from({ length: n }, () =>
    start(
      () =>
        new Promise((resolve) => {
          settle.push(resolve);
        }),
    ),
  );
  return { started, settle };
}

/**
 * The bytes that each of n started things holds on to.
 *
 * @param {number} n
 * @param {() => unknown} start
 */
export function bytesEach(n, start) {
  const before = heapInUse();
  const kept = Array.from({ length: n }, start);
  const bytes = (heapInUse() - before) / kept.length;
  return bytes;
}

/** Without garbage. */
export function heapInUse() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
