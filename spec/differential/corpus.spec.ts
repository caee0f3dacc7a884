import { readFileSync } from 'node:fs';
import path from 'node:path';
import { run, type Trace } from './run';
import type { Structure } from './scenario';

// Recorded by `npm run test:asyncio -- --record`.
const corpus = readFileSync(path.join(__dirname, 'corpus.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { scenario: Structure; trace: Trace });

describe.each(['tasks', 'promises'] as const)('what asyncio did in the recorded scenarios, with %s,', (mode) => {
  it.each(['wait', 'gather', 'asCompleted', 'waitFor', 'shield', 'taskGroup'])('happens with %s', async (kind) => {
    const recorded = corpus.filter(({ scenario }) => scenario.kind === kind);
    const happened = [];
    for (const { scenario } of recorded) happened.push({ scenario, trace: await run(scenario, mode) });

    expect(happened.length).toBeGreaterThan(50);
    expect(happened).toEqual(recorded);
  });
});
