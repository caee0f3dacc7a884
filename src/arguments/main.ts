import { hasMethod, isObservable } from '../awaitable/input.js';
import { check } from './check.js';

/** What a program runs. No Promise: it could not be told to end. */
export function checkMain(name: string, main: unknown): void {
  const valid = typeof main === 'function' || isObservable(main) || hasMethod(main, 'subscribe');
  check(valid, name, 'main', 'a function or an Observable', main);
}

/** Signals of the operating system. */
export function checkSignals(name: string, signals: unknown, known: readonly string[]): void {
  check(Array.isArray(signals), name, 'signals', 'an array of names of signals', signals);
  for (const [index, signal] of (signals as unknown[]).entries()) {
    // Nobody can listen to these two.
    const valid = known.includes(signal as string) && signal !== 'SIGKILL' && signal !== 'SIGSTOP';
    check(valid, name, `signals[${index}]`, 'a signal that can be listened to', signal, RangeError);
  }
}
