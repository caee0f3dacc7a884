import type { TellPlace } from '../cleanup/inspector.js';

/** How a job has ended, as far as can be told. */
export type Ending =
  | { readonly type: 'completed'; readonly value: unknown }
  /** `isKept`: who asks for its id again finds it so. */
  | { readonly type: 'failed'; readonly reason: string; readonly isKept?: boolean }
  /** By its caller, or by somebody else. */
  | { readonly type: 'removed' }
  /** It is in the queue no more, and nobody knows why. */
  | { readonly type: 'lost' }
  /** The connection has ended for good. */
  | { readonly type: 'unreachable'; readonly error: unknown }
  /** Its caller does not wait any longer, though others do. */
  | { readonly type: 'left' };

/** Somebody who waits. */
export interface Call {
  readonly ended: (ending: Ending) => void;
  readonly progress: (progress: unknown) => void;
  readonly tellPlace: TellPlace | undefined;
}
