import type { Subscriber } from 'rxjs';
import { cancellerOf, isFailure } from './collector.js';
import { type Cleanup, type Failures, type Kept, nothingKept } from './failures.js';
import { findServed, hasLeft, isOpen, isOurs } from './links.js';
import { shared } from './shared.js';
import { report } from './report.js';

// An operator such as `switchMap` tears an inner source down by itself, with no canceller on the stack. That cleanup
// *lingers* with the nearest subscriber above that is still open, and is given to the canceller that closes it.

/** Nothing grows without bound. */
const most = 16;

/** Gives a cleanup to whoever cancels, or else to whoever will. */
export function leave(cleanup: Failures | Cleanup, subscriber: object | undefined): void {
  if (cleanup instanceof Promise) shared.inspector?.left(cleanup);
  const canceller = cancellerOf(subscriber);
  if (canceller) canceller.add(cleanup);
  else if (cleanup instanceof Promise) linger(cleanup, subscriber);
  else reportAll(cleanup);
}

/**
 * Keeps a cleanup from `subscriber` on, and tells what failed in it, unless it was taken over meanwhile. Where nobody is to be
 * told, one of ours keeps it until its own end, if there is one. `known` is what had failed before.
 */
export function linger(
  cleanup: Cleanup,
  subscriber: object | undefined,
  tell?: (failures: Failures) => void,
  known: Failures = [],
): void {
  const heir = findServed(subscriber, isOpen) as Subscriber<unknown> | undefined;
  const kept = heir ? keptWith(heir) : nothingKept();
  kept.pending.add(cleanup);
  const over = oversee(subscriber, () => known);
  void cleanup.then((failures) => {
    over();
    if (!kept.pending.delete(cleanup)) return;
    if (tell !== undefined) tell(failures);
    else if (failures.length > 0 && kept.failed.length < most && findServed(heir, isOurs)) kept.failed.push(failures);
    else reportAll(failures);
  });
}

/** All is handed over when the heir closes. */
function keptWith(heir: Subscriber<unknown>): Kept {
  const known = shared.lingering.get(heir);
  if (known !== undefined) return known;
  const kept = nothingKept();
  shared.lingering.set(heir, kept);
  heir.add(() => {
    for (const each of [...kept.failed, ...kept.pending]) leave(each, heir);
    kept.pending.clear();
  });
  return kept;
}

/** Whether nobody above it has left, who is about to tear it down. */
export function isHeard(subscriber: Subscriber<unknown>): boolean {
  return findServed(subscriber, hasLeft) === undefined;
}

/** Tells all overseers from `subscriber` on that something begins to clean up; what it returns tells them that it is over. */
export function oversee(subscriber: object | undefined, known: () => Failures): () => void {
  const ends: ((() => void) | undefined)[] = [];
  const { overseers } = shared;
  // Mostly there is none.
  findServed(overseers && subscriber, (each) => {
    ends.push(overseers?.get(each)?.begin(known));
    return false;
  });
  return () => {
    for (const end of ends) end?.();
  };
}

/** Where the links end, at a Task: whoever oversees its owner oversees that, too. */
export function overseeFor(owner: Subscriber<unknown>, task: object): void {
  shared.overseers?.set(task, { begin: (known) => oversee(owner, known) });
}

function reportAll(failures: Failures): void {
  failures.filter((failure) => isFailure(failure)).forEach(report);
}
