import type { Observable } from 'rxjs';
import type { Completion, Settled } from './outcome.js';
import type { Input } from './input.js';
import type { Awaitable, AwaitableList, Awaitables, Coroutine, CoroutineContext, SomeOf } from './types.js';

// How a call finds its types. A function in it is typed against its surroundings while it is read: were it to return an
// `Input<unknown>` there, TypeScript would read `fetch(…).then((r) => r.text())` as a Promise of unknown. So a signature
// takes `A & Valid<A>`: `A` is inferred where a function may return anything, and only then checked.

type Primitive = string | number | bigint | boolean | symbol | null | undefined;

/** What an awaitable is inferred from: anything at all, and of functions those that take a context. */
export type Candidate = ((context: CoroutineContext) => unknown) | object | Primitive;
/** What a function is inferred from that is called with something else than a context. */
export type CandidateFunction<Argument> = (argument: Argument) => unknown;
/** What a list or a record of awaitables is inferred from. */
export type Candidates = SomeOf<Candidate> | Mistaken;

/** What may be given in place of a list. Not any object: a list with a function in it must not be inferred as one. */
type Mistaken = Observable<unknown> | PromiseLike<unknown> | ((context: never) => unknown) | Primitive;

// What an error names in place of a union of all that would do.
interface AnAwaitable {
  readonly [expected]: never;
}
interface AListOfAwaitables {
  readonly [expected]: never;
}
interface AListOrRecordOfAwaitables {
  readonly [expected]: never;
}
declare const expected: unique symbol;

/** `unknown`, which changes nothing, for an awaitable; for anything else a type that it is not assignable to. */
export type Valid<A> = Checked<A, Awaitable<unknown>, Missing<A>>;

/** As {@link Valid}, for a list. A Map is none: its elements are pairs. */
export type ValidList<A> =
  [IsNoMap<A>] extends [false] ? AListOfAwaitables
  : Checked<
      A,
      AwaitableList,
      A extends Iterable<unknown> | AsyncIterable<unknown> ? Corrected<A, AListOfAwaitables> : AListOfAwaitables
    >;

/** As {@link Valid}, for a list or a record. */
export type ValidAwaitables<A> = Checked<A, Awaitables, Corrected<A, AListOrRecordOfAwaitables>>;

/** As {@link Valid}, for what is called with something else than a context. */
export type ValidFunction<F, Argument> = Checked<
  F,
  (argument: Argument) => Input<unknown>,
  (argument: Argument) => Input<unknown>
>;

/**
 * `unknown` for what is `Expected`, else what an error is to say. A type parameter of a user's function has to be assignable
 * to each end that this could come to: not to the first, since `Is` would be true of a type that stands for all, so that
 * what nothing is assignable to does no harm there, but to the third, so that only what is `Expected` passes.
 */
type Checked<A, Expected, Otherwise> =
  [Is<A, Expected>] extends [false] ? Otherwise
  : [A] extends [Expected] ? unknown
  : Expected;

type Is<A, Expected> = [A] extends [Expected] ? true : false;

/** Also `true` of a type that stands for all, to which a string would be assignable. */
type IsNoMap<A> = [A] extends [ReadonlyMap<unknown, unknown>] ? Is<string, A> : true;

/**
 * In a union, so that a function is let through while the compiler does not know what it returns. Never for what would be
 * never with anything else as well: only where that stands by itself the rest of the list is kept.
 */
type Missing<A> =
  A extends (context: never) => unknown ? Coroutine<unknown>
  : A extends null | undefined ? never
  : AnAwaitable;

/** The list or record as it should be, so that an error is at the element that is wrong. */
type Corrected<A, NoneAtAll> =
  A extends Primitive ? NoneAtAll
  : A extends readonly unknown[] ? CorrectedElements<A>
  : A extends ReadonlyMap<infer K, infer T> ? ReadonlyMap<K, T & Valid<T>>
  : A extends Iterable<infer T> ? Iterable<T & Valid<T>>
  : A extends AsyncIterable<infer T> ? AsyncIterable<T & Valid<T>>
  : A extends Awaitable<unknown> ? NoneAtAll
  : CorrectedElements<A>;

type CorrectedElements<A> = { readonly [K in keyof A]: Valid<object extends Pick<A, K> ? Given<A[K]> : A[K]> };

/** The type of the result of an awaitable: `Result<Observable<number>>` is `number`. Of what is none, `unknown`. */
export type Result<A> = A extends (context: never) => infer Returned ? InputResult<Returned> : InputResult<A>;

// Of what is iterable as well, what awaiting it gives. Unknown, and not never, for the sake of `ReturnType<typeof createTask>`.
type InputResult<I> =
  I extends PromiseLike<infer T> ? T
  : I extends Input<infer T> ? T
  : unknown;

/** Of an optional element: where it is left out, there is no result. */
export type Given<A> = Exclude<A, undefined>;

/** The type of what {@link gather} emits: the list, Map or record of awaitables, with a result in place of each. */
export type Gathered<A, E extends boolean = false> =
  // By another name, so that the compiler does not infer a list from the type that its results are assigned to.
  A extends infer List extends readonly unknown[] ? { -readonly [K in keyof List]: Settled<Result<Given<List[K]>>, E> }
  : A extends ReadonlyMap<infer K, infer T> ? Map<K, Settled<Result<T>, E>>
  : A extends Iterable<infer T> | AsyncIterable<infer T> ? Settled<Result<T>, E>[]
  : A extends Mistaken ? unknown
  : A extends infer Named ? { -readonly [K in keyof Named]: Settled<Result<Given<Named[K]>>, E> }
  : never;

/** The type of what {@link asCompleted} emits for the awaitables `A`. */
export type Completed<A, E extends boolean = false> =
  A extends Mistaken ? unknown
  : A extends ReadonlyMap<infer K, infer T> ? CompletedAt<K, T, E>
  : A extends Iterable<infer T> | AsyncIterable<infer T> ? CompletedAt<number, T, E>
  : { [K in keyof A]-?: CompletedAt<K, Given<A[K]>, E> }[keyof A];

type CompletedAt<K, T, E extends boolean> = E extends true ? Completion<Result<T>, K> : Result<T>;
