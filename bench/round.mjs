// One peer in a process of its own: each line read from stdin asks for one round, and is answered with its figure.
import { createInterface } from 'node:readline';
import { Bench } from 'tinybench';

const [peer, name, n] = /** @type {[string, string, string]} */ (process.argv.slice(2));
/** @type {{ works: Record<string, (n: number) => import('./work.mjs').Work> }} */
const { works } = await import(`./peers/${peer}.mjs`);
const work = works[name]?.(Number(n));
if (work === undefined) throw new Error(`${peer} knows no ${name}`);

createInterface(process.stdin)
  .on('line', () => void round(work).then(console.log, fail))
  // Not by itself, where works have left something pending.
  .on('close', () => process.exit());

// No answer is an answer: whoever has asked names the row.
process.on('uncaughtException', fail);

/** @param {unknown} error */
function fail(error) {
  console.error(error);
  process.exit(1);
}

/** @param {import('./work.mjs').Work} work */
async function round(work) {
  if ('measure' in work) return work.measure();
  globalThis.gc?.();
  /** @type {unknown} */
  let prepared;
  // One run at least, then as many as fit into 200 ms.
  const bench = new Bench({ iterations: 1, time: 200, warmup: false, throws: true });
  bench.add(name, () => work.run(prepared), {
    async: true,
    beforeEach: () => {
      prepared = work.prepare?.();
    },
  });
  const [task] = await bench.run();
  if (task?.result.state !== 'completed') throw new Error(`${peer}: ${name} did not complete`);
  return task.result.latency.p50;
}
