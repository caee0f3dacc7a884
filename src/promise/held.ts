import type { Slots } from '../running/client.js';

/** A result, which keeps its slot until `free` is called, if it has one. */
export interface Held<T> {
  readonly value: T;
  readonly free?: () => void;
}

export function held<T>(value: T): Held<T> {
  return { value };
}

export function heldUntilTaken<T>(value: T, slots: Slots): Held<T> {
  slots.limit--;
  const free = () => {
    slots.limit++;
    slots.fill();
  };
  return { value, free };
}
