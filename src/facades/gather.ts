import { withMapper } from '../arguments/mapping.js';
import type { Candidates, Gathered, ValidAwaitables } from '../awaitable/inference.js';
import type {
  GatheredItems,
  ItemOf,
  Mapper,
  Misplaced,
  NoMapper,
  ValidItems,
  ValidMapper,
} from '../awaitable/mapper.js';
import { gathered, type GatherOptions, gatherOptions } from '../combinators/gather.js';
import { type Abortable, toPromise, withoutSignal } from '../promise/to-promise.js';

/**
 * Runs awaitables at the same time, and gives all their results in the order they were given in. For the rules see the
 * Observable of the same name in `rx-asyncio`.
 *
 * ```ts
 * console.log(await gather([async () => 1, of('two')]));
 * // [ 1, 'two' ]
 * ```
 *
 * asyncio: `await asyncio.gather()`.
 *
 * @param awaitables a list, an async iterable, a plain record or a Map
 * @param options `concurrency` (no limit by default), `returnExceptions` (`false` by default) and `signal`
 * @throws TypeError or RangeError at once, for arguments that make no sense; rejects with the first failure
 */
export function gather<const A extends Candidates, E extends boolean = false>(
  awaitables: A & ValidAwaitables<A>,
  options?: GatherOptions<E> & Abortable & NoMapper,
): Promise<Gathered<A, E>>;
/**
 * Calls a mapper for each item as it is started, as a coroutine function with the item before its context, and gives all the
 * results in the order of the items. An outcome (`returnExceptions`) has its `key` and its `item`.
 *
 * ```ts
 * console.log(await gather(['a', 'bb'], async (text, { signal }, index) => text.length + index, { concurrency: 1 }));
 * // [ 1, 3 ]
 * ```
 *
 * @param items a list, an async iterable, a plain record or a Map
 * @param mapper called with an item, its context and its index
 * @param options as without a mapper
 */
export function gather<
  I extends object,
  R,
  E extends boolean = false,
  K extends keyof (GatherOptions & Abortable) = never,
>(
  items: I & ValidItems<I, K>,
  mapper: (Mapper<ItemOf<I>, R> & ValidMapper<R>) | Misplaced<GatherOptions & Abortable, K>,
  options?: GatherOptions<E> & Abortable,
): Promise<GatheredItems<I, R, E>>;
export function gather(
  given: unknown,
  second?: (GatherOptions & Abortable) | Mapper<never, unknown>,
  third?: GatherOptions & Abortable,
): Promise<unknown> {
  const { mapper, options } = withMapper('gather', second, third);
  return toPromise(gathered(given, mapper, withoutSignal('gather', options, gatherOptions)), options?.signal, given);
}
