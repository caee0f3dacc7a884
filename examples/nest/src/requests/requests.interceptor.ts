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
  /** How long a shutdown waits for cleanup, in milliseconds. */
  static readonly grace = 10_000;

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
    const name = `${request.method} ${request.url?.split('?')[0]}`;

    return new Observable((subscriber) => {
      const handling = new Handling(name, next.handle(), (value) => {
        subscriber.next(value);
      });
      const leave = () => {
        handling.cancel(new CancelledError('the client has left'));
      };
      const timer =
        within === undefined ? undefined : (
          setTimeout(() => {
            handling.cancel(new GatewayTimeoutException());
          }, within)
        );

      handlings.set(context.switchToHttp().getRequest(), handling);
      this.#track(handling, response);
      response.once('close', leave);
      // It may have left while a guard had its say.
      if (request.socket.destroyed) leave();
      handling.task.subscribe({
        complete: () => {
          clearTimeout(timer);
          subscriber.complete();
        },
        error: (error: unknown) => {
          clearTimeout(timer);
          // Nest has unsubscribed from what its client has left. A cleanup that fails after that is told nobody else.
          if (!subscriber.closed) subscriber.error(Handling.reasonOf(error));
          else if (!(error instanceof CancelledError)) this.#logger.error(error);
        },
      });
      return leave;
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
    const over = [...this.#running.values()];
    for (const handling of this.#running.keys()) {
      handling.cancel(new ServiceUnavailableException('The server is shutting down'));
    }
    const { pending } = await wait(over, { timeout: RequestsInterceptor.grace });
    for (const { name } of pending) this.#logger.warn(`${name} did not end in time`);
  }
}
