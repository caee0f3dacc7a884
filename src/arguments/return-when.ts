/**
 * {@link wait} returns when all awaitables are done. The default.
 *
 * asyncio: `asyncio.ALL_COMPLETED`.
 */
export const ALL_COMPLETED = 'ALL_COMPLETED';
/**
 * {@link wait} returns when one of the awaitables is done.
 *
 * asyncio: `asyncio.FIRST_COMPLETED`.
 */
export const FIRST_COMPLETED = 'FIRST_COMPLETED';
/**
 * {@link wait} returns when one of the awaitables has failed (being cancelled is no failure), or all are done.
 *
 * asyncio: `asyncio.FIRST_EXCEPTION`.
 */
export const FIRST_EXCEPTION = 'FIRST_EXCEPTION';

/** When {@link wait} returns: {@link ALL_COMPLETED}, {@link FIRST_COMPLETED} or {@link FIRST_EXCEPTION}. */
export type ReturnWhen = typeof ALL_COMPLETED | typeof FIRST_COMPLETED | typeof FIRST_EXCEPTION;
