import { onProcess } from './on-process.js';

/** The name of a signal of the operating system. */
export type Signal = `SIG${string}`;

/** npm, say, passes on to its child what the terminal has sent to both. */
const once = 500;

/** Calls `heard` with each of the signals that arrives, the same twice in half a second but once; until what it returns is called. */
export function onSignals(signals: readonly Signal[], heard: (signal: Signal) => void): () => void {
  const stops = [...new Set(signals)].map((signal) => {
    let last = -Infinity;
    const listener = () => {
      if (performance.now() - last < once) return;
      last = performance.now();
      heard(signal);
    };
    const off = onProcess(signal, listener);
    return () => {
      const left = last + once - performance.now();
      // Its echo would end the process.
      if (left > 0) setTimeout(off, left).unref();
      else off();
    };
  });
  return () => {
    for (const stop of stops) stop();
  };
}
