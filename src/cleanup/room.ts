/**
 * Throws the RangeError of a full stack now, where it does no harm, rather than in the middle of something. A call within a call
 * and so on would not do: the compiler makes almost nothing of those. Arguments do lie on the stack.
 */
export function makeSureOfRoom(room: readonly undefined[]): void {
  Reflect.apply(nothing, undefined, room);
}

/** So many words of the stack. */
export function roomFor(words: number): readonly undefined[] {
  return new Array<undefined>(words).fill(undefined);
}

const nothing = () => {};
