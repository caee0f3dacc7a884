import { type MonoTypeOperatorFunction, Observable, Subscriber, type Unsubscribable, UnsubscriptionError } from 'rxjs';
import { Inner } from './upstream.js';

// RxJS tears down synchronously: `unsubscribe()` returns while a cancelled coroutine is still in its `finally` block.
// But for that very reason everything torn down by one `unsubscribe()` is torn down while it is on the stack. So whoever
// cancels sets a collector for just that time, and each coroutine below, through whatever operators lie between, puts
// into it the cleanup that it is still busy with.
//
// An operator such as `switchMap` tears an inner source down by itself, with no canceller on the stack. That cleanup
// *lingers* with the nearest subscriber above that is still open, and is given to the canceller that closes it.
//
// Invariant: a cleanup is at any time with exactly one of a collector, a lingering place, or nobody (then its failures
// are reported as unhandled rejections). So no failure is lost, and none is told twice.

/** What went wrong while cleaning up; empty when nothing did. */
export type Failures = readonly unknown[];

/** A cleanup under way. Never rejects: it gives its failures. */
export type Cleanup = Promise<Failures>;

interface Collector {
  reason: unknown;
  readonly failures: unknown[];
  readonly pending: Cleanup[];
}

// One for all copies of this package, so that a Task of one is awaited by a combinator of another.
const shared = ((globalThis as Record<symbol, unknown>)[Symbol.for('rx-asyncio.cleanup')] ??= {}) as {
  collector?: Collector | undefined;
};

/**
 * Runs a teardown, and gives what failed in it: at once when everything is clean, so that nothing synchronous is ever
 * delayed, otherwise when the last cleanup has finished. `reason` is what the coroutines below see as `signal.reason`.
 */
export function collect(teardown: () => void, reason?: unknown): Failures | Cleanup {
  const collector: Collector = { reason: reason ?? shared.collector?.reason, failures: [], pending: [] };
  const outer = shared.collector;
  shared.collector = collector;
  try {
    teardown();
  } catch (error) {
    collector.failures.push(...(error instanceof UnsubscriptionError ? (error.errors as unknown[]) : [error]));
  }
  shared.collector = outer;
  if (collector.pending.length === 0) return distinct(collector.failures);
  return Promise.all(collector.pending).then((lists) => distinct([...collector.failures, ...lists.flat()]));
}

/**
 * Tears down a source that has ended for `subscriber`, before its result is passed on. False where that fails at once, which
 * is then the error: from further up it would be thrown at the source, and operators would never be told of the end. Cleanup
 * is awaited above.
 */
export function tearDownEnded(source: Unsubscribable, subscriber: Subscriber<unknown>): boolean {
  const cleanup = collect(() => {
    source.unsubscribe();
  });
  if (cleanup instanceof Promise) handOver(subscriber, cleanup);
  else if (cleanup.length > 0) {
    subscriber.error(asOneError(cleanup));
    return false;
  }
  return true;
}

/** The cleanup that a promise stands for. */
export function failuresOf(cleanup: PromiseLike<unknown>): Cleanup {
  return Promise.resolve(cleanup).then(
    () => [],
    (error: unknown) => [error],
  );
}

/** Gives a cleanup to the canceller that is on the stack; false where there is none. */
export function offerCleanup(cleanup: () => Failures | Cleanup): boolean {
  const { collector } = shared;
  if (collector === undefined) return false;
  const offered = cleanup();
  if (offered instanceof Promise) collector.pending.push(offered);
  else collector.failures.push(...offered);
  return true;
}

/** Listens in on a teardown: what it returns gives the cleanups that the canceller on the stack was given since. */
export function overhear(): () => readonly Cleanup[] {
  const pending = shared.collector?.pending ?? [];
  const before = pending.length;
  return () => pending.slice(before);
}

/** Why the canceller on the stack cancels: `make()` where it has not said so, the same for all it cancels. */
export function cancellationReason(make: () => unknown): unknown {
  if (shared.collector === undefined) return make();
  return (shared.collector.reason ??= make());
}

/** For a teardown below `subscriber`: gives its cleanup to whoever cancels, or else to whoever will. */
export function handOver(subscriber: Subscriber<unknown>, cleanup: Failures | Cleanup): void {
  if (offerCleanup(() => cleanup)) return;
  afterCleanup(cleanup, reportAll, subscriber);
}

/** The runtime's own report of a failure that has nobody to go to. */
export function report(failure: unknown): void {
  void Promise.reject(failure);
}

