import { setTimeout as sleep } from 'node:timers/promises';
import { BadGatewayException, Injectable, Logger, NotFoundException, type OnApplicationShutdown } from '@nestjs/common';
import type { CoroutineContext } from 'rx-asyncio';

export interface Offer {
  readonly shop: string;
  readonly price: number;
}

/** Stands for whatever is far away. Who asks a shop has a connection to it, which takes a while to give back. */
@Injectable()
export class Shops implements OnApplicationShutdown {
  readonly names: readonly string[] = ['Ali', 'Bea', 'Cem'];
  readonly counts = { asked: 0, answered: 0, cancelled: 0, open: 0 };
  readonly #logger = new Logger('Shops');

  ask = async (article: string, shop: string, { signal }: CoroutineContext): Promise<Offer> => {
    this.counts.asked++;
    this.counts.open++;
    try {
      await sleep(['slow', 'faulty'].includes(article) ? 60_000 : 10 * (1 + this.names.indexOf(shop)), undefined, {
        signal,
      });
      if (article === 'unknown') throw new NotFoundException(`${shop} does not know it`);
      if (article === 'mixed' && shop === 'Ali') throw new BadGatewayException(`${shop} is closed`);
      if (article === 'mixed') throw new NotFoundException(`${shop} does not know it`);
      if (article === 'broken') throw new Error(`out of memory`);
      this.counts.answered++;
      return { shop, price: article.length + this.names.indexOf(shop) };
    } finally {
      if (signal.aborted) this.counts.cancelled++;
      await sleep(50);
      this.counts.open--;
      if (article === 'faulty' && shop === 'Ali') throw new Error('the connection cannot be given back');
    }
  };

  onApplicationShutdown(): void {
    this.#logger.log(`${this.counts.cancelled} cancelled, ${this.counts.open} open`);
  }
}
