import { fromInput } from '../awaitable/from-input.js';
import { type Input, isAsyncIterable, isInput, isObservable, isPromiseLike, isStream } from '../awaitable/input.js';
import type { Coroutine, CoroutineContext } from '../awaitable/types.js';
import { observePromise, observeSource } from './input.js';
import type { Run } from './run.js';

export function observeCoroutine<T>(coroutine: Coroutine<T>, nextRun: () => Run): Coroutine<T> {
  const observed = (context: CoroutineContext) => {
    const run = nextRun();
    run.start();
    try {
      return observeReturned(coroutine(observeSignal(context, run)), run);
    } catch (error) {
      run.fail(error);
      throw error;
    }
  };
  // For error messages.
  return Object.defineProperty(observed, 'name', { value: coroutine.name });
}

/** Reading the signal of this one reads that of the other, and not before: whether it is read decides how it is cancelled. */
function observeSignal(context: CoroutineContext, run: Run): CoroutineContext {
  return {
    get signal() {
      const { signal } = context;
      run.heed(signal);
      return signal;
    },
  };
}

/** Observes what a coroutine function has returned, as the kind of thing that it is: that decides how it is cancelled. */
function observeReturned<T>(returned: Input<T>, run: Run): Input<T> {
  if (isObservable<T>(returned)) return observeSource(fromInput(returned), () => run);
  if (isPromiseLike<T>(returned)) {
    const promise = returned instanceof Promise ? (returned as Promise<T>) : Promise.resolve(returned);
    observePromise(promise, run);
    return promise;
  }
  if (isAsyncIterable<T>(returned) && !isStream(returned)) return observeIterable(returned, run);
  // Whatever else it is will be refused by who has called it.
  return isInput(returned) ? observeSource(fromInput<T>(returned), () => run) : returned;
}

function observeIterable<T>(iterable: AsyncIterable<T>, run: Run): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = iterable[Symbol.asyncIterator]();
      // Not all give Promises, though `for await` takes them.
      const observed = (given: IteratorResult<T, unknown> | PromiseLike<IteratorResult<T, unknown>>) => {
        const result = Promise.resolve(given);
        void result.then(
          ({ done, value }) => {
            if (done !== true) run.emit(value);
            else run.complete();
          },
          (error: unknown) => {
            run.fail(error);
          },
        );
        return result;
      };
      return {
        next: () => observed(iterator.next()),
        return: (value?: unknown) => observed(iterator.return?.(value) ?? { done: true, value }),
      };
    },
  };
}
