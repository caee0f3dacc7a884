import { isListenable, type Listenable } from '../awaitable/source.js';

/**
 * Cancels a Task as a part of something larger, whose canceller waits for it, too, and is told of its failure, unless it keeps
 * that to itself.
 */
export const cancelPart = Symbol.for('rx-asyncio.Task.cancelPart');

/** Cancels a Task for a reason that its canceller shares. */
export const cancelFor = Symbol.for('rx-asyncio.Task.cancelFor');

/** What combinators use of a Task, made by this copy of the package or by another. */
export interface TaskLike extends Listenable {
  [cancelPart](keepsFailure?: boolean): void;
}

export function isTask(value: unknown): value is TaskLike {
  return isListenable(value);
}
