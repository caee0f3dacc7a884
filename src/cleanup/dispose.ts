// For whoever compiles against the declarations without this library: kept in them.
/// <reference lib="esnext.disposable" preserve="true" />

// A platform that has no such symbol would name the method "undefined". What it is called there instead is what compilers and
// polyfills make of `using`, also where a polyfill comes later.
const known: Partial<Pick<SymbolConstructor, 'dispose' | 'asyncDispose'>> = Symbol;

/** Names what `using` calls. */
export const dispose: typeof Symbol.dispose = (known.dispose ?? Symbol.for('Symbol.dispose')) as typeof Symbol.dispose;

/** Names what `await using` calls. */
export const asyncDispose: typeof Symbol.asyncDispose = (known.asyncDispose ??
  Symbol.for('Symbol.asyncDispose')) as typeof Symbol.asyncDispose;
