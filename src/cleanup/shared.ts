import { type Cleanup, distinct, type Failures, type Kept, none, thrown } from './failures.js';
import type { Inspector } from './inspector.js';

/** What something was cancelled for, in a box: it may be any value, `null` too. */
export interface Reason {
  readonly reason: unknown;
}

/** What a teardown leaves: failures, and cleanups that go on. */
export class Collector {
  /** What is torn down, as a link of what hangs on it; where that is not known, whatever there is. */
  readonly link: object | undefined;
  reason: Reason | undefined;
  #failures: Failures = none;
  pending: Cleanup[] | undefined;

  constructor(link?: object, reason?: Reason) {
    this.link = link;
    this.reason = reason;
  }

  add(cleanup: Failures | Cleanup): void {
    if (cleanup instanceof Promise) (this.pending ??= []).push(cleanup);
    else if (cleanup.length > 0) this.#failures = [...this.#failures, ...cleanup];
  }

  catch(error: unknown): void {
    this.add(thrown(error));
  }

  result(): Failures | Cleanup {
    const failures = this.#failures;
    if (this.pending === undefined) return failures.length < 2 ? failures : distinct(failures);
    const [only] = this.pending;
    if (only !== undefined && this.pending.length === 1 && failures.length === 0) return only;
    return Promise.all(this.pending).then((lists) => distinct([...failures, ...lists.flat()]));
  }
}

/** Who bounds how long what is below it may take to clean up. */
export interface Overseer {
  /** Something begins to clean up; `known` says what has failed by then. What it returns is called when that is over. */
  begin(known: () => Failures): () => void;
}

/** Has ended by itself, and is just being torn down, before it tells so. */
export interface Ending {
  /** What was just being torn down when it ended. */
  readonly outer: Ending | undefined;
  /** How many did by then, within each other, what is no part of what is being torn down. */
  readonly outsides: number;
}

/**
 * One for all copies of this package: a Task of one may be gathered by another. Sealed, since Jest empties what it finds on the
 * global object after each file, also what is still in use.
 */
export const shared = ((globalThis as Record<symbol, unknown>)[Symbol.for('rx-asyncio')] ??= Object.seal({
  collector: undefined,
  waiting: new Set(),
  deferred: new Set(),
  depth: 0,
  level: 0,
  tearing: 0,
  outsides: 0,
  ending: undefined,
  lingering: new WeakMap(),
  suppressed: new WeakMap(),
  outcomes: new WeakSet(),
  programs: undefined,
  inspector: undefined,
  overseers: undefined,
})) as {
  /** Of what is torn down just now: undefined when nothing is, null in the middle of that for what is no part of it. */
  collector: Collector | null | undefined;
  /** What is to be done when nothing is torn down any more, and how many are being told something within each other. */
  readonly waiting: Set<() => void>;
  /** Cancellations, until what was just ending below them has been told. */
  readonly deferred: Set<() => void>;
  depth: number;
  /** How many are being started within each other. */
  level: number;
  /** How many are being torn down within each other. */
  tearing: number;
  /** How many do, within each other, what is no part of what is being torn down. */
  outsides: number;
  /** The innermost of what is ending. */
  ending: Ending | undefined;
  /** What lingers with a subscriber. */
  readonly lingering: WeakMap<object, Kept>;
  /** What is listed with an error, and how many failures that are. */
  readonly suppressed: WeakMap<object, { readonly list: Failures; readonly count: number }>;
  /** The errors that came out of Tasks. */
  readonly outcomes: WeakSet<object>;
  /** Of `run` of rx-asyncio/node: the program in whose asynchronous context it is called, with the Tasks that nobody else owns. */
  programs: { getStore(): { readonly loose: Set<object> } | undefined } | undefined;
  /** Where somebody looks at what runs. */
  inspector: Inspector | undefined;
  /** By the subscriber that each serves; undefined until there is one. */
  overseers: WeakMap<object, Overseer> | undefined;
};
