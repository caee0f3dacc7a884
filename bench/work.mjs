import { setMaxListeners } from 'node:events';
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
 * The works of all kinds, for a peer that runs the functions by `run`, but for the kinds that it runs in another way.
 *
 * @param {(functions: Shaped[]) => unknown} run
 * @param {Partial<Record<string, (functions: Shaped[]) => unknown>>} special
 * @returns {Record<string, (n: number) => Work>}
 */
export function worksOfFunctions(run, special = {}) {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shaped]) => [
      name,
      (n) => ({
        prepare: () => Array.from({ length: n }, (_, index) => shaped(index)),
        run: special[name] ?? run,
      }),
    ]),
  );
}

/** For peers that know no signal: one for all. */
export const context = { signal: new AbortController().signal };

/** @param {number} n */
export function* generated(n) {
  for (let index = 0; index < n; index++) yield async () => index;
}

/** Ends when it is cancelled, by way of its signal. @param {{ signal: AbortSignal }} context */
export function untilAborted({ signal }) {
  return new Promise((_, reject) => {
    signal.onabort = () => reject(signal.reason);
  });
}

/** @param {() => Promise<void>} wait */
export function readingItsSignal(wait) {
  return (/** @type {{ signal: AbortSignal }} */ { signal }) =>
    signal.aborted ? Promise.reject(signal.reason) : wait();
}

/** Does not know of a signal. */
export function forever() {
  return new Promise(() => {});
}

/**
 * Starts what `start` makes of a signal that is aborted then, and waits for its end.
 *
 * @param {(signal: AbortSignal) => Promise<unknown>} start
 * @returns {Work}
 */
export function startAndAbort(start) {
  return {
    run: async () => {
      const controller = new AbortController();
      const started = start(controller.signal);
      controller.abort();
      await expectRejected(started);
    },
  };
}

/**
 * Makes n calls that share a signal, and wait; timed is what it takes until all have heard that it was aborted.
 *
 * @param {number} n
 * @param {(signal: AbortSignal) => Promise<unknown>} call
 * @returns {Work}
 */
export function waking(n, call) {
  return {
    prepare: () => {
      const controller = new AbortController();
      // Some peers add a listener each.
      setMaxListeners(0, controller.signal);
      const ends = Array.from({ length: n }, () => expectRejected(call(controller.signal)));
      return { controller, ends };
    },
    run: ({ controller, ends }) => {
      controller.abort();
      return Promise.all(ends);
    },
  };
}

/** @param {Promise<unknown>} promise */
function expectRejected(promise) {
  return promise.then(
    () => {
      throw new Error('it was cancelled, and yet it has a result');
    },
    () => {},
  );
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

/** What is measured, so that no garbage collector takes it. @type {unknown[]} */
const kept = [];

/**
 * The bytes that each of n started things holds on to, besides the promise that it waits for. That has to be made before,
 * and be held: with a promise that nobody can settle any more, the garbage collector takes all that waits for it.
 *
 * @param {number} n
 * @param {(wait: () => Promise<void>) => unknown} start starts all, and returns what is to be held on to
 * @param {number} [running] how many of them are to be waiting for their promise then; the others have not been started
 * @returns {Work}
 */
export function bytesEach(n, start, running = n) {
  return {
    measure: async () => {
      kept.length = 0;
      const promises = Array.from({ length: running }, () => new Promise(() => {}));
      let waitedFor = 0;
      const wait = () => /** @type {Promise<void>} */ (promises[waitedFor++]);
      const before = heapInUse();
      kept.push(promises, start(wait));
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve));
      const bytes = (heapInUse() - before) / n;
      if (waitedFor !== running) throw new Error(`${waitedFor} are running, not ${running}`);
      return bytes;
    },
  };
}

/**
 * A list of n that takes no more memory than that.
 *
 * @template T
 * @param {number} n
 * @param {() => T} make
 */
export function times(n, make) {
  return Array.from({ length: n }, make);
}

/**
 * The most that the heap holds while n results come, each of which `next` is to be called for.
 *
 * @param {number} n
 * @param {(next: () => void) => Promise<unknown>} run
 */
export async function peakWhile(n, run) {
  let results = 0;
  let peak = 0;
  await run(() => {
    if (++results % (n / 20) === 0) peak = Math.max(peak, heapInUse());
  });
  if (results !== n) throw new Error(`${results} results of ${n}`);
  return peak;
}

/** Without garbage. */
function heapInUse() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
