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
