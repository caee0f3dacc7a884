import { STATUS_CODES } from 'node:http';
import {
  type ArgumentsHost,
  Catch,
  GatewayTimeoutException,
  HttpException,
  Logger,
  ServiceUnavailableException,
} from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { isCancellation, suppressed } from 'rx-asyncio';
import { responseOf } from './response.js';

/** Answers with what a failure means to the client. What it does not know stays a 500, and in the log. */
@Catch()
export class FailuresFilter extends BaseExceptionFilter {
  readonly #logger = new Logger('Failures');

  override catch(failure: unknown, host: ArgumentsHost): void {
    // What returns nothing leaves it to Nest.
    if (host.getType() !== 'http') return;
    for (const later of suppressed(failure)) if (answerTo(later) === undefined) this.#logger.error(later);
    if (responseOf(host).destroyed && isCancellation(failure)) return;
    super.catch(answerTo(failure) ?? failure, host);
  }
}

/** Undefined where it is nothing that a client should read. */
export function answerTo(failure: unknown): HttpException | undefined {
  if (failure instanceof HttpException) return failure;
  // By its name: that of rxjs, and that of `AbortSignal.timeout`.
  if (failure instanceof Error && failure.name === 'TimeoutError') return new GatewayTimeoutException();
  if (failure instanceof AggregateError) return answerToAll(failure.errors);
  // Not of this request, whose client waits for an answer: somebody has cancelled what it was waiting for.
  if (isCancellation(failure)) return new ServiceUnavailableException();
  return undefined;
}

/** The highest status of all, and all that is to be said. */
function answerToAll(failures: readonly unknown[]): HttpException | undefined {
  const answers: HttpException[] = [];
  for (const failure of failures) {
    const answer = answerTo(failure);
    if (answer === undefined) return undefined;
    answers.push(answer);
  }
  const status = Math.max(...answers.map((answer) => answer.getStatus()));
  const message = answers.map((answer) => answer.message);
  return new HttpException({ statusCode: status, message, error: STATUS_CODES[status] }, status);
}
