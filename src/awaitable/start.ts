import { shared } from '../cleanup/shared.js';
import { Call } from './call.js';
import type { Execution, Host } from './execution.js';
import { prepareInput } from './source.js';
import type { Awaitable } from './types.js';

/** The one way to run an awaitable, whatever it is, for a host that is told its result. */
export function prepare<T>(awaitable: Awaitable<T>, host: Host<T>, index: number): Execution {
  const { inspector } = shared;
  return inspector === undefined ? make(awaitable, host, index) : inspector.prepare(make<T>, awaitable, host, index);
}

function make<T>(awaitable: Awaitable<T>, host: Host<T>, index: number): Execution {
  return typeof awaitable === 'function' ? new Call(awaitable, host, index) : prepareInput(awaitable, host, index);
}
