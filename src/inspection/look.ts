import { dispose } from '../cleanup/dispose.js';
import { shared } from '../cleanup/shared.js';
import { LiveInspector } from './live-inspector.js';
import type { Observer } from './watch.js';

/** One more who looks at what runs, until `leave` is called. */
export interface Look {
  readonly inspector: LiveInspector;
  readonly leave: () => void;
}

export function look(): Look {
  // That of another copy of this package, maybe.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  const inspector = (shared.inspector ??= new LiveInspector()) as LiveInspector;
  inspector.views++;
  let isOpen = true;
  return {
    inspector,
    leave: () => {
      if (!isOpen) return;
      isOpen = false;
      if (--inspector.views > 0) return;
      shared.inspector = undefined;
      inspector.followed.leave();
    },
  };
}

/** Has somebody told of all that begins from now on, until it is disposed of. What has begun by then is told of to its end. */
export function observe(observer: Observer): Disposable {
  const { inspector, leave } = look();
  inspector.observers.add(observer);
  return {
    [dispose]: () => {
      inspector.observers.delete(observer);
      leave();
    },
  };
}
