import { format as print } from 'node-inspect-extracted';

// A stack is one of this script, which nobody has written: errors are printed as Node prints those without. V8 makes none, and
// Firefox has it in a property of all errors.
Error.stackTraceLimit = 0;
Object.defineProperty(Error.prototype, 'stack', { get: () => '', set: () => {} });

/** What Node's console would print. */
export function format(values: readonly unknown[]): string {
  return print(...values);
}
