import { HttpClient, httpResource } from '@angular/common/http';
import { Component, computed, DestroyRef, inject, linkedSignal, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { asCompleted } from 'rx-asyncio';
import { finalize, Subscription } from 'rxjs';
import { Size } from '../size';
import { Download, type RemoteFile } from './download';

/** Many downloads, a few at a time, of which any may fail. */
@Component({ selector: 'app-downloads', imports: [Size], templateUrl: './downloads.html' })
export class Downloads {
  readonly #http = inject(HttpClient);
  readonly #destroyRef = inject(DestroyRef);
  #running = Subscription.EMPTY;

  protected readonly files = httpResource<RemoteFile[]>(() => '/api/files', { defaultValue: [] });
  protected readonly downloads = linkedSignal(() => this.files.value().map((file) => new Download(this.#http, file)));
  protected readonly limit = signal(3);
  protected readonly running = signal(false);

  protected readonly left = computed(() => this.downloads().filter((download) => download.state() !== 'done'));
  protected readonly done = computed(() => this.count('done'));
  protected readonly failed = computed(() => this.count('failed'));
  protected readonly cancelled = computed(() => this.count('cancelled'));

  protected readonly summary = computed(() => {
    const parts = [`${this.done()} of ${this.downloads().length} done`];
    if (this.failed() > 0) parts.push(`${this.failed()} failed`);
    if (this.cancelled() > 0) parts.push(`${this.cancelled()} cancelled`);
    return parts.join(', ');
  });

  /** Those that are not there yet. */
  protected start(): void {
    this.running.set(true);
    const left = this.left();
    for (const download of left) download.state.set('idle');
    this.#running = asCompleted(left, (download) => download.run(), {
      concurrency: this.limit(),
      // A failure is of its file, and the others go on.
      returnExceptions: true,
    })
      .pipe(
        finalize(() => this.running.set(false)),
        takeUntilDestroyed(this.#destroyRef),
      )
      .subscribe();
  }

  /** What runs is aborted, and the rest does not start. */
  protected cancel(): void {
    this.#running.unsubscribe();
  }

  private count(state: string): number {
    return this.downloads().filter((download) => download.state() === state).length;
  }
}
