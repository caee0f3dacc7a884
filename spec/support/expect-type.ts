// The type parameter is what makes the two compare as identical, not merely as assignable to each other.
/* eslint-disable @typescript-eslint/no-unnecessary-type-parameters */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Compiles only if the value is of the type `Expected`, neither wider nor narrower: `expectType<number>()(1 + 1)`. */
export function expectType<Expected>(): <Actual>(
  actual: Actual,
  ...same: Same<Actual, Expected> extends true ? [] : ['the types differ']
) => void {
  return () => undefined;
}
