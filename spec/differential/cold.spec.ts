import fc from 'fast-check';
import { expectedTrace } from './model';
import { run } from './run';
import { isPhase, type Node, scenarios } from './scenario';

describe('cold awaitables', () => {
  it('start, are cancelled, clean up and fail by the five rules, in random scenarios', async () => {
    await fc.assert(
      fc.asyncProperty(scenarios(), async (drawn) => {
        const scenario = { ...drawn, of: drawn.of.map(withoutOwner) };
        expect(await run(scenario, 'cold')).toEqual(expectedTrace(scenario));
      }),
      { numRuns: 600 },
    );
  });
});

/** Only a Task can be cancelled by somebody else. */
function withoutOwner<T extends Node>(node: T): T {
  const cold = { ...node, cancelAt: undefined };
  return isPhase(node) ? cold : { ...cold, of: node.of.map(withoutOwner) };
}
