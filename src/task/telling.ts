import type { Listener, TaskStatus } from '../awaitable/source.js';
import { report } from '../cleanup/report.js';

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
