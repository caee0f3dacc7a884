import type { Subscriber } from 'rxjs';
import { isFailure, offer } from './collector.js';
import { type Cleanup, type Failures, isObject } from './failures.js';
import { shared } from './shared.js';
import { report } from './report.js';

// An operator such as `switchMap` tears an inner source down by itself, with no canceller on the stack. That cleanup
// *lingers* with the nearest subscriber above that is still open, and is given to the canceller that closes it.

/** Gives a cleanup to whoever cancels, or else to whoever will. */
export function leave(cleanup: Failures | Cleanup, subscriber: object | undefined): void {
  if (cleanup instanceof Promise) shared.inspector?.left(cleanup);
  // What is below somebody open has come to its end by itself: the canceller on the stack cancels something else.
  const isTornDown = (subscriber as Subscriber<unknown> | undefined)?.closed !== false;
  if (isTornDown && offer(cleanup)) return;
  if (cleanup instanceof Promise) linger(cleanup, subscriber, reportAll);
  else reportAll(cleanup);
}

/**
 * Keeps a cleanup from `subscriber` on, and tells what failed in it, unless it was taken over meanwhile. `known` is what had
 * failed before.
 */
export function linger(
  cleanup: Cleanup,
  subscriber: object | undefined,
  tell: (failures: Failures) => void,
  known: Failures = [],
): void {
  const heir = findServed(subscriber, (each) => isSubscriber(each) && !each.closed);
  const kept = heir ? keptWith(heir) : new Set();
  kept.add(cleanup);
  const over = oversee(subscriber, () => known);
  void cleanup.then((failures) => {
    over();
    if (kept.delete(cleanup)) tell(failures);
  });
}

/** The cleanups kept with a subscriber, which are handed over when it closes. */
function keptWith(heir: Subscriber<unknown>): Set<Cleanup> {
  let kept = shared.lingering.get(heir);
  if (kept === undefined) {
    const cleanups = (kept = new Set<Cleanup>());
    shared.lingering.set(heir, cleanups);
    heir.add(() => {
      for (const each of cleanups) leave(each, heir);
      cleanups.clear();
    });
  }
  return kept;
}

/** Whether nobody above it has left, who is about to tear it down. */
export function isHeard(subscriber: Subscriber<unknown>): boolean {
  return findServed(subscriber, (each) => isSubscriber(each) && each.closed) === undefined;
}

/** The first of a subscriber, the one it serves, and so on: follows the links that every RxJS operator makes, up to a Task. */
export function findServed(
  subscriber: unknown,
  isWanted: (each: Partial<Subscriber<unknown>>) => boolean,
): Subscriber<unknown> | undefined {
  let next = subscriber;
  while (isObject(next)) {
    if (isWanted(next)) return next as Subscriber<unknown>;
    next = (next as { readonly destination?: unknown }).destination;
  }
  return undefined;
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

/** By its shape: several copies of rxjs have a class each. */
function isSubscriber(link: Partial<Subscriber<unknown>>): link is Subscriber<unknown> {
  return 'add' in link;
}

function reportAll(failures: Failures): void {
  failures.filter((failure) => isFailure(failure)).forEach(report);
}
