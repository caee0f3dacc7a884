import type { Observable } from 'rxjs';
import type { ValidAwaitables } from './inference.js';
import type { Input } from './input.js';
import type { Completion } from './outcome.js';
import type { CoroutineContext } from './types.js';

/**
 * Makes an awaitable of an item: what {@link gather} and {@link asCompleted} may be given after the items, in place of a list of
 * coroutine functions. It is called as each of these would be, with the item before the context, and its index after that.
 *
 * ```ts
 * const twice: Mapper<number, Promise<number>> = async (n) => n * 2;
 * gather([1, 2, 3], twice).subscribe(console.log);
 * // [ 2, 4, 6 ]
 * ```
 */
export type Mapper<I, R> = (item: I, context: CoroutineContext, index: number) => R;

/** Options, and no mapper: TypeScript must know that before it has looked at what a function is given. */
export interface NoMapper {
  readonly call?: never;
}

/** An outcome, and of which item it is. */
export type ItemOutcome<I, T, K = number> = Completion<T, K> & {
  /** What the mapper was given. */
  readonly item: I;
};

/** What the elements of a list, a record or a Map are. */
export type ItemOf<A> =
  A extends ReadonlyMap<unknown, infer I> ? I
  : A extends Iterable<infer I> | AsyncIterable<infer I> ? I
  : A[keyof A];

/**
 * Options in the mapper's place, those named `K`. They belong to the overload without a mapper, which is tried first; but of all
 * errors TypeScript 7 shows that of the last overload alone, so this one, too, is to say which element is no awaitable.
 */
export type Misplaced<O, K extends keyof O> = O & Pick<O, K> & NoMapper & ([K] extends [never] ? AMapper : unknown);

interface AMapper {
  readonly [expected]: never;
}

/**
 * `unknown`, which changes nothing, for what has items, and where {@link Misplaced | options} follow for what has awaitables; for
 * anything else a type that it is not assignable to.
 */
export type ValidItems<A, K> = [K] extends [never] ? HasItems<A> : ValidAwaitables<A>;

type HasItems<A> =
  A extends Observable<unknown> | PromiseLike<unknown> | ((argument: never) => unknown) ? SomeItems : unknown;

interface SomeItems {
  readonly [expected]: never;
}
declare const expected: unique symbol;

/** As {@link ValidItems}, for a mapper that returns `R`. */
export type ValidMapper<R> = [R] extends [Input<unknown>] ? unknown : (...args: never) => Input<unknown>;

type ResultOf<R> = R extends Input<infer T> ? T : unknown;
type MappedAt<K, I, R, E extends boolean> = E extends true ? ItemOutcome<I, ResultOf<R>, K> : ResultOf<R>;

/** The type of what {@link gather} emits for items of `A` and a mapper that returns `R`. */
export type GatheredItems<A, R, E extends boolean = false> =
  // For the sake of `ReturnType<typeof gather>`.
  object extends A ? unknown
  : A extends infer List extends readonly unknown[] ? { -readonly [K in keyof List]: MappedAt<number, List[K], R, E> }
  : A extends ReadonlyMap<infer K, infer I> ? Map<K, MappedAt<K, I, R, E>>
  : A extends Iterable<infer I> | AsyncIterable<infer I> ? MappedAt<number, I, R, E>[]
  : { -readonly [K in keyof A]: MappedAt<K, A[K], R, E> };

/** The type of what {@link asCompleted} emits for items of `A` and a mapper that returns `R`. */
export type CompletedItems<A, R, E extends boolean = false> =
  A extends ReadonlyMap<infer K, infer I> ? MappedAt<K, I, R, E>
  : A extends Iterable<infer I> | AsyncIterable<infer I> ? MappedAt<number, I, R, E>
  : { [K in keyof A]: MappedAt<K, A[K], R, E> }[keyof A];
