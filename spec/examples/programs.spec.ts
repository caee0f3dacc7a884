import { lastValueFrom, type Observable } from 'rxjs';
import * as asCompleted from '../../examples/as-completed';
import * as download from '../../examples/download';
import * as gather from '../../examples/gather';
import * as wait from '../../examples/wait';
import * as waitWithTimeout from '../../examples/wait-with-timeout';

interface Program {
  readonly piped: Observable<unknown>;
  readonly awaited: () => Promise<void>;
}

const ways: [string, (program: Program) => Promise<unknown>][] = [
  ['as a pipe', ({ piped }) => lastValueFrom(piped, { defaultValue: undefined })],
  ['awaited', ({ awaited }) => awaited()],
];

// Real programs on real timers: their waits are short, and what is tested is what a newcomer sees.
describe.each(ways)('the programs, %s', (_, run) => {
  async function linesOf(program: Program): Promise<string[]> {
    const lines: string[] = [];
    const log = jest.spyOn(console, 'log').mockImplementation((line: string) => lines.push(line));
    await run(program);
    lines.push('-- ended');
    await new Promise(setImmediate);
    log.mockRestore();
    return lines;
  }

  const numbersOf = (line: string) => (line.match(/\d+/g) ?? []).map(Number);

  it('wait for all', async () => {
    expect(await linesOf(wait)).toEqual([
      'starting main',
      'waiting for phases to complete',
      'in phase 0',
      'in phase 1',
      'in phase 2',
      'done with phase 0',
      'done with phase 1',
      'done with phase 2',
      "results: ['phase 0 result', 'phase 1 result', 'phase 2 result']",
      '-- ended',
    ]);
  });

  it('wait with a timeout, where the phases notice their cancellation only after main has ended', async () => {
    expect(await linesOf(waitWithTimeout)).toEqual([
      'starting main',
      'waiting 0.1 for phases to complete',
      'in phase 0',
      'in phase 1',
      'in phase 2',
      'done with phase 0',
      '1 completed and 2 pending',
      'cancelling tasks',
      'exiting main',
      '-- ended',
      'phase 1 cancelled',
      'phase 2 cancelled',
    ]);
  });

  it('gather in argument order', async () => {
    expect(await linesOf(gather)).toEqual([
      'starting main',
      'waiting for phases to complete',
      'in phase1',
      'in phase2',
      'done with phase2',
      'done with phase1',
      "results: ['phase1 result', 'phase2 result']",
      '-- ended',
    ]);
  });

  it('receive answers as completed', async () => {
    const lines = (await linesOf(asCompleted)).filter((line) => /^(received|results)/.test(line));
    expect(lines).toEqual([
      "received answer 'phase 2 result'",
      "received answer 'phase 1 result'",
      "received answer 'phase 0 result'",
      "results: ['phase 2 result', 'phase 1 result', 'phase 0 result']",
    ]);
  });

  it('download 200 pages, and agree with the server on what was aborted', async () => {
    const [client = '', server = ''] = await linesOf(download);
    const [came = 0, failed = 0, cancelled = 0] = numbersOf(client);
    const [aborted = 0] = numbersOf(server);
    expect(client).toBe(`${came} pages came, ${failed} failed, ${cancelled} were cancelled`);
    expect(server).toBe(`the server saw ${aborted} connections aborted`);
    // Eight pages hang. On a machine that is very busy others are late as well, and the last 16 may not even have reached the
    // server, which then cannot see them go. It has ended, so none has its connection left.
    const isLate = came + failed < 192;
    expect(cancelled).toBeGreaterThanOrEqual(8);
    expect(aborted).toBeLessThanOrEqual(cancelled);
    expect(cancelled - aborted).toBeLessThanOrEqual(isLate ? 16 : 0);
    expect(came + failed + cancelled).toBeLessThanOrEqual(200);
  });
});
