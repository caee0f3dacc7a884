import { CancelledError, isCancelledError } from '../errors.js';
import type { Ending } from './ending.js';
import { decodeFailure } from './failure.js';
import { because } from './processing.js';
import type { Wanted } from './wanted.js';

/** What a call gives, or throws, when its job has ended. `where` that was is told with it. */
export function resultOf(ending: Ending, where: string, wanted: Wanted): unknown {
  if (ending.type === 'completed') return ending.value;
  if (ending.type === 'failed') {
    const failure = decodeFailure(ending.reason, where);
    if (isCancelledError(failure)) wanted.throwIfEnded();
    throw failure;
  }
  if (ending.type === 'unreachable') {
    const { message } = ending.error as Error;
    throw new Error(`${where} cannot be heard of any more: ${message}`, { cause: ending.error });
  }
  wanted.throwIfEnded();
  if (ending.type === 'lost') throw new Error(`${where} was lost, or has ended unheard and was not kept`);
  throw new CancelledError(`${where} was removed`);
}

/**
 * A cancellation that another caller has asked for, or has died of. A second time it is this one that is not heard. What is kept,
 * as the child of a flow is, would only be found again.
 */
export function isOfAnother(error: unknown, ending: Ending, tries: number): boolean {
  if (!isCancelledError(error) || (ending.type === 'failed' && ending.isKept === true)) return false;
  return error.message === because.asked || (error.message === because.orphaned && tries === 1);
}
