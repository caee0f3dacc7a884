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

/** The name of a function, or else the key that messages call it by: `user` of `gather: awaitables.user`. */
export function keyIn(awaitable: Awaitable<unknown>, execution: Execution & Pick<Host<unknown>, 'nameOf'>): string {
  const place = execution.nameOf(execution);
  return nameOf(awaitable) ?? place.slice(place.indexOf(': ') + 2).replace(/^awaitables\.?/, '');
}
