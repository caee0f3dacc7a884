import { HttpErrorResponse, type HttpClient, HttpEventType, type HttpResponse } from '@angular/common/http';
import { computed, signal } from '@angular/core';
import { defer, filter, finalize, type Observable, tap } from 'rxjs';

export interface RemoteFile {
  readonly name: string;
  readonly size: number;
}

export type DownloadState = 'idle' | 'loading' | 'done' | 'failed' | 'cancelled';

/** A file, and how far it is. */
export class Download {
  readonly state = signal<DownloadState>('idle');
  readonly loaded = signal(0);
  readonly failure = signal('');
  readonly isDone = computed(() => this.state() === 'done');
  readonly percent = computed(() => Math.round((100 * this.loaded()) / this.file.size));

  constructor(
    private readonly http: HttpClient,
    readonly file: RemoteFile,
  ) {}

  /** The request is made when this is subscribed to, and aborted when it is unsubscribed from before its end. */
  run(): Observable<HttpResponse<Blob>> {
    return defer(() => {
      this.state.set('loading');
      this.loaded.set(0);
      this.failure.set('');
      return this.http.get(`/api/files/${this.file.name}`, {
        responseType: 'blob',
        observe: 'events',
        reportProgress: true,
      });
    }).pipe(
      tap({
        next: (event) => {
          if (event.type === HttpEventType.DownloadProgress) this.loaded.set(event.loaded);
        },
        complete: () => this.state.set('done'),
        error: (error: unknown) => {
          this.state.set('failed');
          this.failure.set(messageOf(error));
        },
      }),
      filter((event) => event.type === HttpEventType.Response),
      finalize(() => {
        if (this.state() === 'loading') this.state.set('cancelled');
      }),
    );
  }
}

function messageOf(error: unknown): string {
  if (error instanceof HttpErrorResponse)
    return error.status === 0 ? 'The connection broke' : error.statusText || `Error ${error.status}`;
  return String(error);
}
