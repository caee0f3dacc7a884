import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSync } from 'esbuild';

// Real processes that are sent real signals, by default of the runtime that the specs run on: `npm run test:run` has others.

const root = path.join(__dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'programs-'));
const bundle = path.join(folder, 'cases.mjs');
const [runtime = '', ...parameters] = JSON.parse(
  process.env['RUNTIME'] ?? JSON.stringify([process.execPath]),
) as string[];

beforeAll(() => {
  const entries = ['promises', 'node', 'inspect', 'index'].map((entry) => [
    entry === 'index' ? 'rx-asyncio' : `rx-asyncio/${entry}`,
    path.join(root, `src/${entry}.ts`),
  ]);
  buildSync({
    entryPoints: [path.join(__dirname, 'cases.mts')],
    outfile: bundle,
    alias: Object.fromEntries(entries) as Record<string, string>,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    logLevel: 'error',
  });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What is done when the program has printed such a line. */
type Steps = Readonly<Record<string, (child: { kill(signal: NodeJS.Signals): unknown }) => unknown>>;

/** Runs a program, and gives all that it prints, and how it ends. */
async function execute(name: string, steps: Steps = {}) {
  const child = spawn(runtime, [...parameters, bundle, name], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  const done = new Set<string>();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    for (const [line, step] of Object.entries(steps)) {
      if (done.has(line) || !stdout.split('\n').slice(0, -1).includes(line)) continue;
      done.add(line);
      step({ kill: (signal) => child.kill(signal) });
    }
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { stdout: stdout.trimEnd().split('\n'), stderr: stderr.trimEnd(), end: code ?? signal };
}

/** One after the other, since two that arrive together may come in any order. */
const send =
  (...signals: NodeJS.Signals[]) =>
  async (child: Parameters<Steps[string]>[0]) => {
    for (const signal of signals) {
      child.kill(signal);
      await sleep(100);
    }
  };

describe('without a signal', () => {
  it('all that it prints is printed, and the exit code is 0', async () => {
    const { stdout, ...rest } = await execute('ends');
    expect(stdout.map(({ length }) => length)).toEqual([1_000_000]);
    expect(rest).toEqual({ stderr: '', end: 0 });
  });

  it.each(['fails', 'fails, awaited'])(
    'it %s: told once, with what is suppressed, and the exit code is 1',
    async (name) => {
      const { stderr, end } = await execute(name);
      expect(stderr.match(/\bError: first/gi)).toHaveLength(1);
      expect(end).toBe(1);
    },
  );

  it('what is suppressed is told as well', async () => {
    expect((await execute('fails')).stderr.match(/\bError: second/gi)).toHaveLength(1);
  });

  it('handling a failure is enough', async () => {
    expect(await execute('fails, caught')).toEqual({ stdout: ['Error: first'], stderr: '', end: 0 });
  });

  it('the exit code that main has set wins', async () => {
    expect((await execute('fails, with an exit code')).end).toBe(7);
  });

  it('what it leaves running is cancelled, and waited for', async () => {
    const stdout = ['ready', 'ready', 'main ended', 'task cleaned up', 'shielded cleaned up'];
    expect(await execute('leaves Tasks behind')).toEqual({ stdout, stderr: '', end: 0 });
  });

  it('it says what it waits for when the event loop is empty', async () => {
    const stderr = 'The event loop is empty, and nothing can end what still waits: main, answer';
    expect(await execute('waits for nothing')).toEqual({ stdout: [''], stderr, end: 13 });
  });
});

describe.each<[NodeJS.Signals, number]>([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])('the first %s', (signal, end) => {
  it.each([
    'is busy',
    'is busy, awaited',
    'is busy, with a handle that lingers',
    'is busy, with a handle that lingers, awaited',
  ])('cancels what %s, and ends the process without a word when it has cleaned up', async (name) => {
    expect(await execute(name, { ready: send(signal) })).toEqual({ stdout: ['ready', 'cleaned up'], stderr: '', end });
  });
});

describe('a signal', () => {
  it('cancels a group, and what it runs', async () => {
    const stdout = ['ready', 'ready', 'one cleaned up', 'two cleaned up'];
    expect(await execute('is a group', { ready: send('SIGINT') })).toEqual({ stdout, stderr: '', end: 130 });
  });

  it('cancels a run within a run', async () => {
    const stdout = ['ready', 'ready', 'inner cleaned up', 'outer cleaned up'];
    expect(await execute('runs within', { ready: send('SIGINT') })).toEqual({ stdout, stderr: '', end: 130 });
  });

  it('that comes twice, as from a terminal and from npm, counts once, also when the cleanup is over by then', async () => {
    const stdout = ['ready', 'cleaned up', 'CancelledError: SIGINT'];
    const steps = { ready: send('SIGINT', 'SIGINT') };
    expect(await execute('is busy, caught', steps)).toEqual({ stdout, stderr: '', end: 130 });
  });

  it('leaves the exit code that main has set', async () => {
    const stdout = ['ready', 'cleaned up'];
    const steps = { ready: send('SIGTERM') };
    expect(await execute('is busy, with an exit code', steps)).toEqual({ stdout, stderr: '', end: 3 });
  });

  it('is told of when the cleanup takes longer than a second', async () => {
    const stderr = 'SIGTERM: still cleaning up, once more ends it at once: main';
    const stdout = ['ready', 'cleaned up'];
    expect(await execute('cleans up slowly', { ready: send('SIGTERM') })).toEqual({ stdout, stderr, end: 143 });
  });

  it('ends the process at once when it is the second', async () => {
    const steps = { ready: send('SIGINT', 'SIGTERM') };
    expect(await execute('cleans up slowly', steps)).toEqual({ stdout: ['ready'], stderr: '', end: 143 });
  });

  it('gives the cleanup so long, and says what is left then', async () => {
    const stderr = 'SIGINT: not cleaned up after 200 ms: main, upload';
    const steps = { ready: send('SIGINT') };
    expect(await execute('never cleans up', steps)).toEqual({ stdout: ['ready'], stderr, end: 130 });
  });

  it('is not told of, but what fails in the cleanup is, and the exit code is 1', async () => {
    const { stderr, ...rest } = await execute('fails in its cleanup', { ready: send('SIGINT') });
    expect(stderr.match(/\bError: unsaved/gi)).toHaveLength(1);
    expect(stderr).not.toContain('Cancelled');
    expect(rest).toEqual({ stdout: ['ready', 'cleaned up'], end: 1 });
  });
});

describe('with inspect', () => {
  const columns = (text: string) => text.split('\n').map((line) => line.replace(/ +[\d.]+ m?s\b/, '').split(/ {2,}/));

  it('a signal prints what runs, and what is still cleaning up is told so, too', async () => {
    const { stdout, stderr, end } = await execute('is inspected', { ready: send('SIGUSR2', 'SIGINT') });
    const tree = (status: string) => [
      ['main', 'coroutine', status],
      ['└─ gather', status, '1 of 2 done'],
      ['', '└─ download', 'coroutine', status],
    ];
    expect(columns(stderr)).toEqual([
      ...tree('running'),
      ['SIGINT: still cleaning up, once more ends it at once: main'],
      ...tree('cleaning up'),
    ]);
    expect({ stdout, end }).toEqual({ stdout: ['ready', 'cleaned up'], end: 130 });
  });

  it('it says when the event loop is empty who waits for whom', async () => {
    const { stderr, end } = await execute('waits in a circle');
    expect(columns(stderr)).toEqual([
      ['The event loop is empty, and nothing can end what still waits: main'],
      ['main', 'coroutine', 'running'],
      ['└─ taskGroup', 'running', '0 of 2 done'],
      ['', '├─ first', 'Task', 'running', 'waits for second (cycle)'],
      ['', '└─ second', 'Task', 'running', 'waits for first (cycle)'],
      ['cycle: first > second > first'],
    ]);
    expect(end).toBe(13);
  });
});

describe('tracing', () => {
  it('publishes what runs, in the same order everywhere, and binds stores to it', async () => {
    const { stdout, stderr, end } = await execute('is traced');
    expect(stdout).toEqual([
      'start gather, gather of nobody',
      'start page, coroutine of gather',
      'end page, coroutine of gather',
      'end gather, gather of nobody',
      'within page',
      'start gather, gather of page',
      'start [0], Promise of gather',
      'end [0], Promise of gather',
      'end gather, gather of page',
      'asyncStart [0], Promise of gather',
      'asyncEnd [0], Promise of gather',
      'asyncStart gather, gather of page',
      'asyncEnd gather, gather of page',
      'asyncStart page, coroutine of gather',
      'asyncEnd page, coroutine of gather',
      'asyncStart gather, gather of nobody',
      'asyncEnd gather, gather of nobody',
    ]);
    expect({ stderr, end }).toEqual({ stderr: '', end: 0 });
  });
});

describe('with drain', () => {
  it('the first signal lets it finish, with exit code 0', async () => {
    const stdout = ['ready', 'draining', 'finished', 'cleaned up'];
    expect(await execute('drains', { ready: send('SIGTERM') })).toEqual({ stdout, stderr: '', end: 0 });
  });

  it('the second cancels', async () => {
    const stdout = ['ready', 'draining', 'cleaned up'];
    const steps = { ready: send('SIGTERM'), draining: send('SIGINT') };
    expect(await execute('drains', steps)).toEqual({ stdout, stderr: '', end: 130 });
  });

  it('the third ends the process at once', async () => {
    const steps = { ready: send('SIGTERM', 'SIGINT', 'SIGHUP') };
    const { end } = await execute('drains, never cleans up', steps);
    expect(end).toBe(129);
  });
});
