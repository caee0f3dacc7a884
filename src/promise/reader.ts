import { close, type End } from '../cleanup/close.js';
import type { Cleanup, Failures } from '../cleanup/failures.js';
import { Upstream } from '../cleanup/upstream.js';

/** Reads what an Observable emits, and how it has ended when all of it has been cleaned up. */
export class Reader<T> extends Upstream<T> {
  constructor(
    private readonly read: (value: T) => void,
    private readonly finish: (end: End) => void,
  ) {
    super();
  }

  protected override _next(value: T): void {
    this.read(value);
  }

  protected override ended(end: End, cleanup: Failures | Cleanup): void {
    close(end, cleanup, this.finish);
  }
}
