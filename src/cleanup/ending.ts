import { outside } from './collector.js';
import { findServed, isSame } from './links.js';
import { type Ending, shared } from './shared.js';

// What has ended is torn down before it says so. A teardown may cancel whatever it likes, also what it is itself a part of
// (`finalize(() => controller.abort())`): if that were done at once, nobody would be left to be told of the end.

/** Whether something below, as the links go, is about to tell of its end. */
export function isEnding(top: object): boolean {
  return endingBelow(top) !== undefined;
}

/** Whether what is torn down just now is a part of that: then its end cannot be waited for. */
export function isEndingWithThis(top: object): boolean {
  return endingBelow(top)?.outsides === shared.outsides;
}

/** Cancels what `top` is the top of: at once, or as soon as what is ending there has been told. */
export function whenTold(top: object, cancel: () => void): void {
  if (isEnding(top)) shared.deferred.add(cancel);
  else outside(cancel);
}

function endingBelow(top: object): Ending | undefined {
  let each = shared.ending;
  while (each !== undefined && findServed(each, (served) => isSame(served, top)) === undefined) each = each.outer;
  return each;
}
