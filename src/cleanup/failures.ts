/** What went wrong while cleaning up; empty when nothing did. */
export type Failures = readonly unknown[];

/** A cleanup under way. Never rejects: it gives its failures. */
export type Cleanup = Promise<Failures>;

export const none: Failures = [];

/** The cleanups that are kept with a subscriber, and what has failed in those that are over. */
export interface Kept {
  readonly pending: Set<Cleanup>;
  readonly failed: Failures[];
}

export function nothingKept(): Kept {
  return { pending: new Set(), failed: [] };
}

/** The cleanup that a promise stands for. */
export function failuresOf(cleanup: PromiseLike<unknown>): Cleanup {
  return Promise.resolve(cleanup).then(
    () => none,
    (error: unknown) => [error],
  );
}

export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** What two ways lead to (a Task given twice, say) fails but once. Equal primitives are failures of their own. */
export function distinct(failures: Failures): Failures {
  const known = new Set();
  return failures.filter((failure) => {
    const isNew = !known.has(failure);
    if (isObject(failure)) known.add(failure);
    return isNew;
  });
}

/** What a teardown has thrown: rxjs packs it, each copy of rxjs into a class of its own. */
export function thrown(error: unknown): Failures {
  try {
    const { name, errors } = error as { readonly name?: unknown; readonly errors?: unknown };
    if (name === 'UnsubscriptionError' && Array.isArray(errors)) return errors.flatMap(thrown);
  } catch {
    // What throws when it is looked at is none.
  }
  return [error];
}
