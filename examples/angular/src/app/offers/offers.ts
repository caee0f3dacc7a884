import { HttpClient } from '@angular/common/http';
import { Component, inject, resource, signal } from '@angular/core';
import { rxResource } from '@angular/core/rxjs-interop';
import { asCompleted } from 'rx-asyncio';
import { gather } from 'rx-asyncio/promises';
import { type Observable, scan, startWith } from 'rxjs';

interface Offer {
  readonly shop: string;
  readonly price: number;
}

interface Answer {
  readonly shop: string;
  readonly price?: number;
}

/** What many have to say about one thing: each as it is there, and all together. */
@Component({ selector: 'app-offers', templateUrl: './offers.html' })
export class Offers {
  readonly #http = inject(HttpClient);
  readonly #shops = ['Ali', 'Bea', 'Cem', 'Dot'];

  protected readonly articles = ['Tea', 'Coffee', 'Cocoa'];
  protected readonly article = signal('Tea');

  /** Another article cancels what is asked about the last one, and so does leaving the page. */
  protected readonly answers = rxResource({
    params: () => this.article(),
    stream: ({ params: article }) =>
      asCompleted(this.#shops, (shop) => this.#ask(shop, article), { returnExceptions: true }).pipe(
        scan(
          (answers: Answer[], outcome) => [
            ...answers,
            outcome.status === 'fulfilled' ? outcome.value : { shop: outcome.item },
          ],
          [],
        ),
        startWith([]),
      ),
    defaultValue: [],
  });

  /** A loader is given a signal, as every function that is awaited takes one. */
  protected readonly delivery = resource({
    params: () => this.article(),
    loader: ({ params: article, abortSignal }) =>
      gather({ letter: this.#days(article, 'letter'), parcel: this.#days(article, 'parcel') }, { signal: abortSignal }),
  });

  protected readonly waiting = () => this.#shops.length - this.answers.value().length;

  #ask(shop: string, article: string): Observable<Offer> {
    return this.#http.get<Offer>(`/api/offers/${article}/${shop}`);
  }

  #days(article: string, how: string): Observable<number> {
    return this.#http.get<number>(`/api/delivery/${article}/${how}`);
  }
}
