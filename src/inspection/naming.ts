import type { Execution, Host } from '../awaitable/execution.js';
import { isAsyncIterable, isObservable, isPromiseLike, isStream } from '../awaitable/input.js';
import type { Awaitable } from '../awaitable/types.js';
import { nameOf } from '../awaitable/name-of.js';

export function kindOf(awaitable: Awaitable<unknown>): string {
  if (typeof awaitable === 'function') return 'coroutine';
  if (isObservable(awaitable)) return 'Observable';
  if (isPromiseLike(awaitable)) return 'Promise';
  if (isStream(awaitable)) return 'stream';
  return isAsyncIterable(awaitable) ? 'async iterable' : 'iterable';
}

/** The key that messages call it by, `user` of `gather: awaitables.user`; in a list the name of a function, or else `[3]`. */
export function keyIn(awaitable: Awaitable<unknown>, execution: Execution & Pick<Host<unknown>, 'nameOf'>): string {
  const [, place = ''] = execution.nameOf(execution).split(': awaitables');
  return place.startsWith('.') ? place.slice(1) : (nameOf(awaitable) ?? (place || 'the awaitable'));
}
