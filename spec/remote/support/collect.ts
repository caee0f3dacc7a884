import type { Observable } from 'rxjs';

/** What an Observable emits, in a list that grows; it must not fail. */
export function collect<T>(source: Observable<T>, seen: T[] = []): readonly T[] {
  source.subscribe({
    next: (value) => seen.push(value),
    error: (error: unknown) => {
      throw error;
    },
  });
  return seen;
}
