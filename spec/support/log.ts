import { type Observable, Subscription } from 'rxjs';

/** Everything that is emitted until the subscription ends, with the error or `'complete'` last. */
export function log(result: Observable<unknown>, subscription = new Subscription()): unknown[] {
  const emitted: unknown[] = [];
  subscription.add(
    result.subscribe({
      next: (value) => emitted.push(value),
      error: (error: unknown) => emitted.push(error),
      complete: () => emitted.push('complete'),
    }),
  );
  return emitted;
}
