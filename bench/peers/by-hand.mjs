// What a careful person would write for the same job with no library, as short as it can be: the floor. Observables are those of
// rxjs, and subscribed to one by one.
import { noop, of } from 'rxjs';
import {
  bytesEach,
  finishing,
  forever,
  generated,
  peakWhile,
  readingItsSignal,
  settledOneByOne,
  startAndAbort,
  times,
  trivialFunctions,
  untilAborted,
  waking,
  worksOfFunctions,
} from '../work.mjs';

/** @template T @typedef {(context: { signal: AbortSignal }) => Promise<T>} Coroutine */

/** @type {Record<string, (n: number) => import('../work.mjs').Work>} */
export const works = {
  ...worksOfFunctions(gatherWithOneSignal, {
    functions: (functions) => untilAllHaveEnded(functions.map((coroutine) => coroutine(none))),
    'functions of a signal': gather,
  }),

  observables: (n) => ({
    prepare: () => Array.from({ length: n }, (_, index) => of(index)),
    run: (observables) => gathered(observables, noop),
  }),

  'gather in order': (n) => finishing(n, 'in order', gathered),

  'gather in reverse': (n) => finishing(n, 'in reverse', gathered),

  'asCompleted in order': (n) =>
    finishing(n, 'in order', (subjects, complete) => lastOfEach(subjects, noop, complete, noop)),

  'asCompleted in reverse': (n) =>
    finishing(n, 'in reverse', (subjects, complete) => lastOfEach(subjects, noop, complete, noop)),

  'concurrency 16': (n) => ({
    run: () => drain(asCompleted(generated(n), 16)),
  }),

  'stream, concurrency 16': (n) => ({
    prepare: () => trivialFunctions(n),
    run: (functions) =>
      new Promise((resolve, reject) => {
        let results = 0;
        const push = runner(
          16,
          () => {
            if (++results === n) resolve(undefined);
          },
          reject,
        );
        functions.forEach(push);
      }),
  }),

  'limit of 16': (n) => ({
    prepare: () => trivialFunctions(n),
    run: (functions) => untilAllHaveEnded(functions.map(limitOf(16))),
  }),

  tasks: (n) => ({
    prepare: () => trivialFunctions(n),
    run: async (functions) => {
      for (const coroutine of functions) await createTask(coroutine).promise;
    },
  }),

  'draining with FIRST_COMPLETED': (n) => ({
    run: async () => {
      const { started, settle } = settledOneByOne(n, (wait) => wait());
      const pending = new Set(started);
      const done = new Set();
      let wake = () => {};
      for (const promise of started) {
        void promise.then(() => {
          pending.delete(promise);
          done.add(promise);
          wake();
        });
      }
      for (let next = 0; pending.size > 0; next++) {
        settle[next]?.();
        /** @type {Promise<void>} */
        const first = new Promise((resolve) => {
          wake = resolve;
        });
        if (done.size === 0) await first;
        done.clear();
      }
    },
  }),

  cancelling: (n) =>
    startAndAbort((signal) =>
      gather(
        times(n, () => untilAborted),
        signal,
      ),
    ),

  waking: (n) => waking(n, (signal) => untilAborting(forever(), signal)),

  'bytes per pending function': (n) => bytesEach(n, (wait) => untilAllHaveEnded(times(n, wait))),

  'bytes per pending function of a signal': (n) =>
    bytesEach(n, (wait) => gather(times(n, () => readingItsSignal(wait)))),

  'bytes per pending task': (n) => bytesEach(n, (wait) => times(n, () => createTask(wait))),

  'bytes per waiting item': (n) =>
    bytesEach(
      n,
      (wait) => {
        const push = runner(1, () => {}, () => {}); // prettier-ignore
        for (let item = 0; item <= n; item++) push(wait);
        return push;
      },
      1,
    ),

  'bytes per waiting call': (n) =>
    bytesEach(
      n,
      (wait) => {
        const limited = limitOf(1);
        return times(n + 1, () => limited(wait));
      },
      1,
    ),

  'peak heap of lazy pulling': (n) => ({
    measure: () => peakWhile(n, (next) => drain(asCompleted(generated(n), 16), next)),
  }),
};

/** For functions that declare no parameter. */
const none = { signal: new AbortController().signal };

/**
 * A controller each, and a parent that aborts all.
 *
 * @template T
 * @param {Coroutine<T>[]} functions
 * @param {AbortSignal} [parent]
 */
async function gather(functions, parent) {
  /** @type {AbortController[]} */
  const controllers = [];
  /** @param {unknown} reason */
  const cancel = (reason) => {
    for (const controller of controllers) controller.abort(reason);
  };
  const cancelWithParent = () => cancel(parent?.reason);
  parent?.addEventListener('abort', cancelWithParent);
  const started = functions.map((coroutine) => {
    const controller = new AbortController();
    controllers.push(controller);
    return coroutine({ signal: controller.signal });
  });
  try {
    return await untilAllHaveEnded(started, cancel);
  } finally {
    parent?.removeEventListener('abort', cancelWithParent);
  }
}

