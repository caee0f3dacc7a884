import { type RunHelpers, TestScheduler } from 'rxjs/testing';

/** The body of a test in virtual time: marble diagrams, and timers that take no time. */
export function marbles(test: (helpers: RunHelpers) => void): () => void {
  return () => {
    new TestScheduler((actual, expected) => {
      // Strictly, since only so are errors of the same message but of another class told apart.
      expect(actual).toStrictEqual(expected);
    }).run(test);
  };
}
