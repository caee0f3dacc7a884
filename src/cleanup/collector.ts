import type { Unsubscribable } from 'rxjs';
import { saysCancelled } from '../errors.js';
import type { Cleanup, Failures } from './failures.js';
import { findServed, isOpen, isSame } from './links.js';
import { Collector, type Reason, shared } from './shared.js';
import { deepest } from './turns.js';

// RxJS tears down synchronously: `unsubscribe()` returns while a cancelled coroutine is still in its `finally` block.
// But for that very reason everything torn down by one `unsubscribe()` is torn down while it is on the stack. So whoever
// cancels sets a collector for just that time, and each coroutine below, through whatever operators lie between, puts
// into it the cleanup that it is still busy with.

/**
 * Tears something down, and gives what failed in that: at once when everything is clean, so that nothing synchronous is ever
 * delayed, otherwise when the last cleanup has finished. `reason` is what the coroutines below see as `signal.reason`, `ended`
 * what is torn down because it has ended by itself.
 */
export function collect(
  target: Unsubscribable,
  link: object | undefined = target,
  reason?: Reason,
  ended = shared.ending,
): Failures | Cleanup {
  const { collector: outer, tearing, ending } = shared;
  const collector = collectorFor(link, reason);
  shared.collector = collector;
  shared.tearing = tearing + 1;
  shared.ending = ended;
  try {
    target.unsubscribe();
  } catch (error) {
    collector.catch(error);
  } finally {
    // No call: a stack that has just overflown would refuse it.
    shared.collector = outer;
    shared.tearing = tearing;
    shared.ending = ending;
  }
  return collector.result();
}

/**
 * Tears down a part of what is being torn down; where that is deep down already, when the outermost has been torn down. The
 * canceller waits for it in any case.
 */
export function tearDown(run: () => void): void {
  if (shared.tearing < deepest) {
    run();
    return;
  }
  const { collector } = shared;
  const cleanup = new Promise<Failures>((resolve) => {
    shared.waiting.add(() => {
      resolve(collect({ unsubscribe: run }, collector?.link, collector?.reason));
    });
  });
  offer(cleanup);
}

/** Tears down what is cancelled for this reason: that it was cancelled is no failure. */
export function cancel(target: Unsubscribable, reason: Reason, link?: object): Failures | Cleanup {
  const judge = (failures: Failures) => failures.filter((failure) => isFailure(failure, reason));
  const cleanup = collect(target, link, reason);
  return cleanup instanceof Promise ? cleanup.then(judge) : judge(cleanup);
}

/** Runs what is not part of what is being torn down: listeners, which may tear down whatever they like. */
export function outside(run: () => void): void {
  const { collector, outsides } = shared;
  shared.collector = collector && null;
  shared.outsides = outsides + 1;
  try {
    run();
  } finally {
    shared.collector = collector;
    shared.outsides = outsides;
  }
}

/** Tells those who listen to a signal, which is no part of what is being torn down. */
export function abort(controller: AbortController, { reason }: Reason): void {
  outside(() => {
    controller.abort(reason);
  });
}

/** Gives a cleanup to the canceller that is on the stack; false where there is none. */
export function offer(cleanup: Failures | Cleanup): boolean {
  shared.collector?.add(cleanup);
  return Boolean(shared.collector);
}

/** Why what hangs on `subscriber` is cancelled: `make()` where its canceller has not said so, the same for all it cancels. */
export function cancellationReason(make: () => unknown, subscriber?: object): Reason {
  const canceller = cancellerOf(subscriber);
  if (!canceller) return { reason: make() };
  return (canceller.reason ??= { reason: make() });
}

/** For what is torn down from `link` on: the reason is that of the canceller which that is a part of, unless it has one. */
export function collectorFor(link: object | undefined, reason?: Reason): Collector {
  return new Collector(link, reason ?? cancellerOf(link, link)?.reason);
}

/**
 * The canceller on the stack, if what hangs on `subscriber` is torn down by it: one that is open, besides `own`, has come to its
 * end by itself, or drops something by itself, because a teardown has emitted, say.
 */
export function cancellerOf(subscriber: object | undefined, own?: object): Collector | null | undefined {
  const { collector } = shared;
  const target = collector?.link;
  if (target === undefined) return collector;
  const found = findServed(subscriber, (each) => isSame(each, target) || (each !== own && isOpen(each)));
  return found === undefined || isSame(found, target) ? collector : undefined;
}

/** Listens in on a teardown: what it returns gives the cleanups that the canceller on the stack was given since. */
export function overhear(): () => readonly Cleanup[] {
  const { collector } = shared;
  const before = collector?.pending?.length;
  return () => collector?.pending?.slice(before) ?? [];
}

/** What says that it was cancelled is none, unless failures are listed with it, or with one that it is made of. */
export function isFailure(failure: unknown, reason?: Reason): boolean {
  return !saysCancelled(failure, reason) || listsFailures(failure);
}

function listsFailures(error: unknown): boolean {
  // No primitive is in there.
  return shared.suppressed.has(error as object) || (isAggregate(error) && error.errors.some(listsFailures));
}

function isAggregate(error: unknown): error is AggregateError {
  try {
    return error instanceof AggregateError;
  } catch {
    return false;
  }
}
