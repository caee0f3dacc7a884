import type { Listener, TaskStatus } from '../awaitable/source.js';
import { report } from '../cleanup/report.js';

/** Who is to be told. Most Tasks have one listener at a time, and there may be many Tasks: no Set for that one. */
export type Listeners = Listener | Set<Listener> | undefined;

export function withListener(listeners: Listeners, listener: Listener): Listeners {
  if (listeners === undefined) return listener;
  return setOf(listeners).add(listener);
}

export function withoutListener(listeners: Listeners, listener: Listener): Listeners {
  if (listeners === listener) return undefined;
  if (listeners instanceof Set) listeners.delete(listener);
  return listeners;
}

export function setOf(listeners: Listeners): Set<Listener> {
  if (listeners instanceof Set) return listeners;
  return new Set(listeners === undefined ? [] : [listeners]);
}

/** Those that a Task is a part of. */
export function takeOwners(listeners: Set<Listener>): readonly Listener[] {
  const owners = [...listeners].filter(({ ownsTask }) => ownsTask);
  for (const owner of owners) listeners.delete(owner);
  return owners;
}

/** Whether any of them takes what it is told: none that throws keeps the others from hearing of it. */
export function tellAll(listeners: Iterable<Listener>, status: TaskStatus, outcome: unknown): boolean {
  let taken = false;
  for (const listener of listeners) {
    try {
      if (listener.settled(status, outcome) !== false) taken = true;
    } catch (error) {
      // It was told, whatever its teardown has thrown after that.
      taken = true;
      report(error);
    }
  }
  return taken;
}
