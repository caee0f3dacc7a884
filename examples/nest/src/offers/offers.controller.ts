import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  type MessageEvent,
  Param,
  Post,
  Sse,
  UseInterceptors,
} from '@nestjs/common';
import { asCompleted, gather, taskGroup } from 'rx-asyncio';
import * as promises from 'rx-asyncio/promises';
import { map, type Observable, timeout } from 'rxjs';
import { RequestSignal } from '../requests/request-signal.js';
import { Within } from '../requests/within.js';
import { type Offer, Shops } from './shops.js';

@Controller()
export class OffersController {
  constructor(private readonly shops: Shops) {}

  /** An Observable needs no signal: it is unsubscribed. */
  @Get('offers/:article')
  all(@Param('article') article: string): Observable<Offer[]> {
    return gather(this.shops.names, (shop, context) => this.shops.ask(article, shop, context));
  }

  /** What is awaited is given the signal of the request. */
  @Get('best/:article')
  async best(@Param('article') article: string, @RequestSignal() signal: AbortSignal): Promise<Offer | undefined> {
    const offers = await promises.gather(this.shops.names, (shop, context) => this.shops.ask(article, shop, context), {
      signal,
    });
    return offers.sort((a, b) => a.price - b.price)[0];
  }

  /** Server-sent events, each offer as it is there. */
  @Sse('live/:article')
  live(@Param('article') article: string): Observable<MessageEvent> {
    return asCompleted(this.shops.names, (shop, context) => this.shops.ask(article, shop, context)).pipe(
      map((data) => ({ data })),
    );
  }

  /** Lines of JSON, each offer as it is there. The signal lasts as long as the answer. */
  @Get('lines/:article')
  lines(@Param('article') article: string, @RequestSignal() signal: AbortSignal): AsyncIterable<Offer> {
    return promises.asCompleted(this.shops.names, (shop, context) => this.shops.ask(article, shop, context), {
      signal,
    });
  }

  /** All or nothing: a group fails with an AggregateError of all that failed. */
  @Post('orders/:article')
  order(@Param('article') article: string): Observable<Offer[]> {
    return taskGroup((group) => {
      const orders = this.shops.names.map((shop) =>
        group.createTask((context) => this.shops.ask(article, shop, context), { name: shop }),
      );
      return Promise.all(orders);
    });
  }

  /** A time limit for a part of what a handler does: TimeoutError, once that has cleaned up. */
  @Get('quick/:article')
  async quick(@Param('article') article: string, @RequestSignal() signal: AbortSignal): Promise<Offer[]> {
    const offers = gather(this.shops.names, (shop, context) => this.shops.ask(article, shop, context));
    return promises.waitFor(offers, 200, { signal });
  }

  /** One for all of it. */
  @Get('within/:article')
  @Within(200)
  within(@Param('article') article: string): Observable<Offer[]> {
    return this.all(article);
  }

  /** Not like this: of a Promise, this interceptor drops the result, and answers before all is given back. */
  @Get('late/:article')
  @UseInterceptors({ intercept: (_: ExecutionContext, next: CallHandler) => next.handle().pipe(timeout(200)) })
  late(@Param('article') article: string, @RequestSignal() signal: AbortSignal): Promise<Offer | undefined> {
    return this.best(article, signal);
  }

  /** For tests. */
  @Get('counts')
  counts(): object {
    return this.shops.counts;
  }
}
