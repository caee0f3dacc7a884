import { isPlainPromise } from '../awaitable/realm.js';
import type { Awaitable } from '../awaitable/types.js';
import { observeAwaitable } from './awaitable.js';
import { observePromise } from './input.js';
import { Run, type RunEvent } from './run.js';
import type { Standing, Tally } from './tally.js';

/** Gives an awaitable that does what the given one does, and is counted: it waits until it is started. */
export function counted<T>(awaitable: Awaitable<T>, tally: Tally): Awaitable<T> {
  let standing: Standing = 'waiting';
  let latest: Run;
  const nextRun = () => {
    const run: Run = new Run((event, ...value) => {
      // Of what is run again, the latest run tells.
      const next = run === latest ? standingAfter(event, value.length > 0) : undefined;
      if (next === undefined || next === standing) return;
      tally.move(standing, next);
      standing = next;
    });
    latest = run;
    return run;
  };
  // A Promise runs already, so it stays what it is. Some subclasses begin only when they are listened to.
  if (!isPlainPromise<T>(awaitable)) return observeAwaitable(awaitable, nextRun);
  observePromise(awaitable, nextRun());
  return awaitable;
}

function standingAfter(event: RunEvent, hasValue: boolean): Standing | undefined {
  switch (event) {
    case 'started':
      return 'running';
    case 'done':
      // Completing without a value is rxjs's EmptyError.
      return hasValue ? 'fulfilled' : 'rejected';
    case 'failed':
      return 'rejected';
    case 'cleaned up':
      return 'cancelled';
    default:
      return undefined;
  }
}
