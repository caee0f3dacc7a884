import { readFileSync } from 'node:fs';
import path from 'node:path';
import { run, type Trace } from './run';
import type { Structure } from './scenario';

// Recorded by `npm run test:asyncio -- --record`.
const corpus = readFileSync(path.join(__dirname, 'corpus.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as { scenario: Structure; trace: Trace });

const corpora = {
  plain: corpus.filter(({ scenario }) => scenario.permits === undefined),
  limited: corpus.filter(({ scenario }) => scenario.permits !== undefined),
};

describe.each(['tasks', 'promises'] as const)('what asyncio did in the recorded scenarios, with %s,', (mode) => {
  const expectTheSame = async (recorded: typeof corpus) => {
    const happened = [];
    for (const { scenario } of recorded) happened.push({ scenario, trace: await run(scenario, mode) });
    expect(recorded.length).toBeGreaterThan(50);
    expect(happened).toEqual(recorded);
  };

  it.each(['wait', 'gather', 'asCompleted', 'waitFor', 'shield', 'taskGroup'])('happens with %s', async (kind) => {
    await expectTheSame(corpora.plain.filter(({ scenario }) => scenario.kind === kind));
  });

  it('happens where they share a Semaphore', async () => {
    await expectTheSame(corpora.limited);
  });
});
