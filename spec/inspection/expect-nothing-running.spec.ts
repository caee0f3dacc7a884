import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createTask, gather, shield, type Task } from 'rx-asyncio';
import { expectNothingRunning, type TestHooks } from 'rx-asyncio/inspect';
import { buildSync } from 'esbuild';
import { firstValueFrom, NEVER, of, Subject, Subscription } from 'rxjs';

const root = path.join(__dirname, '../..');

/** A test runner in small: gives what a test with these hooks fails with. */
function runner() {
  let before!: () => void;
  let after!: () => Promise<void>;
  const hooks: TestHooks = {
    beforeEach: (hook) => {
      before = hook;
    },
    afterEach: (hook) => {
      after = hook;
    },
  };
  const test = async (body: () => unknown): Promise<string | undefined> => {
    before();
    await body();
    return after().then(
      () => undefined,
      (error: unknown) => (error as Error).message.replaceAll(/ +\d+ ms/g, '  0 ms'),
    );
  };
  return { hooks, test };
}

describe('expectNothingRunning', () => {
  it('fails a test for the Tasks and combinators that it leaves, with their names and the tree', async () => {
    const { hooks, test } = runner();
    expectNothingRunning(hooks);
    const before = createTask(NEVER, { name: 'before' });
    const tasks: Task<unknown>[] = [before];
    const subscriptions = new Subscription();
    const message = await test(() => {
      tasks.push(createTask(gather({ page: NEVER }), { name: 'leaked' }));
      subscriptions.add(gather([before]).subscribe());
      tasks.push(createTask(NEVER, { name: 'other' }));
    });
    expect(message?.split('\n')).toEqual([
      'The test has left running: leaked, gather, other',
      'leaked      Task        running  0 ms',
      '└─ gather               running  0 ms  0 of 1 done',
      '   └─ page  Observable  running  0 ms',
      'gather                  running  0 ms  0 of 1 done, waits for before',
      'other       Task        running  0 ms',
    ]);
    // Told once.
    expect(await test(() => {})).toBe(undefined);
    subscriptions.unsubscribe();
    for (const task of tasks) task.cancel();
  });

  it('passes what has ended, and what is just ending', async () => {
    const { hooks, test } = runner();
    expectNothingRunning(hooks);
    expect(await test(() => createTask(of(1)))).toBe(undefined);
    const ending = async () => {
      for (let turn = 0; turn < 3; turn++) await Promise.resolve();
    };
    expect(await test(() => void createTask(ending))).toBe(undefined);
  });

  it('passes what was there before the test, what runs on its behalf, and what goes on from there', async () => {
    const { hooks, test } = runner();
    expectNothingRunning(hooks);
    const requests = new Subject<void>();
    const log = new Subject();
    const server = createTask(
      async ({ signal }) => {
        createTask(log, { name: 'log' });
        await firstValueFrom(requests);
        gather([NEVER]).subscribe();
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
      },
      { name: 'server' },
    );
    const answer = async () => {
      requests.next();
      await Promise.resolve();
    };
    expect(await test(answer)).toBe(undefined);
    expect(
      await test(() => {
        shield(server)
          .subscribe({ error: () => {} })
          .unsubscribe();
      }),
    ).toBe(undefined);
    log.next('end');
    log.complete();
    server.cancel();
  });

  it('fails a test for what still cleans up', async () => {
    const { hooks, test } = runner();
    expectNothingRunning(hooks);
    const closing = async ({ signal }: { readonly signal: AbortSignal }) => {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      await new Promise((resolve) => setTimeout(resolve, 10));
    };
    let task: Task<void> | undefined;
    const message = await test(() => {
      task = createTask(closing, { name: 'closing' });
      task.cancel();
    });
    expect(message).toBe('The test has left running: closing\nclosing  Task  cleaning up  0 ms');
    await task?.catch(() => {});
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['an object', { beforeEach }],
  ])('takes no other hooks: %s', (described, hooks) => {
    expect(() => {
      expectNothingRunning(hooks as TestHooks);
    }).toThrow(
      new TypeError(
        `expectNothingRunning: hooks must be the { beforeEach, afterEach } of the test runner where they are no globals, got ${described}`,
      ),
    );
  });

  it('says so where there are no hooks among the globals', () => {
    const { afterEach: kept } = globalThis;
    Object.assign(globalThis, { afterEach: undefined });
    try {
      expect(() => {
        expectNothingRunning();
      }).toThrow(/^expectNothingRunning: hooks must be the \{ beforeEach, afterEach \} .*, got undefined$/);
    } finally {
      Object.assign(globalThis, { afterEach: kept });
    }
  });
});

describe('a test runner', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'nothing-running-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Bundles a test file with the sources, runs a process on it, and gives how that ends and what it prints. */
  async function execute(code: string, name: string, format: 'cjs' | 'esm', parameters: readonly string[]) {
    buildSync({
      stdin: { contents: code, resolveDir: root },
      outfile: path.join(folder, name),
      alias: { 'rx-asyncio': `${root}/src/index.ts`, 'rx-asyncio/inspect': `${root}/src/inspect.ts` },
      bundle: true,
      format,
      platform: 'node',
      target: 'es2022',
      logLevel: 'error',
    });
    const env = { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, JEST_WORKER_ID: undefined };
    return await new Promise<{ code: unknown; output: string }>((resolve) => {
      execFile(process.execPath, parameters, { cwd: folder, env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : error.code, output: stdout + stderr });
      });
    });
  }

  /** That of the doc comment. */
  const source = readFileSync(path.join(root, 'src/inspection/expect-nothing-running.ts'), 'utf8');
  const example = /^ \* ```js [^\n]*\n([^]*?)^ \* ```$/m.exec(source)?.[1]?.replaceAll(/^ \* ?/gm, '') ?? '';

  it('Jest, fails the test that leaks, and passes the other: the example of the doc comment', async () => {
    writeFileSync(path.join(folder, 'package.json'), '{}');
    const parameters = [require.resolve('jest/bin/jest'), '--ci', '-i', '--forceExit', '--no-colors', '--verbose'];
    const { code, output } = await execute(example, 'poll.test.js', 'cjs', parameters);
    expect(output).toContain('✕ polls, and leaves it running');
    expect(output).toContain('The test has left running: leaked\n    leaked  Task  running');
    expect(output).toContain('✓ polls, until it has seen enough');
    expect(code).toBe(1);
  });

  it('that has no globals, node:test, gives its hooks', async () => {
    const program = `
      import { afterEach, beforeEach, test } from 'node:test';
      import { createTask } from 'rx-asyncio';
      import { expectNothingRunning } from 'rx-asyncio/inspect';
      import { NEVER, of } from 'rxjs';
      expectNothingRunning({ beforeEach, afterEach });
      test('leaves', () => void createTask(NEVER, { name: 'leaked' }));
      test('ends', async () => void (await createTask(of(1))));`;
    const parameters = ['--test-reporter=tap', 'tests.mjs'];
    const { code, output } = await execute(program, 'tests.mjs', 'esm', parameters);
    expect(output).toMatch(/^not ok 1 - leaves[^]*The test has left running: leaked[^]*^ok 2 - ends/m);
    expect(code).toBe(1);
  });
});
