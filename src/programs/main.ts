import { defaultIfEmpty, type Observable } from 'rxjs';
import { fromInput } from '../awaitable/from-input.js';
import type { Result, ValidFunction } from '../awaitable/inference.js';
import { hasMethod, type Input, isObservable, type NativeObservable } from '../awaitable/input.js';
import type { Coroutine, CoroutineContext } from '../awaitable/types.js';
import { note } from '../task/loose.js';
import { isTask } from '../task/symbols.js';
import type { Task } from '../task/task.js';

/**
 * What the function of {@link run} is given: of its own it has only the signal, so that it can be handed on as options,
 * `await gather([a, b], context)`.
 */
export interface MainContext extends CoroutineContext {
  /** Aborts when the program is to take on nothing more: with `drain` at the first signal of the system, else with `signal`. */
  readonly draining: AbortSignal;
}

/** An Observable of rxjs or of the platform. */
export type MainInput = Observable<unknown> | NativeObservable<unknown>;

/** `unknown` for what can be run; for anything else a type that it is not assignable to. */
export type ValidMain<M> = M extends (context: never) => unknown ? ValidFunction<M, MainContext> : unknown;

/** The type of what {@link run} gives: of an Observable, which may have no value, `undefined` as well. */
export type MainResult<M> =
  (M extends (context: never) => infer R ? R : M) extends Observable<infer T> ? T | undefined : Result<M>;

/** A main function, or an Observable, as a coroutine function. */
export function coroutineOf(
  main: ((context: MainContext) => Input<unknown>) | Input<unknown>,
  draining: AbortSignal,
): Coroutine<unknown> {
  return (context) => (typeof main === 'function' ? valueOf(main(contextWith(draining, context))) : valueOf(main));
}

function valueOf(input: Input<unknown>): Input<unknown> {
  if (isTask(input)) {
    // Its main only listens to it; the program is to cancel it.
    note(input as unknown as Task<unknown>);
    return input;
  }
  const isStream = isObservable(input) || hasMethod(input, 'subscribe');
  return isStream ? fromInput(input).pipe(defaultIfEmpty(undefined)) : input;
}

/** Reading the signal is a promise to settle when it aborts, so it is read only when main does. */
function contextWith(draining: AbortSignal, context: CoroutineContext): MainContext {
  return Object.create({ draining }, { signal: { enumerable: true, get: () => context.signal } }) as MainContext;
}
