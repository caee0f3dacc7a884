import * as fc from 'fast-check';
import { inspectTasks } from 'rx-asyncio/inspect';
import { faultsOf } from '../support/operator-trees/run';
import { scenarios } from '../support/operator-trees/tree';

// The same ones each time, so that it is the code that makes the difference; `npm run test:trees` tries others.
const parameters = { numRuns: 2000, seed: 1 };

describe("for any tree of combinators and of RxJS's own operators", () => {
  it('nothing runs after the end, each failure is found in one place, and nothing hangs', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        expect(await faultsOf(scenario)).toEqual([]);
      }),
      parameters,
    );
  });

  it('nor when somebody looks on, and nothing is left in the tree of what runs', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => {
        using tree = inspectTasks();
        expect(await faultsOf(scenario)).toEqual([]);
        // A shield may let something run for ever.
        expect(tree.children.filter(({ name }) => name !== 'what is shielded').map(String)).toEqual([]);
      }),
      { numRuns: 600, seed: 2 },
    );
  });
});
