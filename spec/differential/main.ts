// Runs random scenarios here and under asyncio, both in virtual time, and compares what happened.
//
//   npm run test:asyncio -- [--count=2000] [--seed=…]
//   npm run test:asyncio -- --record                   writes the corpus that corpus.spec.ts runs without Python

import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import fc from 'fast-check';
import { run, type Trace } from './run';
import { limitedScenarios, scenarios, type Structure } from './scenario';

const modes = ['tasks', 'promises'] as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { count: { type: 'string' }, seed: { type: 'string' }, record: { type: 'boolean', default: false } },
  });
  const python = ['python3', 'python'].find(isRecent);
  if (python === undefined) {
    console.log('No Python of version 3.11 or later: nothing is compared.');
    return;
  }
  const referee = startReferee(python);
  try {
    if (values.record) await record(referee);
    else await compare(referee, Number(values.count ?? 2000), Number(values.seed ?? Date.now() % 2 ** 31));
  } finally {
    referee.stop();
  }
}

async function compare(referee: Referee, numRuns: number, seed: number): Promise<void> {
  console.log(`${numRuns} scenarios, seed ${seed}`);
  const agree = fc.asyncProperty(
    fc.oneof({ weight: 2, arbitrary: scenarios() }, limitedScenarios()),
    async (scenario) => {
      const expected = await referee.traceOf(scenario);
      fc.pre(!hasVainStart(expected));
      for (const mode of modes) if (!isDeepStrictEqual(await run(scenario, mode), expected)) return false;
      return true;
    },
  );
  const { counterexample } = await fc.check(agree, { numRuns, seed });
  if (counterexample === null) {
    console.log('No difference.');
    return;
  }
  const [scenario] = counterexample;
  show('Scenario', scenario);
  for (const mode of modes) show(`Here, with ${mode}`, await run(scenario, mode));
  show('asyncio', await referee.traceOf(scenario));
  process.exitCode = 1;
}

async function record(referee: Referee): Promise<void> {
  const recorded = [];
  const plain = fc.sample(scenarios(), { numRuns: 600, seed: 0 });
  for (const scenario of [...plain, ...fc.sample(limitedScenarios(), { numRuns: 200, seed: 0 })]) {
    const trace = await referee.traceOf(scenario);
    if (!hasVainStart(trace)) recorded.push(JSON.stringify({ scenario, trace }));
  }
  writeFileSync(path.join(__dirname, 'corpus.jsonl'), recorded.map((line) => `${line}\n`).join(''));
  console.log(`${recorded.length} scenarios recorded.`);
}

/**
 * Whether something began with a permit that came back in the moment in which it was cancelled. Rule 5: who had the permit is told
 * of its end first, so that here a failure cancels who waits before it begins; in asyncio the next begins first.
 */
function hasVainStart({ nodes }: Trace): boolean {
  return Object.values(nodes).some(({ started, cancelled }) => started !== undefined && started === cancelled);
}

interface Referee {
  traceOf(scenario: Structure): Promise<Trace>;
  stop(): void;
}

function startReferee(python: string): Referee {
  const child = spawn(python, [path.join(__dirname, 'referee.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]() as AsyncIterator<string>;
  return {
    async traceOf(scenario) {
      child.stdin.write(`${JSON.stringify(scenario)}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error(`${python} has ended`);
      return JSON.parse(line.value) as Trace;
    },
    stop() {
      child.stdin.end();
    },
  };
}

function isRecent(python: string): boolean {
  return spawnSync(python, ['-c', 'import asyncio; asyncio.Runner, asyncio.TaskGroup']).status === 0;
}

function show(title: string, value: unknown): void {
  console.log(`\n${title}\n${JSON.stringify(value, undefined, 2)}`);
}

void main();
