import type { Observable, Subscriber } from 'rxjs';
import type { Cleanup } from './failures.js';

/** Told whether something waits or runs elsewhere, and where that is. */
export type TellPlace = (status: 'waiting' | 'running', place: string) => void;

/** Who looks at what runs, when somebody does: told of it by what runs, and no part of it. */
export interface Inspector {
  /** Subscribes to a combinator for somebody. */
  subscribe<T>(kind: string, source: Observable<T>, subscriber: Subscriber<T>): void;

  /** Calls `make`, which makes a run of an awaitable for a host. */
  prepare<A, H, E>(make: (awaitable: A, host: H, index: number) => E, awaitable: A, host: H, index: number): E;

  /** How many awaitables the combinator has been given that is just being subscribed to. */
  expect(total: number): void;

  /** A Task was made, which `life` is going to run. Others may hold it, unless it is private. */
  created(task: object, life: object, isPrivate: boolean): void;

  /** A Task is a part of the combinator that serves this subscriber. */
  adopt(task: object, subscriber: Subscriber<unknown>): void;

  /** Somebody waits for a Task: whoever is on the stack, or serves the subscriber. */
  awaited(task: object, subscriber?: Subscriber<unknown>): void;

  /** Whatever serves the subscriber has come to its end, but for its cleanup. */
  closing(subscriber: Subscriber<unknown> | undefined): void;

  /** Whatever is on the stack is done elsewhere. */
  remote(): TellPlace;

  /** What is just being torn down still cleans up. */
  left(cleanup: Cleanup): void;
}
