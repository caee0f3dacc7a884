import { HttpClient, httpResource } from '@angular/common/http';
import { Component, computed, DestroyRef, inject, signal } from '@angular/core';
import { takeUntilDestroyed, toObservable, toSignal } from '@angular/core/rxjs-interop';
import { asCompleted, Progress } from 'rx-asyncio';
import { finalize, Subscription, switchMap } from 'rxjs';
import { Size } from '../size';
import { Download, type RemoteFile } from './download';

/** Many downloads, a few at a time, of which any may fail. */
@Component({ selector: 'app-downloads', imports: [Size], templateUrl: './downloads.html' })
export class Downloads {
  readonly #http = inject(HttpClient);
  readonly #destroyRef = inject(DestroyRef);
  #running = Subscription.EMPTY;

  protected readonly files = httpResource<RemoteFile[]>(() => '/api/files', { defaultValue: [] });
  readonly #batch = computed(() => {
    const downloads = this.files.value().map((file) => new Download(this.#http, file));
    const progress = new Progress();
    return { downloads, progress, watched: progress.watch(downloads.map((download) => download.run())) };
  });
  protected readonly downloads = computed(() => this.#batch().downloads);
  protected readonly limit = signal(3);
  protected readonly running = signal(false);

  protected readonly counts = toSignal(toObservable(this.#batch).pipe(switchMap(({ progress }) => progress)));
  protected readonly done = computed(() => this.counts()?.fulfilled ?? 0);
  protected readonly failed = computed(() => this.counts()?.rejected ?? 0);
  protected readonly cancelled = computed(() => this.counts()?.cancelled ?? 0);
  protected readonly left = computed(() => this.downloads().length - this.done());

  protected readonly summary = computed(() => {
    const parts = [`${this.done()} of ${this.downloads().length} done`];
    if (this.failed() > 0) parts.push(`${this.failed()} failed`);
    if (this.cancelled() > 0) parts.push(`${this.cancelled()} cancelled`);
    return parts.join(', ');
  });

  /** Those that are not there yet. */
  protected start(): void {
    this.running.set(true);
    const { downloads, watched } = this.#batch();
    for (const download of downloads) if (!download.isDone()) download.state.set('idle');
    const left = watched.filter((_, index) => !downloads[index].isDone());
    this.#running = asCompleted(left, {
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
}
