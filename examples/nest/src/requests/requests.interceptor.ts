import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import {
  type BeforeApplicationShutdown,
  type CallHandler,
  type ExecutionContext,
  GatewayTimeoutException,
  Injectable,
  Logger,
  type NestInterceptor,
  ServiceUnavailableException,
} from '@nestjs/common';
import { SSE_METADATA } from '@nestjs/common/constants.js';
import { Reflector } from '@nestjs/core';
import { CancelledError, createTask, type Task } from 'rx-asyncio';
import { wait } from 'rx-asyncio/promises';
import { Observable } from 'rxjs';
import { Handling } from './handling.js';
import { handlings } from './request-signal.js';
import { responseOf } from './response.js';
import { WITHIN } from './within.js';

/** Ties what a handler does to its client, to its time, and to the server. */
@Injectable()
export class RequestsInterceptor implements NestInterceptor, BeforeApplicationShutdown {
  /** How long a shutdown waits for cleanup, in milliseconds. What takes longer is let go of. */
  static grace = 10_000;

  readonly #logger = new Logger('Requests');
  /** By when each is over: its answer sent, or its client gone, and all cleaned up. */
  readonly #running = new Map<Handling, Task<unknown>>();

  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    // Gateways and microservices have neither a request nor a response.
    if (context.getType() !== 'http') return next.handle();
    const response = responseOf(context);
    const { req: request } = response;
    const within = this.reflector.getAllAndOverride<number | undefined>(WITHIN, [
      context.getHandler(),
      context.getClass(),
    ]);
    const events = this.reflector.get<boolean | undefined>(SSE_METADATA, context.getHandler()) === true;
    const name = `${request.method} ${request.url?.split('?')[0]}`;

    return new Observable((subscriber) => {
      const handling = new Handling(name, next.handle(), events, (value) => {
        subscriber.next(value);
      });
      const over = () => {
        handling.cancel(new CancelledError(response.writableFinished ? 'the answer is sent' : 'the client has left'));
      };
      const timer =
        within === undefined ? undefined : (
          setTimeout(() => {
            handling.cancel(new GatewayTimeoutException());
          }, within)
        );

      handlings.set(context.switchToHttp().getRequest(), handling);
      this.#track(handling, response);
      // It may have left while a guard had its say.
      if (request.socket.destroyed) over();
      // Nest is first to unsubscribe from what its client has left: it would log the cancellation as a failure.
      else response.once('close', () => process.nextTick(over));
      handling.task.subscribe({
        complete: () => {
          clearTimeout(timer);
          subscriber.complete();
        },
        error: (error: unknown) => {
          clearTimeout(timer);
          // A cleanup that fails when Nest has unsubscribed is told nobody else.
          if (!subscriber.closed) subscriber.error(Handling.reasonOf(error));
          else if (!(error instanceof CancelledError)) this.#logger.error(error);
        },
      });
      // Nest unsubscribes only from Observables, so there is no Promise to wait for.
      return () => handling.task.cancel(new CancelledError('the client has left'));
    });
  }

  #track(handling: Handling, response: ServerResponse): void {
    const closed = response.req.socket.destroyed ? undefined : once(response, 'close');
    const over = createTask(() => Promise.allSettled([handling.task, closed]), { name: handling.task.name });
    this.#running.set(handling, over);
    over.subscribe(() => this.#running.delete(handling));
  }

  /**
   * Called while the server still has its connections. Those that are idle are closed next; one whose answer is not out by
   * then would be kept alive, and the process with it, for 5 seconds.
   */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.#running.size === 0) return;
    const running = [...this.#running];
    const reason = new ServiceUnavailableException('The server is shutting down');
    for (const [handling] of running) handling.cancel(reason);
    const { pending } = await wait(
      running.map(([, over]) => over),
      { timeout: RequestsInterceptor.grace },
    );
    for (const [{ task }, over] of running) {
      if (!pending.has(over)) continue;
      this.#logger.warn(`${task.name} did not end in time`);
      task.cancel(reason);
    }
  }
}
