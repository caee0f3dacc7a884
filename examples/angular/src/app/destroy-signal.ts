import { DestroyRef, inject } from '@angular/core';

/** Aborts when the component, directive or service in whose constructor it is called is destroyed. */
export function destroySignal(destroyRef = inject(DestroyRef)): AbortSignal {
  const controller = new AbortController();
  destroyRef.onDestroy(() => {
    controller.abort();
  });
  return controller.signal;
}
