import process from 'node:process';

/** Cancellations that a signal has brought. */
const cancellations = new WeakSet();
let listening = false;

/**
 * Has the runtime end the process without a word, with the exit code that is set, where nobody handles this cancellation:
 * `await run(main)` at the top of a module, say, passes it on to the runtime.
 */
export function quiet(cancellation: object): void {
  cancellations.add(cancellation);
  if (listening) return;
  listening = true;
  for (const event of eventsToHear()) {
    process.on(event, (error: unknown) => {
      if (cancellations.has(error as object)) process.exit();
      // For others the runtime would do this, were there no listener.
      else if (process.listenerCount(event) === 1) {
        console.error(error);
        process.exit(1);
      }
    });
  }
}

/**
 * Where nobody hears of an unhandled rejection, Node does what it is told by `--unhandled-rejections`, and by default makes an
 * uncaught exception of it. A listener would keep it from that.
 */
function eventsToHear(): string[] {
  const isNode = !('bun' in process.versions || 'deno' in process.versions);
  const isHeard = process.listenerCount('unhandledRejection') > 0;
  return isNode && !isHeard ? ['uncaughtException'] : ['uncaughtException', 'unhandledRejection'];
}
