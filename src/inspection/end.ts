/** How what runs can end. */
export type Ended = 'fulfilled' | 'rejected' | 'cancelled';

export interface End {
  readonly status: Ended;
  /** The result, or the reason. */
  readonly outcome: unknown;
}
