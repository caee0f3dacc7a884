import fc from 'fast-check';
import { expectedTrace } from './model';
import { runCold } from './run';
import { isPhase, type Node, scenarios } from './scenario';

describe('cold awaitables', () => {
  it('start, are cancelled, clean up and fail by the five rules, in random scenarios', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios(), async (drawn) => {
        const scenario = { ...drawn, awaitsTasks: false, of: drawn.of.map(withoutOwner) };
        expect(await runCold(scenario)).toEqual(expectedTrace(scenario));
      }),
      { numRuns: 600 },
    );
  });
});

/** Only a Task can be cancelled by somebody else, and awaited by the body of its group. */
function withoutOwner(node: Node): Node {
  if (isPhase(node)) return { ...node, cancelAt: undefined };
  return { ...node, cancelAt: undefined, awaitsTasks: false, of: node.of.map(withoutOwner) };
}
