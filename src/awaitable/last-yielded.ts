import { CancelledError, emptyError } from '../errors.js';

/** The last value of an async iterable, which is left at its next value once it has been cancelled. */
export async function lastYielded<T>(
  iterable: AsyncIterable<T>,
  call: { readonly isCancelled: boolean; nameOf(): string },
): Promise<T> {
  let result: { value: T } | undefined;
  for await (const value of iterable) {
    result = { value };
    if (call.isCancelled) break;
  }
  if (result !== undefined) return result.value;
  throw call.isCancelled ? new CancelledError() : emptyError(`${call.nameOf()} ended without a value`);
}