export function reportAll(failures: Failures): void {
  failures.forEach(report);
}

/** Several failures as the one error there is room for. */
export function asOneError(failures: Failures): unknown {
  return failures.length === 1 ? failures[0] : new AggregateError(failures, `${failures.length} cleanups failed`);
}

/**
 * Holds the last notification back until everything below has been torn down and has cleaned up; `finalizer` is the last
 * thing torn down, and is told whether the source has `ended` by itself. A failing cleanup turns `complete` into its
 * error; after an error, which goes first, it is reported.
 */
export function awaitCleanup<T>(finalizer: (ended: boolean) => void = () => {}): MonoTypeOperatorFunction<T> {
  return (source) =>
    // A new Observable, since every operator passes an error on before it tears down.
    new Observable<T>((subscriber) => {
      const tearDown = (ended: boolean) => {
        if (upstream.closed) return [];
        // Added last, so that it is called last, and also when a teardown before it throws.
        upstream.add(() => {
          finalizer(ended);
        });
        return collect(() => {
          upstream.unsubscribe();
        });
      };
      const end = (error: Failures) => {
        const conclude = (all: Failures) => {
          const failures = distinct(all);
          if (failures.length === 0) subscriber.complete();
          else if (error.length === 0) subscriber.error(asOneError(failures));
          else {
            subscriber.error(error[0]);
            reportAll(failures.slice(1));
          }
        };
        const cleanup = tearDown(true);
        // The error waits as well, so whoever closes `subscriber` meanwhile takes it over with the cleanup.
        const withError = (failures: Failures) => [...error, ...failures];
        const all = cleanup instanceof Promise ? cleanup.then(withError) : withError(cleanup);
        // The cleanup itself may have closed `subscriber`, which then cannot be told any more.
        if (subscriber.closed) handOver(subscriber, all);
        else afterCleanup(all, conclude, subscriber);
      };
      const upstream = new Inner<T>(
        {
          next: (value) => {
            subscriber.next(value);
          },
          error: (error) => {
            end([error]);
          },
          complete: () => {
            end([]);
          },
        },
        subscriber,
      );
      // Before the source can emit: what is unsubscribed while it is still being subscribed to stops at once.
      subscriber.add(() => {
        handOver(subscriber, tearDown(false));
      });
      source.subscribe(upstream);
    });
}

/** Tears down when subscribed to, and completes once that has cleaned up. Failures are reported. */
export function cleanUp(teardown: () => void): Observable<never> {
  return new Observable((subscriber) => {
    const finished = (failures: Failures) => {
      reportAll(failures);
      subscriber.complete();
    };
    afterCleanup(collect(teardown), finished, subscriber);
  });
}

const lingering = new WeakMap<Subscriber<unknown>, Set<Cleanup>>();

/**
 * Calls `finished` with what failed: now, if the cleanup is over. Meanwhile it is kept with the nearest open subscriber
 * from `keeper` on; when a canceller closes that one, it takes the cleanup over, and `finished` is not called.
 */
export function afterCleanup(
  cleanup: Failures | Cleanup,
  finished: (failures: Failures) => void,
  keeper?: Subscriber<unknown>,
): void {
  if (!(cleanup instanceof Promise)) {
    finished(cleanup);
    return;
  }
  const heir = nearestOpen(keeper);
  const kept = heir ? keptWith(heir) : new Set();
  kept.add(cleanup);
  void cleanup.then((failures) => {
    if (kept.delete(cleanup)) finished(failures);
  });
}

/** The cleanups kept with a subscriber, which are handed over when it closes. */
function keptWith(heir: Subscriber<unknown>): Set<Cleanup> {
  let kept = lingering.get(heir);
  if (kept === undefined) {
    const cleanups = (kept = new Set<Cleanup>());
    lingering.set(heir, cleanups);
    heir.add(() => {
      for (const each of cleanups) handOver(heir, each);
      cleanups.clear();
    });
  }
  return kept;
}

/** What two ways lead to (a Task given twice, say) fails but once. */
function distinct(failures: Failures): Failures {
  return failures.length > 1 ? [...new Set(failures)] : failures;
}

/** Follows the links that every RxJS operator makes from its subscriber to the one it serves. */
function nearestOpen(subscriber: unknown): Subscriber<unknown> | undefined {
  let next = subscriber;
  while (next instanceof Subscriber && next.closed) next = (next as unknown as { destination: unknown }).destination;
  return next instanceof Subscriber ? next : undefined;
}
