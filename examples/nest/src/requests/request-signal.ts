import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Handling } from './handling.js';

/** By request. */
export const handlings = new WeakMap<object, Handling>();

/**
 * An AbortSignal for what a handler starts: aborted when the client leaves, when its time is up, when
 * the server stops, and when the request is over.
 * A handler that takes it is not dropped, but waited for.
 */
export const RequestSignal = createParamDecorator((_: unknown, context: ExecutionContext) =>
  handlings.get(context.switchToHttp().getRequest<object>())?.takeSignal(),
);
