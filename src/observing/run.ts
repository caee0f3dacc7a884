import { isCancellation, isCancelledError } from '../errors.js';

/**
 * What happens in a run. `cancelled`: asked to end; it then ends as `cleaned up`, all the same as `done`, or in an error of its
 * cleanup as `failed`. What is `done` has a value, but for an Observable that has completed without one.
 */
export type RunEvent = 'started' | 'emitted' | 'cancelled' | 'done' | 'failed' | 'cleaned up';

/** Told of what happens in a run. */
export type Recording = (event: RunEvent, ...value: [] | [unknown]) => void;

/** One run of an awaitable: each thing is told once, and nothing after its end. */
export class Run {
  readonly #record: Recording;
  #state: 'new' | 'running' | 'cancelled' | 'over' = 'new';
  #signal: AbortSignal | undefined;
  #emitted: [] | [unknown] = [];

  constructor(record: Recording) {
    this.#record = record;
  }

  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'running';
    this.#record('started');
  }

  emit(value: unknown): void {
    this.#emitted = [value];
    this.#record('emitted', value);
  }

  /** The coroutine has read its signal, and will be told through it. */
  heed(signal: AbortSignal): void {
    if (this.#signal !== undefined) return;
    this.#signal = signal;
    if (signal.aborted) this.cancel();
    else signal.addEventListener('abort', this);
  }

  /** Of the signal. */
  handleEvent(): void {
    this.cancel();
  }

  cancel(): void {
    if (this.#state !== 'running') return;
    this.#state = 'cancelled';
    this.#record('cancelled');
  }

  done(...value: [] | [unknown]): void {
    this.#end('done', ...value);
  }

  /** An Observable has completed: its result is the last value it has emitted. */
  complete(): void {
    this.#end('done', ...this.#emitted);
  }

  fail(error: unknown): void {
    const cancellation =
      isCancelledError(error) ||
      (this.#state === 'cancelled' && (isCancellation(error) || (this.#signal !== undefined && error === this.#signal.reason))); // prettier-ignore
    if (cancellation) this.endCancelled();
    else this.#end('failed', error);
  }

  endCancelled(): void {
    this.cancel();
    this.#end('cleaned up');
  }

  #end(type: RunEvent, ...value: [] | [unknown]): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#signal?.removeEventListener('abort', this);
    this.#record(type, ...value);
  }
}
