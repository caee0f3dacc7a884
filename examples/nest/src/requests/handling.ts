import { CancelledError, createTask, type Task } from 'rx-asyncio';
import { endWith, ignoreElements, type Observable, tap } from 'rxjs';

/**
 * What runs for one request. It is cancelled as a coroutine function is: a handler that has taken the signal has promised to
 * settle when that aborts, and is waited for; of any other the Observable is unsubscribed.
 */
export class Handling {
  /** Done when the handler is, cleanup included. */
  readonly task: Task<unknown>;
  readonly #controller = new AbortController();
  #signalTaken = false;

  constructor(name: string, handler: Observable<unknown>, emitted: (value: unknown) => void) {
    // A handler may have nothing to say, and that of server-sent events says more than one thing.
    this.task = createTask(handler.pipe(tap(emitted), ignoreElements(), endWith(undefined)), { name });
    // An interceptor may have given up a handler that still runs.
    const over = () => {
      this.#controller.abort(new CancelledError('the request is over'));
    };
    this.task.subscribe({ complete: over, error: over });
  }

  takeSignal(): AbortSignal {
    this.#signalTaken = true;
    return this.#controller.signal;
  }

  cancel(reason: Error): void {
    if (this.task.done) return;
    this.#controller.abort(reason);
    if (!this.#signalTaken) this.task.cancel(reason);
  }

  /** What it was cancelled for, instead of that it was. */
  static reasonOf(error: unknown): unknown {
    return error instanceof CancelledError ? (error.cause ?? error) : error;
  }
}