/**
 * Where nobody reads it, one signal for all is enough.
 *
 * @template T
 * @param {Coroutine<T>[]} functions
 */
function gatherWithOneSignal(functions) {
  const controller = new AbortController();
  const context = { signal: controller.signal };
  return untilAllHaveEnded(
    functions.map((coroutine) => coroutine(context)),
    (reason) => controller.abort(reason),
  );
}

/**
 * The first failure cancels the others, and is passed on once they have ended, too.
 *
 * @template T
 * @param {Promise<T>[]} started
 * @param {(reason: unknown) => void} [cancel]
 */
async function untilAllHaveEnded(started, cancel) {
  try {
    return await Promise.all(started);
  } catch (error) {
    cancel?.(error);
    await Promise.allSettled(started);
    throw error;
  }
}

/**
 * At most `limit` at a time, each pulled when there is room for it.
 *
 * @template T
 * @param {Iterable<() => Promise<T>>} coroutines
 * @param {number} limit
 */
async function* asCompleted(coroutines, limit) {
  const iterator = coroutines[Symbol.iterator]();
  /** @type {Set<Promise<void>>} */
  const running = new Set();
  /** @type {T[]} */
  const done = [];
  const startNext = () => {
    const next = iterator.next();
    if (next.done === true) return;
    const promise = next.value().then((value) => {
      running.delete(promise);
      done.push(value);
    });
    running.add(promise);
  };
  try {
    for (let slot = 0; slot < limit; slot++) startNext();
    while (running.size > 0 || done.length > 0) {
      if (done.length === 0) await Promise.race(running);
      for (const value of done.splice(0)) {
        startNext();
        yield value;
      }
    }
  } finally {
    iterator.return?.();
    await Promise.allSettled(running);
  }
}

/**
 * @param {AsyncIterator<unknown>} iterator
 * @param {() => void} [next]
 */
async function drain(iterator, next) {
  while ((await iterator.next()).done !== true) next?.();
}

/**
 * To be called with functions as they come; at most `limit` run at a time.
 *
 * @template T
 * @param {number} limit
 * @param {(value: T) => void} next
 * @param {(error: unknown) => void} failed
 */
function runner(limit, next, failed) {
  /** @type {(() => Promise<T>)[]} */
  let waiting = [];
  let first = 0;
  let running = 0;
  /** @param {() => Promise<T>} coroutine */
  const start = async (coroutine) => {
    running++;
    try {
      next(await coroutine());
    } catch (error) {
      failed(error);
    }
    running--;
    const following = waiting[first++];
    if (following !== undefined) return start(following);
    waiting = [];
    first = 0;
  };
  return (/** @type {() => Promise<T>} */ coroutine) => {
    if (running < limit) void start(coroutine);
    else waiting.push(coroutine);
  };
}

/** @param {number} limit */
function limitOf(limit) {
  const push = runner(limit, () => {}, () => {}); // prettier-ignore
  /**
   * @template T
   * @param {() => Promise<T>} coroutine
   * @returns {Promise<T>}
   */
  return (coroutine) =>
    new Promise((resolve, reject) => {
      push(() => coroutine().then(resolve, reject));
    });
}

/** A promise, and what to cancel it with. @template T @param {Coroutine<T>} coroutine */
function createTask(coroutine) {
  const controller = new AbortController();
  return { promise: coroutine({ signal: controller.signal }), cancel: () => controller.abort() };
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
function untilAborting(promise, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * The last values of all, together.
 *
 * @param {readonly import('rxjs').Observable<number>[]} observables
 * @param {(values: readonly number[]) => void} complete
 */
function gathered(observables, complete) {
  /** @type {number[]} */
  const values = [];
  lastOfEach(
    observables,
    (value, index) => {
      values[index] = value;
    },
    () => complete(values),
    noop,
  );
}

/**
 * The last value of each as it completes; the first failure unsubscribes from the rest.
 *
 * @param {readonly import('rxjs').Observable<number>[]} observables
 * @param {(value: number, index: number) => void} ended
 * @param {() => void} complete
 * @param {(error: unknown) => void} fail
 */
function lastOfEach(observables, ended, complete, fail) {
  /** @type {import('rxjs').Subscription[]} */
  const subscriptions = [];
  let pending = observables.length;
  for (const [index, observable] of observables.entries()) {
    let last = NaN;
    const subscription = observable.subscribe({
      next: (value) => {
        last = value;
      },
      error: (error) => {
        for (const each of subscriptions) each.unsubscribe();
        fail(error);
      },
      complete: () => {
        ended(last, index);
        if (--pending === 0) complete();
      },
    });
    subscriptions.push(subscription);
  }
}
