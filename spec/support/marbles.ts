import { type RunHelpers, TestScheduler } from 'rxjs/testing';

/** Runs a marble test in virtual time. */
export function marbles(test: (helpers: RunHelpers) => void): () => void {
  return () => {
    new TestScheduler((actual, expected) => {
      expect(actual).toEqual(expected);
    }).run(test);
  };
}
