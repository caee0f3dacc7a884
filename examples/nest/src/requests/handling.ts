import { CancelledError, createTask, type Task } from 'rx-asyncio';
import { endWith, ignoreElements, type Observable, tap } from 'rxjs';

/**
 * What a handler does for one request. It is cancelled as a coroutine function is: a handler that has taken the signal has
 * promised to settle when that aborts, and is waited for; of any other the Observable is unsubscribed.
 */
export class Handling {
  /** Done when the handler is, cleanup included. Its answer may still be on its way then. */
  readonly task: Task<unknown>;
  readonly #controller = new AbortController();
  #signalTaken = false;

  constructor(
    name: string,
    handler: Observable<unknown>,
    /** Events come from an Observable, whatever their handler has taken. Else that cannot be told from a Promise. */
    private readonly events: boolean,
    emitted: (value: unknown) => void,
  ) {
    // A handler may have nothing to say, and that of server-sent events says more than one thing.
    this.task = createTask(handler.pipe(tap(emitted), ignoreElements(), endWith(undefined)), { name });
    // An interceptor may have given up a handler that still runs.
    this.task.subscribe({
      error: () => {
        this.#controller.abort(new CancelledError('the handler has failed'));
      },
    });
  }

  takeSignal(): AbortSignal {
    this.#signalTaken = true;
    return this.#controller.signal;
  }

  /** A handler that is done is cancelled, too: its answer may come from what has the signal. */
  cancel(reason: Error): void {
    this.#controller.abort(reason);
    if (this.events || !this.#signalTaken) this.task.cancel(reason);
  }

  /** What it was cancelled for, instead of that it was. */
  static reasonOf(error: unknown): unknown {
    return error instanceof CancelledError ? (error.cause ?? error) : error;
  }
}
