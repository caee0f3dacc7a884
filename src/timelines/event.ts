/** One thing that happened to an awaitable, or to the output of a combinator. */
export interface TimelineEvent {
  /** Milliseconds since the recording began. */
  readonly time: number;
  /** What it was tracked as. */
  readonly name: string;
  /** The same for all events of one run of an awaitable. */
  readonly row: number;
  /** Whether it is the output of a combinator that it happened to. */
  readonly output: boolean;
  /** Of what is recorded with `all`: the row of what it runs for, if there is one. */
  readonly parent?: number | undefined;
  /** What happened. */
  readonly type: TimelineEventType;
  /** What was emitted, the result, or why it failed. */
  readonly value?: unknown;
}

/**
 * `cancelled`: asked to end. It then ends as `cleaned up`, all the same as `done`, or in an error of its cleanup as
 * `failed`. `tracked` without `started`: not started.
 */
export type TimelineEventType = 'tracked' | 'started' | 'emitted' | 'cancelled' | 'done' | 'failed' | 'cleaned up';
