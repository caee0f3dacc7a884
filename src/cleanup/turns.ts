import { report } from './report.js';
import { shared } from './shared.js';

/** How many may be told, or torn down, within each other: the stack is finite. */
export const deepest = 64;

/**
 * Tells somebody that something has ended, now; but not within ever more others, each of which has ended because of the one
 * before. Then the outermost works the rest off: no hop, and no overflow.
 */
export function inTurn(tell: () => void): void {
  const { depth } = shared;
  if (depth === deepest) {
    shared.waiting.add(tell);
    return;
  }
  shared.depth = depth + 1;
  try {
    tell();
  } finally {
    shared.depth = depth;
  }
  tellWaiting();
}

/** Not in the middle of a teardown either: who is part of that has left when it is over. */
export function afterTeardown(tell: () => void): void {
  if (shared.collector === undefined) inTurn(tell);
  else shared.waiting.add(tell);
}

/** Called as well before anything else is begun: not when all has been told, of which there may be no end. */
export function cancelDeferred(): void {
  if (shared.collector !== undefined) return;
  for (const cancel of shared.deferred) {
    shared.deferred.delete(cancel);
    unharmed(cancel);
  }
}

/** Called when something has been torn down, or told. */
export function tellWaiting(): void {
  cancelDeferred();
  if (shared.collector !== undefined || shared.depth > 0) return;
  for (const tell of shared.waiting) {
    shared.waiting.delete(tell);
    shared.depth = 1;
    unharmed(tell);
    shared.depth = 0;
  }
}

/** Tells one of several that have nothing to do with each other: what is thrown there keeps none of the others from hearing of it. */
export function unharmed(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    report(error);
  }
}
