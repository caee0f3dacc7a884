import { getEventListeners } from 'node:events';

/** How many listen to the signal. */
export function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}
