import type { Awaitable } from '../awaitable/types.js';

/** How many may run at a time; when there is room again, it is to be filled. */
export interface Slots {
  limit: number;
  fill(): void;
}

/** What is done with the awaitables that a runner runs. */
export interface Client<T> {
  /** The function that the awaitables were given to, and their keys, if they have any: for messages. */
  readonly name: string;
  readonly keys?: readonly unknown[] | undefined;
  /** Whether what is run are Tasks that are a part of it. Then it sees itself to the context that each is started in. */
  readonly ownsTasks?: boolean;
  /** Makes an awaitable of what was pulled, when it is to be started; throws what is wrong with one that is none. */
  readonly awaitableOf: ((pulled: unknown, index: number) => Awaitable<T>) | undefined;
  fulfilled(value: T, index: number, runner: Slots): void;
  failed(error: unknown, index: number, runner: Slots): void;
  /** There are no more, and all have ended. */
  finished(): void;
}
