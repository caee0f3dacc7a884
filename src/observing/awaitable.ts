import type { Awaitable } from '../awaitable/types.js';
import { observeCoroutine } from './coroutine.js';
import { observeInput } from './input.js';
import type { Run } from './run.js';

/**
 * Gives an awaitable that does what the given one does, and tells how it runs. What is cold stays cold, a coroutine function
 * stays one, and a Task stays the very same Task.
 */
export function observeAwaitable<T>(awaitable: Awaitable<T>, nextRun: () => Run): Awaitable<T> {
  return typeof awaitable === 'function' ? observeCoroutine(awaitable, nextRun) : observeInput(awaitable, nextRun);
}
