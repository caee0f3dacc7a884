import { setImmediate as nextTurn } from 'node:timers/promises';

interface Timer {
  due: number;
  readonly period: number | undefined;
  readonly callback: () => void;
}

/** Milliseconds since {@link inVirtualTime} began. */
export let now = 0;

/**
 * Runs `start` and all the timers that come of it, each as soon as everything before it has settled. What a timer throws is
 * given to `caught`.
 */
export async function inVirtualTime(start: () => void, caught: (error: unknown) => void = raise): Promise<void> {
  const timers = new Map<number, Timer>();
  // Unlike those of real timers, which may still be there.
  let created = 1e9;
  const create = (repeat: boolean) => (callback: () => void, delay: number) => {
    timers.set(++created, { due: now + delay, period: repeat ? delay : undefined, callback });
    return created;
  };
  const { setTimeout, setInterval, clearTimeout, clearInterval } = globalThis;
  // A real one that ends meanwhile would go on for ever.
  const clear = (timer: number) => {
    if (!timers.delete(timer)) clearTimeout(timer);
  };
  const real = Date.now;
  Object.assign(globalThis, {
    setTimeout: create(false),
    setInterval: create(true),
    clearTimeout: clear,
    clearInterval: clear,
  });
  now = 0;
  Date.now = () => now;
  try {
    start();
    for (;;) {
      await nextTurn();
      const next = [...timers].sort(([, a], [, b]) => a.due - b.due)[0];
      if (next === undefined) return;
      const [id, timer] = next;
      now = timer.due;
      if (timer.period === undefined) timers.delete(id);
      else timer.due += timer.period;
      try {
        timer.callback();
      } catch (error) {
        caught(error);
      }
    }
  } finally {
    Date.now = real;
    Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, clearInterval });
  }
}

function raise(error: unknown): never {
  throw error;
}
