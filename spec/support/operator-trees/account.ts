import { suppressed, type Task } from 'rx-asyncio';

// What goes on in a tree: what runs, and on whose behalf; what has failed, and where that was found.

/** Something that runs: a coroutine, an Observable, a cleanup. */
export class Run {
  readonly what: string;
  /** Whose it is, from the innermost to the outermost. */
  readonly scopes: Scope[] = [];

  constructor(what: string) {
    this.what = what;
  }

  end(): void {
    for (const scope of this.scopes) scope.running.delete(this);
  }

  isOf(scope: Scope): boolean {
    return this.scopes.includes(scope);
  }
}

/** What was started for one subscription to a combinator, or to what several share. */
export class Scope {
  readonly running = new Set<Run>();
  /** Of a combinator that holds failures back as outcomes. */
  readonly #held: Held | undefined;
  #parent: Scope | undefined;

  constructor(parent?: Scope, held?: Held) {
    this.#parent = parent;
    this.#held = held;
  }

  start(what: string): Run {
    const run = new Run(what);
    for (const scope of this.#andAbove()) {
      scope.running.add(run);
      run.scopes.push(scope);
    }
    return run;
  }

  /** Whether one of those above it holds failures back. */
  get isHeld(): boolean {
    return [...this.#andAbove()].some((scope) => scope.#held !== undefined);
  }

  /** Nobody further up can be asked to wait for what runs here. */
  letGo(): void {
    this.#parent = undefined;
    for (const run of this.running) {
      for (const scope of run.scopes.splice(run.scopes.indexOf(this) + 1)) scope.running.delete(run);
    }
  }

  hold(failure: unknown): void {
    for (const scope of this.#andAbove()) if (scope.#held?.isOpen === true) scope.#held.failures.push(failure);
  }

  *#andAbove(): Generator<Scope> {
    // eslint-disable-next-line @typescript-eslint/no-this-alias -- the first of them
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.#parent) yield scope;
  }
}

/** In how many places a failure may be found. */
export interface Places {
  readonly least: number;
  readonly most: number;
}

export const onePlace: Places = { least: 1, most: 1 };
/** RxJS itself loses what throws while one of its operators tears down. */
export const atMostOne: Places = { least: 0, most: 1 };
/** Several look at it. */
export const somewhere: Places = { least: 1, most: Infinity };
export const anywhere: Places = { least: 0, most: Infinity };
/** It was let go of. */
export const nowhere: Places = { least: 0, most: 0 };

/** What is to be emitted as outcomes later on: a cancellation before that drops it. */
export interface Held {
  readonly failures: unknown[];
  /** Until it is torn down. */
  isOpen: boolean;
  emitted: boolean;
}

/** What combinators and operators fail with themselves. */
const known = [
  'AggregateError',
  'CancelledError',
  'EmptyError',
  'InvalidStateError',
  'TimeoutError',
  'UnsubscriptionError',
  'Stopped',
];

export class Account {
  readonly root = new Scope();
  /** What contradicts the rules at the moment it happens. */
  readonly faults: string[] = [];
  readonly found: unknown[] = [];
  /** What coroutines have thrown because they were cancelled. */
  readonly cancellations: unknown[] = [];
  readonly #failures = new Map<unknown, { readonly what: string; readonly places: Places }>();
  readonly #held: Held[] = [];
  /** What these fail with stays in them. */
  readonly #tasks: Task<unknown>[] = [];

  /** At its end nothing may run any more, but for what is let go of with that very end. */
  checkGone(scope: Scope, name: string): void {
    const left = [...scope.running];
    if (left.length === 0) return;
    void Promise.resolve().then(() => {
      for (const run of left) if (run.isOf(scope)) this.faults.push(`${run.what} outlived its ${name}`);
    });
  }

  failure(what: string, error: unknown, places: Places, scope: Scope): unknown {
    scope.hold(error);
    this.#failures.set(error, { what, places });
    return error;
  }

  /** A new error, or a primitive that there is once. */
  newError(kind: 'error' | 'primitive' | 'AbortError', what: string): unknown {
    const message = `${what} #${this.#failures.size}`;
    if (kind === 'primitive') return message;
    return kind === 'error' ? new Error(message) : new DOMException(message, 'AbortError');
  }

  hold(): Held {
    const held: Held = { failures: [], isOpen: true, emitted: false };
    this.#held.push(held);
    return held;
  }

  keep(task: Task<unknown>): void {
    this.#tasks.push(task);
  }

  /** Whether it is one of the tree's own, or made of them. */
  isFailure(error: unknown): boolean {
    return within(error).some((each) => this.#failures.has(each));
  }

  /** What contradicts rule 4, now that all is over. */
  lost(): string[] {
    const found = [...this.found, ...this.#tasks.flatMap(failureOf)];
    const counts = new Map<unknown, number>();
    const visited = new Set<unknown>();
    const count = (error: unknown) => {
      counts.set(error, (counts.get(error) ?? 0) + 1);
      if (typeof error !== 'object' || error === null || visited.has(error)) return;
      visited.add(error);
      [...errorsOf(error), ...suppressed(error)].forEach(count);
    };
    found.forEach(count);
    const dropped = new Set(
      this.#held
        .filter(({ emitted }) => !emitted)
        .flatMap(({ failures }) => failures)
        .flatMap(within),
    );
    const faults: string[] = [];
    for (const [error, { what, places }] of this.#failures) {
      const { least, most } = places;
      const times = counts.get(error) ?? 0;
      if (times > most) faults.push(`${what} was found ${times} times: ${String(error)}`);
      if (times < (dropped.has(error) ? 0 : least)) faults.push(`${what} was lost: ${String(error)}`);
    }
    for (const error of counts.keys()) {
      const { name } = Object(error) as { readonly name?: string };
      const isKnown = this.#failures.has(error) || (name !== undefined && known.includes(name));
      if (!isKnown) faults.push(`it has failed with ${String(error)}`);
    }
    for (const error of this.cancellations) {
      if (counts.has(error)) faults.push(`a cancellation was told as a failure: ${String(error)}`);
    }
    return faults;
  }
}

function failureOf(task: Task<unknown>): unknown[] {
  return task.status === 'rejected' ? [task.exception()] : [];
}

/** Those of an AggregateError, and of what RxJS packs into an UnsubscriptionError. */
function errorsOf(error: object): unknown[] {
  return 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
}

function within(error: unknown): unknown[] {
  if (typeof error !== 'object' || error === null) return [error];
  return [error, ...[...errorsOf(error), ...suppressed(error)].flatMap(within)];
}

const shared = (globalThis as Record<symbol, unknown>)[Symbol.for('rx-asyncio')] as { collector: unknown };

/** Whether somebody of ours cancels just now, and could wait for what is torn down. */
export function isCancelling(): boolean {
  return Boolean(shared.collector);
}
