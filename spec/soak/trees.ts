// Random trees of combinators and of RxJS's own operators in virtual time: `npm run test:trees -- [trees] [seed]`.
import * as fc from 'fast-check';
import { faultsOf } from '../support/operator-trees/run';
import { scenarios } from '../support/operator-trees/tree';

const numRuns = Number(process.argv[2] ?? 20_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);

async function main(): Promise<void> {
  console.log(`${numRuns} trees, seed ${seed}`);
  let runs = 0;
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    runs++;
    const faults = await faultsOf(scenario);
    if (faults.length > 0) throw new Error(faults.join('\n'));
  });
  const result = await fc.check(property, { numRuns, seed, endOnFailure: false });
  if (!result.failed) console.log(`${runs} trees, and nothing was wrong`);
  else {
    console.log(fc.defaultReportMessage(result), String(result.errorInstance));
    process.exitCode = 1;
  }
}

void main();
