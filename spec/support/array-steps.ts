/**
 * How many elements `indexOf`, `splice` and `shift` look at or move while `run` runs, and the `longest` array that they do
 * it in. The first two are how a Subscription of RxJS forgets one that has finished, the third how its buffers are emptied,
 * so these are where a combinator turns quadratic.
 */
export function arraySteps(run: () => void): { readonly steps: number; readonly longest: number } {
  const { indexOf, shift, splice } = Array.prototype;
  let steps = 0;
  let longest = 0;
  Array.prototype.indexOf = function (this: unknown[], item, ...from) {
    const index = indexOf.call(this, item, ...from);
    steps += index < 0 ? this.length : index + 1;
    longest = Math.max(longest, this.length);
    return index;
  };
  Array.prototype.splice = function (this: unknown[], ...parameters: Parameters<typeof splice>) {
    steps += this.length - parameters[0];
    return splice.apply(this, parameters) as unknown[];
  };
  Array.prototype.shift = function (this: unknown[]) {
    steps += this.length;
    return shift.call(this) as unknown;
  };
  try {
    run();
  } finally {
    Object.assign(Array.prototype, { indexOf, shift, splice });
  }
  return { steps, longest };
}
