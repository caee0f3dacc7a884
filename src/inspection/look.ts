import { shared } from '../cleanup/shared.js';
import { LiveInspector } from './live-inspector.js';

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
      if (--inspector.views === 0) shared.inspector = undefined;
    },
  };
}
