import type { Unsubscribable } from 'rxjs';
import { saysCancelled } from '../errors.js';

// RxJS tears down synchronously: `unsubscribe()` returns while a cancelled coroutine is still in its `finally` block.
// But for that very reason everything torn down by one `unsubscribe()` is torn down while it is on the stack. So whoever
// cancels sets a collector for just that time, and each coroutine below, through whatever operators lie between, puts
// into it the cleanup that it is still busy with.

/** What went wrong while cleaning up; empty when nothing did. */
export type Failures = readonly unknown[];

/** A cleanup under way. Never rejects: it gives its failures. */
export type Cleanup = Promise<Failures>;

/** What something was cancelled for, in a box: it may be any value, `null` too. */
export interface Reason {
  readonly reason: unknown;
}

/** What a teardown leaves: failures, and cleanups that go on. */
export class Collector {
  reason: Reason | undefined;
  #failures: Failures | undefined;
  pending: Cleanup[] | undefined;

  constructor(reason: Reason | undefined) {
    this.reason = reason;
  }

  add(cleanup: Failures | Cleanup): void {
    if (cleanup instanceof Promise) (this.pending ??= []).push(cleanup);
    else if (cleanup.length > 0) this.#failures = [...(this.#failures ?? []), ...cleanup];
  }

  catch(error: unknown): void {
    this.add(thrown(error));
  }

  result(): Failures | Cleanup {
    const failures = this.#failures ?? none;
    if (this.pending === undefined) return failures.length < 2 ? failures : distinct(failures);
    const [only] = this.pending;
    if (only !== undefined && this.pending.length === 1 && failures.length === 0) return only;
    return Promise.all(this.pending).then((lists) => distinct([...failures, ...lists.flat()]));
  }
}

const none: Failures = [];

/** One for all copies of this package: a Task of one may be gathered by another. */
export const shared = ((globalThis as Record<symbol, unknown>)[Symbol.for('rx-asyncio')] ??= {
  collector: undefined,
  lingering: new WeakMap(),
  suppressed: new WeakMap(),
  outcomes: new WeakSet(),
}) as {
  /** Of what is torn down just now. */
  collector: Collector | undefined;
  /** What lingers with a subscriber. */
  readonly lingering: WeakMap<object, Set<Cleanup>>;
  /** What is listed with an error, and how many failures that are. */
  readonly suppressed: WeakMap<object, { readonly list: Failures; readonly count: number }>;
  /** The errors that came out of Tasks. */
  readonly outcomes: WeakSet<object>;
};

/**
 * Tears something down, and gives what failed in that: at once when everything is clean, so that nothing synchronous is ever
 * delayed, otherwise when the last cleanup has finished. `reason` is what the coroutines below see as `signal.reason`.
 */
export function collect(target: Unsubscribable, reason?: Reason): Failures | Cleanup {
  const outer = shared.collector;
  const collector = new Collector(reason ?? outer?.reason);
  shared.collector = collector;
  try {
    target.unsubscribe();
  } catch (error) {
    collector.catch(error);
  } finally {
    // No call: a stack that has just overflown would refuse it.
    shared.collector = outer;
  }
  return collector.result();
}

/** Tears down what is cancelled for this reason: that it was cancelled is no failure. */
export function cancel(target: Unsubscribable, reason: Reason): Failures | Cleanup {
  const judge = (failures: Failures) => failures.filter((failure) => !saysCancelled(failure, reason));
  const cleanup = collect(target, reason);
  return cleanup instanceof Promise ? cleanup.then(judge) : judge(cleanup);
}

/** Runs what is not part of what is being torn down: listeners, which may tear down whatever they like. */
export function outside(run: () => void): void {
  const outer = shared.collector;
  shared.collector = undefined;
  try {
    run();
  } finally {
    shared.collector = outer;
  }
}

/** Gives a cleanup to the canceller that is on the stack; false where there is none. */
export function offer(cleanup: Failures | Cleanup): boolean {
  shared.collector?.add(cleanup);
  return shared.collector !== undefined;
}

/** Why the canceller on the stack cancels: `make()` where it has not said so, the same for all it cancels. */
export function cancellationReason(make: () => unknown): Reason {
  if (shared.collector === undefined) return { reason: make() };
  return (shared.collector.reason ??= { reason: make() });
}

/** Listens in on a teardown: what it returns gives the cleanups that the canceller on the stack was given since. */
export function overhear(): () => readonly Cleanup[] {
  const { collector } = shared;
  const before = collector?.pending?.length;
  return () => collector?.pending?.slice(before) ?? [];
}

/** The cleanup that a promise stands for. */
export function failuresOf(cleanup: PromiseLike<unknown>): Cleanup {
  return Promise.resolve(cleanup).then(
    () => none,
    (error: unknown) => [error],
  );
}

export function isFailure(failure: unknown): boolean {
  return !saysCancelled(failure, undefined);
}

export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** What two ways lead to (a Task given twice, say) fails but once. Equal primitives are failures of their own. */
export function distinct(failures: Failures): Failures {
  const known = new Set();
  return failures.filter((failure) => {
    const isNew = !known.has(failure);
    if (isObject(failure)) known.add(failure);
    return isNew;
  });
}

/** What a teardown has thrown: rxjs packs it, each copy of rxjs into a class of its own. */
export function thrown(error: unknown): Failures {
  try {
    const { name, errors } = error as { readonly name?: unknown; readonly errors?: unknown };
    if (name === 'UnsubscriptionError' && Array.isArray(errors)) return errors.flatMap(thrown);
  } catch {
    // What throws when it is looked at is none.
  }
  return [error];
}
