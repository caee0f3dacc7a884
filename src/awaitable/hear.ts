/**
 * Takes a Promise on that may have to wait for its turn, or never have one: it runs all the same, and if it fails meanwhile,
 * that is not unhandled. Subclasses are left alone, since some begin only when they are listened to.
 */
export function hear(awaitable: unknown): void {
  if (awaitable instanceof Promise && awaitable.constructor === Promise) awaitable.catch(() => {});
}
