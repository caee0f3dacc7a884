import process from 'node:process';
import { fromEvent, type Observable, share, tap } from 'rxjs';

const events = new Map<string, Observable<unknown>>();

/**
 * Calls `callback` at each event of the process, until what it returns is called. However many programs run in it, each event
 * has one listener, so nobody warns of a leak.
 */
export function onProcess(event: string, callback: () => void): () => void {
  const shared = events.get(event) ?? fromEvent(process, event).pipe(share());
  events.set(event, shared);
  const subscription = shared.pipe(tap(callback)).subscribe();
  return () => {
    subscription.unsubscribe();
  };
}
